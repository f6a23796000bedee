import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { Threads } from 'idb-thread-store/react';
import type { StoredThread } from 'idb-thread-store';
import { threadHref } from '../routing/use-route.ts';
import { Failure } from '../store/failure.tsx';
import { useNow } from './use-now.ts';
import { useThreadActions } from './thread-actions.tsx';
import { ThreadRow } from './thread-row.tsx';

/** The height of a row, in CSS pixels; `--thread-row` in the style sheet. */
const rowHeight = 64;
/** How many rows before an end of what is there the next page is asked for. */
const ahead = 60;

/** What the list shows of the threads that are read. */
export type ThreadRows = Pick<
  Threads,
  | 'threads'
  | 'atOldest'
  | 'atNewest'
  | 'loadingOlder'
  | 'loadingNewer'
  | 'error'
  | 'jump'
  | 'loadOlder'
  | 'loadNewer'
  | 'jumpTo'
  | 'retry'
>;

interface ThreadListProps {
  threads: ThreadRows;
  /** The thread that is shown. */
  currentId: string | undefined;
  /** Threads of which a turn runs. */
  running: ReadonlySet<string>;
}

/** The list of threads. Arrow keys move in it, Enter opens; what else keys do, the help sheet tells. */
export function ThreadList({ threads: list, currentId, running }: ThreadListProps) {
  const { rename, toggleArchived, remove } = useThreadActions();
  const { threads, atOldest, atNewest, loadingOlder, loadingNewer, error, jump } = list;
  const { loadOlder, loadNewer, jumpTo, retry } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState(false);
  const [activeId, setActiveId] = useState(currentId);
  const [wanted, setWanted] = useState<string>();
  const homing = useRef(false);
  const now = useNow(30_000);

  // The same function while the threads are the same: for another one the virtualizer places all rows anew.
  const getItemKey = useCallback((index: number) => threads[index]?.threadId ?? index, [threads]);
  const rows = useVirtualizer({
    count: threads.length,
    getScrollElement: () => scroller.current,
    getItemKey,
    estimateSize: () => rowHeight,
    overscan: 8,
    // A thread that comes in at the top shows at the top, but does not move the rows of one who reads further down.
    anchorTo: scrolled ? 'end' : 'start',
  });
  const items = rows.getVirtualItems();
  const firstShown = items[0]?.index ?? 0;
  const lastShown = items.at(-1)?.index ?? -1;

  useEffect(() => {
    const near = lastShown >= threads.length - ahead;
    if (near && !atOldest && !loadingOlder && error === undefined) loadOlder();
  }, [atOldest, loadingOlder, error, lastShown, threads.length, loadOlder]);

  useEffect(() => {
    if (firstShown < ahead && !atNewest && !loadingNewer && error === undefined) loadNewer();
  }, [atNewest, loadingNewer, error, firstShown, loadNewer]);

  // Home went further than what was there.
  const newestId = threads[0]?.threadId;
  useEffect(() => {
    if (!homing.current) return;
    homing.current = false;
    rows.scrollToIndex(0);
    setActiveId(newestId);
    setWanted(newestId);
    // oxlint-disable-next-line react/exhaustive-deps -- only a jump ends what Home began
  }, [jump.number]);

  // The row that an arrow key asked for may have to be rendered first.
  useEffect(() => {
    if (wanted === undefined) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-thread="${CSS.escape(wanted)}"]`);
    if (!row) return;
    row.focus({ preventScroll: true });
    setWanted(undefined);
  }, [wanted, items]);

  const reachable = threads.find((thread) => thread.threadId === (activeId ?? currentId)) ?? threads[0];

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const act: Record<string, ((thread: StoredThread) => void) | undefined> = {
      r: rename,
      e: toggleArchived,
      Delete: remove,
      Backspace: remove,
    };
    const run = act[event.key];
    const from = threads.findIndex((thread) => thread.threadId === reachable?.threadId);
    if (run !== undefined && reachable !== undefined) {
      event.preventDefault();
      // One who tidies up goes on with the thread that comes into the place of the one that leaves.
      const next = threads[from + 1] ?? threads[from - 1];
      if (run !== rename && next !== undefined) {
        setActiveId(next.threadId);
        setWanted(next.threadId);
      }
      return run(reachable);
    }
    const steps: Record<string, number> = {
      ArrowDown: from + 1,
      ArrowUp: from - 1,
      j: from + 1,
      k: from - 1,
      PageDown: from + 8,
      PageUp: from - 8,
      Home: 0,
      End: threads.length - 1,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    if (event.key === 'Home' && !atNewest) {
      homing.current = true;
      return jumpTo('newest');
    }
    const index = Math.max(0, Math.min(step, threads.length - 1));
    const target = threads[index];
    if (target === undefined) return;
    rows.scrollToIndex(index);
    setActiveId(target.threadId);
    setWanted(target.threadId);
    if (event.key === 'j' || event.key === 'k') location.replace(threadHref(target.threadId));
  };

  return (
    <nav
      className="thread-list"
      aria-label="Conversations"
      ref={scroller}
      onScroll={(event) => setScrolled(event.currentTarget.scrollTop > 0)}
      onKeyDown={onKeyDown}
      onFocus={(event) => {
        const row = event.target.closest<HTMLElement>('[data-thread]');
        if (row) setActiveId(row.dataset['thread']);
      }}
    >
      <ul style={{ height: rows.getTotalSize() }} aria-busy={loadingOlder || loadingNewer}>
        {items.map(({ key, index, start }) => {
          const thread = threads[index];
          return (
            thread && (
              <li key={key} style={{ top: start }}>
                <ThreadRow
                  thread={thread}
                  current={thread.threadId === currentId}
                  running={running.has(thread.threadId)}
                  reachable={thread === reachable}
                  now={now}
                />
              </li>
            )
          );
        })}
      </ul>
      {error !== undefined && <Failure title="The list could not be read" error={error} onRetry={retry} />}
    </nav>
  );
}
