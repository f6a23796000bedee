import { type RefObject, useEffect, useState } from 'react';
import { drawMap, type MapArea } from './draw-map.ts';
import type { TurnMark } from './thread-map.ts';

/** A map as wide as this or wider, and not as high, lies across. In CSS pixels. */
const wide = 100;

/** Draws the map whenever it, its size or the theme changes. Gives its area in CSS pixels. */
export function useMapCanvas(
  canvas: RefObject<HTMLCanvasElement | null>,
  marks: readonly TurnMark[],
  hits: ReadonlySet<number>,
): MapArea {
  const [area, setArea] = useState<MapArea>({ length: 0, breadth: 0, across: false });
  const dark = useDark();

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => {
      const { clientWidth, clientHeight } = element;
      const across = clientWidth >= wide;
      const [length, breadth] = across ? [clientWidth, clientHeight] : [clientHeight, clientWidth];
      setArea({ length, breadth, across });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [canvas]);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || !context || area.length === 0) return undefined;
    const frame = requestAnimationFrame(() => {
      const ratio = devicePixelRatio;
      const [length, breadth] = [Math.round(area.length * ratio), Math.round(area.breadth * ratio)];
      element.width = area.across ? length : breadth;
      element.height = area.across ? breadth : length;
      const style = getComputedStyle(element);
      const colour = (name: string) => style.getPropertyValue(`--map-${name}`);
      drawMap(context, marks, hits, { length, breadth, across: area.across }, ratio, {
        turn: colour('turn'),
        failed: colour('failed'),
        interrupted: colour('interrupted'),
        running: colour('running'),
        hit: colour('hit'),
      });
    });
    return () => cancelAnimationFrame(frame);
  }, [canvas, area, marks, hits, dark]);

  return area;
}

function useDark(): boolean {
  const [dark, setDark] = useState(false);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const tell = () => setDark(query.matches);
    tell();
    query.addEventListener('change', tell);
    return () => query.removeEventListener('change', tell);
  }, []);
  return dark;
}
