import { type RefObject, useEffect } from 'react';
import { useSnapshot } from '../state/snapshot.ts';
import { clearMarks, rangesOf, showMarks } from './find-marks.ts';
import type { Hit } from './find-in-thread.ts';
import type { ThreadFinder } from './thread-finder.ts';

/** For so long what is being opened is followed to where the hit comes to lie, in milliseconds. */
const followMs = 1500;

/**
 * Marks what was found in what the page shows, also as it changes, and brings the present hit into sight once it is
 * there.
 */
export function useFindMarks(scroller: RefObject<HTMLElement | null>, finder: ThreadFinder): void {
  const { term, hits, current } = useSnapshot(finder.snapshot);
  const hit = hits[current];
  const { turnId, itemId, indexInItem } = hit ?? {};

  useEffect(() => {
    const element = scroller.current;
    if (element === null || term.trim() === '') return undefined;
    const until = performance.now() + followMs;
    let shown = false;
    let frame = 0;
    const mark = () => {
      frame = 0;
      const ranges = [...element.querySelectorAll('[data-item]')].flatMap((item) => rangesOf(item, term));
      const found = hitRange(element, term, { turnId, itemId, indexInItem });
      showMarks(ranges, found);
      if (found !== undefined && !shown && performance.now() < until) {
        shown = true;
        bringIntoSight(element, found);
      }
    };
    const later = () => {
      frame ||= requestAnimationFrame(mark);
    };
    later();
    const observer = new MutationObserver(later);
    observer.observe(element, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame);
      clearMarks();
    };
  }, [scroller, term, turnId, itemId, indexInItem]);
}

function hitRange(
  element: HTMLElement,
  term: string,
  { turnId, itemId, indexInItem = 0 }: { [Field in keyof Hit]?: Hit[Field] | undefined },
): Range | undefined {
  if (turnId === undefined || itemId === undefined) return undefined;
  const item = element.querySelector(
    `[data-turn="${CSS.escape(turnId)}"] [data-item="${CSS.escape(itemId)}"]`,
  );
  const ranges = item === null ? [] : rangesOf(item, term);
  // What is shown may have fewer: a Markdown text hides its links' addresses.
  return ranges[Math.min(indexInItem, ranges.length - 1)];
}

/** Scrolls every pane that the range lies in until it is in its middle, if it is out of sight. */
function bringIntoSight(scroller: HTMLElement, range: Range): void {
  for (let pane = range.startContainer.parentElement; pane !== null; pane = pane.parentElement) {
    if (pane.scrollHeight > pane.clientHeight + 1 || pane.scrollWidth > pane.clientWidth + 1) {
      const box = pane.getBoundingClientRect();
      const at = range.getBoundingClientRect();
      if (at.top < box.top + 48 || at.bottom > box.bottom - 24)
        pane.scrollTop += at.top - box.top - box.height / 2;
      if (at.left < box.left || at.right > box.right) pane.scrollLeft += at.left - box.left - box.width / 2;
    }
    if (pane === scroller) return;
  }
}
