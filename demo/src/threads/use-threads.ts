import { useEffect, useMemo } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';
import { useSnapshot } from '../state/snapshot.ts';
import { ThreadPager, type ThreadPages } from './thread-pager.ts';

/** The list of threads, newest first, read page by page and kept up to date. */
export interface Threads extends ThreadPages {
  /** Reads the next page, if there is one and none is on its way. After an error: tries again. */
  loadMore: () => void;
}

/**
 * Reads a store's threads page by page, newest first.
 * @example
 * const { threads, complete, loadMore } = useThreads(store);
 */
export function useThreads(store: ThreadStoreClient): Threads {
  const pager = useMemo(() => new ThreadPager(store), [store]);
  useEffect(() => pager.connect(), [pager]);
  return { ...useSnapshot(pager.snapshot), loadMore: pager.loadMore };
}
