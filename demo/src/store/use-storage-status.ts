import { useEffect, useState } from 'react';
import type { StorageStatus, ThreadStoreClient } from 'idb-thread-store';

/** Asking costs little, but an import changes threads many times a second. */
const quietMs = 1000;

/** How the store keeps its data, asked again after changes. */
export function useStorageStatus(store: ThreadStoreClient): StorageStatus | undefined {
  const [status, setStatus] = useState<StorageStatus>();

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const ask = async () => {
      timer = undefined;
      try {
        const answer = await store.status();
        if (!ended) setStatus(answer);
      } catch {
        // The footer keeps its last line; the panes tell what is wrong.
      }
    };
    const unsubscribe = store.subscribe(() => {
      timer ??= setTimeout(() => void ask(), quietMs);
    });
    void ask();
    return () => {
      ended = true;
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store]);

  return status;
}
