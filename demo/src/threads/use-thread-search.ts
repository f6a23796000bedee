import { useEffect, useState } from 'react';
import type { StoredThread, ThreadStoreClient } from 'idb-thread-store';
import { findPattern } from '../find/find-pattern.ts';
import type { ListFilters } from './list-filters.tsx';
import { listParams } from './list-params.ts';
import { threadTitle } from './thread-title.ts';

/** The threads that were found, in the list's order. */
export interface ThreadSearch {
  threads: readonly StoredThread[];
  /** Whether all threads were looked at. */
  complete: boolean;
}

const none: ThreadSearch = { threads: [], complete: false };
const pageSize = 250;
/** What one types is looked for once the hands rest this long. */
const restMs = 120;
/** Threads change many times a second while one is written. */
const quietMs = 1500;

/**
 * Looks for words in what threads are called, how they begin, and where they were, in upper and lower case alike; also
 * anew as threads change. Nothing is read while there are no words.
 */
export function useThreadSearch(store: ThreadStoreClient, filters: ListFilters): ThreadSearch | undefined {
  const [found, setFound] = useState<ThreadSearch>(none);
  const { sortKey, archived, folder, provider, words } = filters;
  const isAsked = words.trim() !== '';

  useEffect(() => {
    const pattern = findPattern(words);
    if (pattern === undefined) return undefined;
    let timer = setTimeout(() => void search(), restMs);
    let round = 0;
    const search = async () => {
      const mine = ++round;
      const threads: StoredThread[] = [];
      let cursor: string | undefined;
      do {
        const params = listParams({ sortKey, archived, folder, provider });
        const page = await store.listThreads({ ...params, pageSize, cursor }).catch(() => undefined);
        if (mine !== round) return;
        threads.push(...(page?.items ?? []).filter((thread) => matches(thread, pattern)));
        cursor = page?.nextCursor;
        setFound({ threads: [...threads], complete: cursor === undefined });
      } while (cursor !== undefined);
    };
    const unsubscribe = store.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(() => void search(), quietMs);
    });
    return () => {
      round++;
      clearTimeout(timer);
      unsubscribe();
      setFound(none);
    };
  }, [store, sortKey, archived, folder, provider, words]);

  return isAsked ? found : undefined;
}

function matches(thread: StoredThread, pattern: RegExp): boolean {
  return `${threadTitle(thread)}\n${thread.preview}\n${thread.cwd}`.search(pattern) !== -1;
}
