import { useCallback, useEffect, useState } from 'react';
import type { StorageStatus, ThreadStoreClient } from 'idb-thread-store';

/** Asking costs little, but an import changes threads many times a second. */
const quietMs = 1000;

/** How the store keeps its data, asked again after changes; `ask` asks now. */
export function useStorageStatus(store: ThreadStoreClient): {
  status: StorageStatus | undefined;
  ask: () => void;
} {
  const [status, setStatus] = useState<StorageStatus>();
  // What cannot be asked keeps its last answer; the panes tell what is wrong.
  const ask = useCallback(() => void store.status().then(setStatus, () => undefined), [store]);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = store.subscribe(() => {
      timer ??= setTimeout(() => {
        timer = undefined;
        ask();
      }, quietMs);
    });
    ask();
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store, ask]);

  return { status, ask };
}
