import { type ReactNode, useMemo, useState } from 'react';
import { useThreads, useThreadStore } from 'idb-thread-store/react';
import { countFilters, type ListFilters, noFilters } from './list-filters.tsx';
import { listParams } from './list-params.ts';
import { ListTools } from './list-tools.tsx';
import { useThreadActions } from './thread-actions.tsx';
import { ThreadList, type ThreadRows } from './thread-list.tsx';
import { useRunningThreads } from './use-running-threads.ts';
import { useThreadSearch } from './use-thread-search.ts';

interface ThreadsPaneProps {
  /** The thread that is shown. */
  currentId: string | undefined;
  /** What is shown where there is no thread at all. */
  empty: ReactNode;
}

/** A record is a kilobyte or so: those that were scrolled past stay, so that the scroll bar is true. */
const maxRows = 20_000;
/** Enough of them that a fast scroll seldom overtakes what is read. */
const pageSize = 100;

/** The threads, what is looked for among them, and the ways to choose. */
export function ThreadsPane({ currentId, empty }: ThreadsPaneProps) {
  const store = useThreadStore();
  const [filters, setFilters] = useState<ListFilters>(noFilters);
  const threads = useThreads({ ...listParams(filters), pageSize, maxRows });
  const search = useThreadSearch(store, filters);
  const running = useRunningThreads(store);
  const { leaving } = useThreadActions();

  const rows = useMemo((): ThreadRows => {
    const all =
      search === undefined
        ? threads
        : {
            ...threads,
            threads: search.threads,
            atOldest: true,
            atNewest: true,
            loadingOlder: !search.complete,
          };
    if (leaving.size === 0) return all;
    return { ...all, threads: all.threads.filter(({ threadId }) => !leaving.has(threadId)) };
  }, [threads, search, leaving]);

  const isEmpty = threads.loaded && rows.threads.length === 0 && threads.error === undefined;
  const isChosen = search !== undefined || countFilters(filters) > 0;
  return (
    <>
      <ListTools filters={filters} onChange={setFilters} />
      {!isEmpty ? (
        <ThreadList key={JSON.stringify(filters)} threads={rows} currentId={currentId} running={running} />
      ) : isChosen ? (
        <div className="pane-message" aria-busy={search?.complete === false}>
          <p className="quiet" role="status">
            {search?.complete === false ? 'Looking…' : 'No conversation is like that.'}
          </p>
          <button type="button" className="button" onClick={() => setFilters(noFilters)}>
            Show all
          </button>
        </div>
      ) : (
        <div className="pane-message">{empty}</div>
      )}
    </>
  );
}
