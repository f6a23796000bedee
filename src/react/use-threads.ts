import { useMemo } from 'react';
import type { StoredThread } from '../contract/records.ts';
import { SharedWindows } from './shared-window.ts';
import { useThreadStore } from './thread-store-provider.ts';
import { type ThreadList, ThreadWindow } from './thread-window.ts';
import { limitsOf, type ListOptions, type ListView, useWindow } from './use-window.ts';

/** How to read the list of threads, with the filters of `listThreads`. Defaults: 40 in a page, 400 kept, from the newest on. */
export interface UseThreadsOptions extends ListOptions, ThreadList {}

/** The threads as far as they are read, and the ways to read more of them. */
export interface Threads extends ListView {
  /** NEWEST first. A thread that did not change stays the same object. */
  threads: readonly StoredThread[];
}

const windows = new SharedWindows<ThreadWindow>();

/**
 * Reads the list of threads page by page, and keeps it up to date. Components that ask for the same list share it, with
 * the place to which it was moved.
 * @example
 * const { threads, atOldest, loadOlder } = useThreads({ sortKey: 'recencyAt' });
 */
export function useThreads(options: UseThreadsOptions = {}): Threads {
  const store = useThreadStore();
  const { suspense, pageSize: _, maxRows: _rows, startAt: _end, ...list } = options;
  const limits = limitsOf(options, { pageSize: 40, maxRows: 400, startAt: 'newest' });
  const shared = windows.get(
    store,
    JSON.stringify([list, limits]),
    () => new ThreadWindow(store, list, limits),
  );
  const { rows, view } = useWindow(shared, suspense);
  const threads = useMemo(() => rows.toReversed(), [rows]);
  return useMemo(() => ({ ...view, threads }), [view, threads]);
}
