import { useEffect, useState } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';

/** What the threads can be told apart by. Sorted. */
export interface ThreadFacets {
  /** Working directories. */
  folders: readonly string[];
  /** Model providers. */
  providers: readonly string[];
}

const none: ThreadFacets = { folders: [], providers: [] };
const pageSize = 500;

/** Reads through all threads for what they can be told apart by, while `wanted`. */
export function useThreadFacets(store: ThreadStoreClient, archived: boolean, wanted: boolean): ThreadFacets {
  const [facets, setFacets] = useState(none);

  useEffect(() => {
    if (!wanted) return undefined;
    let ended = false;
    const read = async () => {
      const folders = new Set<string>();
      const providers = new Set<string>();
      let cursor: string | undefined;
      do {
        const page = await store.listThreads({ archived, pageSize, cursor });
        if (ended) return;
        for (const thread of page.items) {
          if (thread.cwd !== '') folders.add(thread.cwd);
          providers.add(thread.modelProvider);
        }
        cursor = page.nextCursor;
        setFacets({ folders: [...folders].toSorted(), providers: [...providers].toSorted() });
      } while (cursor !== undefined);
    };
    // What is wrong with the store, the list tells.
    read().catch(() => undefined);
    return () => {
      ended = true;
    };
  }, [store, archived, wanted]);

  return facets;
}
