import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { StoredTurn } from 'idb-thread-store';
import type { ListEnd, Turns } from 'idb-thread-store/react';
import { Failure } from '../store/failure.tsx';
import { useNow } from '../threads/use-now.ts';
import { idle } from '../state/idle.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { WantedTurn } from './go-to-turn.ts';
import { growUpward } from './grow-upward.ts';
import type { TurnsInSight } from './turns-in-sight.ts';
import { TurnCard } from './turn-card.tsx';
import { estimateTurnHeight } from './turn-height.ts';
import type { OpenTurnsState } from './use-open-turns.ts';

/** How many turns before the edge of what is there the next page is asked for. */
const ahead = 10;
/** The turn that crosses this line below the top is the first in sight, in CSS pixels. */
const readingLine = 72;
/** How close to an end of what is there counts as at it, in CSS pixels. */
const edgeDistance = 40;

interface TurnFeedProps {
  threadId: string;
  turns: Turns;
  open: OpenTurnsState;
  /** Hears which of the thread's ends are in sight, when that changes. */
  onSight: (inSight: Record<ListEnd, boolean>) => void;
  /** Is told which turns are in sight. */
  sight: Snapshot<TurnsInSight | undefined>;
  /** A turn of those that are here, to scroll to. */
  wanted: WantedTurn | undefined;
  /** The turn that the address names. */
  linked: number | undefined;
}

/**
 * The turns, as far as they are read, in one scrolling column. Render it anew, with another key, for every jump: it
 * begins where the jump went.
 */
