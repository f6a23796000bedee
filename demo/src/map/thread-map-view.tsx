import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import type { TurnsInSight } from '../conversation/turns-in-sight.ts';
import { type Snapshot, useSnapshot } from '../state/snapshot.ts';
import { formatBytes, formatCount, formatDay, formatTimeOfDay } from '../text/format.ts';
import { useNow } from '../threads/use-now.ts';
import { turnPitch } from './draw-map.ts';
import type { ThreadMap, TurnMark } from './thread-map.ts';
import { useMapCanvas } from './use-map-canvas.ts';

interface ThreadMapViewProps {
  map: ThreadMap;
  sight: Snapshot<TurnsInSight | undefined>;
  /** Ordinals of turns in which something was found. */
  hits: ReadonlySet<number>;
  /** Goes to a turn. */
  onGo: (ordinal: number) => void;
}

/** While one drags, the turns follow once the hand rests this long. */
const restMs = 70;

/** The whole thread at a glance: every turn's size, how it ended, what was found, and what is in sight. A press goes there. */
export function ThreadMapView({ map, sight, hits, onGo }: ThreadMapViewProps) {
  const { marks, complete } = useSnapshot(map.snapshot);
  const canvas = useRef<HTMLCanvasElement>(null);
  const area = useMapCanvas(canvas, marks, hits);
  const [pointed, setPointed] = useState<number>();
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(rest.current), []);

  const seen = useSnapshot(sight);
  const current = seen === undefined ? undefined : map.indexOf(seen.first);
  const last = seen === undefined ? undefined : map.indexOf(seen.last);
  const pitch = turnPitch(marks.length, area.length, 1);

  const indexAt = (event: PointerEvent): number => {
    const box = event.currentTarget.getBoundingClientRect();
    const at = area.across ? event.clientX - box.left : event.clientY - box.top;
    return Math.max(0, Math.min(marks.length - 1, Math.floor(at / pitch)));
  };
  const go = (index: number) => {
    const mark = marks[Math.max(0, Math.min(index, marks.length - 1))];
    if (mark !== undefined) onGo(mark.ordinal);
  };
  const onPointerMove = (event: PointerEvent) => {
    const index = indexAt(event);
    setPointed(index);
    if (event.buttons !== 1) return;
    clearTimeout(rest.current);
    rest.current = setTimeout(() => go(index), restMs);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const from = current ?? 0;
    const target: Record<string, number> = {
      ArrowUp: from - 1,
      ArrowLeft: from - 1,
      ArrowDown: from + 1,
      ArrowRight: from + 1,
      PageUp: from - 10,
      PageDown: from + 10,
      Home: 0,
      End: marks.length - 1,
    };
    const index = target[event.key];
    if (index === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    go(index);
  };

  const markHere = current === undefined ? undefined : marks[current];
  const markPointed = pointed === undefined ? undefined : marks[pointed];
  return (
    <div
      className="thread-map"
      role="slider"
      tabIndex={0}
      aria-label="Map of the turns"
      aria-orientation={area.across ? 'horizontal' : 'vertical'}
      aria-valuemin={1}
      aria-valuemax={Math.max(1, marks.length)}
      aria-valuenow={(current ?? 0) + 1}
      aria-valuetext={markHere === undefined ? 'No turn in sight' : describeMark(markHere)}
      aria-busy={!complete}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        setPointed(indexAt(event));
        go(indexAt(event));
      }}
      onPointerMove={onPointerMove}
      onPointerLeave={() => setPointed(undefined)}
      onPointerUp={(event) => {
        if (event.pointerType !== 'mouse') setPointed(undefined);
      }}
    >
      <canvas ref={canvas} aria-hidden="true" />
      {current !== undefined && last !== undefined && (
        <div
          className="thread-map-sight"
          style={span(area.across, current * pitch, Math.max(6, (last - current + 1) * pitch))}
        />
      )}
      {markPointed !== undefined && pointed !== undefined && (
        <div className="thread-map-note" style={span(area.across, pointed * pitch, pitch)} aria-hidden="true">
          <MapNote mark={markPointed} />
        </div>
      )}
    </div>
  );
}

function MapNote({ mark }: { mark: TurnMark }) {
  const now = useNow(60_000);
  const time = mark.startedAt === undefined ? undefined : mark.startedAt * 1000;
  return (
    <span>
      <strong>{mark.ordinal + 1}</strong>
      {mark.status !== 'completed' && <em data-status={mark.status}>{statusWords[mark.status]}</em>}
      <br />
      {time !== undefined && (
        <>
          {formatDay(time, now)} {formatTimeOfDay(time)}
          <br />
        </>
      )}
      {formatCount(mark.itemCount, 'item')}, {formatBytes(mark.bytes)}
    </span>
  );
}

const statusWords = {
  completed: 'completed',
  interrupted: 'interrupted',
  failed: 'failed',
  inProgress: 'in progress',
};

function describeMark(mark: TurnMark): string {
  return `Turn ${mark.ordinal + 1}, ${statusWords[mark.status]}, ${formatCount(mark.itemCount, 'item')}`;
}

function span(across: boolean, start: number, length: number): object {
  return across ? { left: start, width: length } : { top: start, height: length };
}
