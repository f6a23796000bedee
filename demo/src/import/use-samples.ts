import { useEffect } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';
import { sampleJob } from './sample-job.ts';
import type { Importer } from './use-import.ts';

/** Remembers that one has deleted everything. */
const refusedKey = 'samples';

/** Imports the sample conversations never again in this browser. */
export function refuseSamples(): void {
  try {
    localStorage.setItem(refusedKey, 'refused');
  } catch {
    // Where nothing can be remembered, a next visit is a first one.
  }
}

function samplesRefused(): boolean {
  try {
    return localStorage.getItem(refusedKey) !== null;
  } catch {
    return false;
  }
}

/** On a first visit, when the store has no thread at all: imports the sample conversations. */
export function useSamples(store: ThreadStoreClient, start: Importer['start']): void {
  useEffect(() => {
    if (samplesRefused()) return undefined;
    let ended = false;
    const look = async () => {
      const [active, archived] = await Promise.all([
        store.listThreads({ pageSize: 1 }),
        store.listThreads({ pageSize: 1, archived: true }),
      ]);
      if (!ended && active.items.length === 0 && archived.items.length === 0) start(sampleJob());
    };
    // What is wrong with the store, the list tells.
    look().catch(() => undefined);
    return () => {
      ended = true;
    };
  }, [store, start]);
}