export function TurnFeed({ threadId, turns: window, open, onSight, sight, wanted, linked }: TurnFeedProps) {
  const { turns, atOldest, atNewest, loadingOlder, loadingNewer, error, jump, growth } = window;
  const { loadOlder, loadNewer, jumpTo, retry } = window;
  const scroller = useRef<HTMLDivElement>(null);
  const pinned = useRef(jump.to === 'newest');
  const now = useNow(60_000);

  // What is in sight is painted first; what one may scroll to next comes after it.
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    let ended = false;
    void idle().then(() => !ended && setSettled(true));
    return () => {
      ended = true;
    };
  }, []);

  const rows = useVirtualizer<HTMLDivElement, Element>({
    count: turns.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => turns[index]?.turnId ?? index,
    estimateSize: (index) => estimateTurnHeight(turns[index]),
    initialOffset: () =>
      jump.to === 'newest' ? turns.reduce((height, turn) => height + estimateTurnHeight(turn), 0) : 0,
    overscan: settled ? 4 : 0,
    paddingStart: 56,
    paddingEnd: 56,
    // What is read above does not move what is in sight, in browsers without scroll anchoring, too.
    anchorTo: 'end',
    // Never by itself: opening the last turn would scroll past what was opened. See the effect below.
    scrollEndThreshold: -1,
  });
  const items = rows.getVirtualItems();
  const first = rows.range?.startIndex;
  const last = rows.range?.endIndex;

  useLayoutEffect(() => {
    rows.shouldAdjustScrollPositionOnItemSizeChange = growUpward;
  }, [rows]);

  useLayoutEffect(() => {
    if (jump.to === 'newest') rows.scrollToEnd();
  }, [rows, jump.to]);

  // One who reads the newest turn sees it grow.
  useLayoutEffect(() => {
    if (growth > 0 && pinned.current) rows.scrollToEnd();
  }, [rows, growth]);

  useEffect(() => {
    if (first !== undefined && first < ahead && !atOldest && !loadingOlder && error === undefined)
      loadOlder();
  }, [first, atOldest, loadingOlder, error, loadOlder]);

  useEffect(() => {
    const near = last !== undefined && last >= turns.length - ahead;
    if (near && !atNewest && !loadingNewer && error === undefined) loadNewer();
  }, [last, turns.length, atNewest, loadingNewer, error, loadNewer]);

  // What one reads is not the last line of the turn before.
  const read = rows.getVirtualItemForOffset((rows.scrollOffset ?? 0) + readingLine)?.index ?? first;
  useEffect(() => {
    const [from, to] = [turns[read ?? -1], turns[last ?? -1]];
    const inSight = from && to && { first: from.ordinal, last: Math.max(from.ordinal, to.ordinal) };
    const before = sight.get();
    if (before?.first !== inSight?.first || before?.last !== inSight?.last) sight.set(inSight);
  }, [sight, turns, read, last]);

  // Only what is wanted now: the turns that come later do not bring one back there.
  const done = useRef(wanted?.number);
  useLayoutEffect(() => {
    if (wanted === undefined || done.current === wanted.number) return;
    done.current = wanted.number;
    const index = turns.findIndex((turn) => turn.ordinal === wanted.ordinal);
    if (index !== -1) rows.scrollToIndex(index, { align: 'start' });
  }, [rows, turns, wanted]);

  const [scroll, setScroll] = useState({ top: jump.to === 'oldest', bottom: jump.to === 'newest' });
  const startInSight = atOldest && scroll.top;
  const newestInSight = atNewest && scroll.bottom;
  useEffect(() => {
    onSight({ oldest: startInSight, newest: newestInSight });
  }, [onSight, startInSight, newestInSight]);

  const look = useCallback(() => {
    if (scroller.current === null) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller.current;
    const top = scrollTop < edgeDistance;
    const bottom = scrollHeight - scrollTop - clientHeight < edgeDistance;
    pinned.current = bottom;
    setScroll((before) => (top === before.top && bottom === before.bottom ? before : { top, bottom }));
  }, []);
  // What opens or closes moves the end without a scroll.
  const height = rows.getTotalSize();
  useEffect(look, [look, height]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Home' && !atOldest) jumpTo('oldest');
    else if (event.key === 'End' && !atNewest) jumpTo('newest');
    else return;
    event.preventDefault();
  };

  const { toggle, loadMoreItems, openTurns } = open;
  const onToggle = useCallback(
    (turn: StoredTurn, bar: HTMLElement) => {
      const row = bar.closest<HTMLElement>('[data-index]');
      const top = scroller.current?.getBoundingClientRect().top ?? 0;
      toggle(turn);
      // Closed from the bar that stuck to the top, a turn would leave one somewhere in those below.
      if (row !== null && bar.ariaExpanded === 'true' && bar.getBoundingClientRect().top - top < 16)
        rows.scrollToIndex(Number(row.dataset['index']), { align: 'start' });
    },
    [rows, toggle],
  );

  return (
    <div
      className="turn-feed"
      ref={scroller}
      role="feed"
      aria-label="Turns"
      aria-busy={loadingOlder || loadingNewer}
      tabIndex={0}
      onScroll={look}
      onKeyDown={onKeyDown}
    >
      <div className="turn-rows" style={{ height, paddingTop: items[0]?.start }}>
        <p className="feed-edge" data-loading={!atOldest || undefined}>
          {atOldest ? 'The conversation begins' : 'Reading older turns…'}
        </p>
        {/* One below the other, not each in a place of its own: one that opens moves those below it in the same frame. */}
        {items.map(({ key, index }) => {
          const turn = turns[index];
          return (
            turn && (
              <article
                key={key}
                ref={rows.measureElement}
                className="turn"
                data-index={index}
                data-turn={turn.turnId}
                aria-current={turn.ordinal === linked ? 'location' : undefined}
                aria-posinset={turn.ordinal + 1}
                aria-setsize={-1}
                aria-label={`Turn ${turn.ordinal + 1}`}
              >
                <TurnCard
                  threadId={threadId}
                  turn={turn}
                  open={openTurns.get(turn.turnId)}
                  onToggle={onToggle}
                  onLoadMore={loadMoreItems}
                  now={now}
                />
              </article>
            )
          );
        })}
      </div>
      {error !== undefined && (
        <div className="feed-failure">
          <Failure title="More turns could not be read" error={error} onRetry={retry} />
        </div>
      )}
    </div>
  );
}
