import { useCallback, useEffect, useState } from 'react';
import { openThreadStore, type ThreadStoreClient, type ThreadStoreError } from 'idb-thread-store';
import { toStoreError } from './store-failure.ts';

/** A store on its way, there, or not to be had. */
export type OpenStore =
  | { state: 'opening' }
  | { state: 'open'; store: ThreadStoreClient }
  | { state: 'failed'; error: ThreadStoreError };

/** Opens the store while the component is there, and closes it after. `retry` opens it anew. */
export function useOpenStore(): { opened: OpenStore; retry: () => void } {
  const [opened, setOpened] = useState<OpenStore>({ state: 'opening' });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const stop = new AbortController();
    let store: ThreadStoreClient | undefined;
    openThreadStore({ signal: stop.signal }).then(
      (client) => {
        if (stop.signal.aborted) return void client.close();
        store = client;
        setOpened({ state: 'open', store });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setOpened({ state: 'failed', error: toStoreError(error) });
      },
    );
    return () => {
      stop.abort();
      void store?.close();
    };
  }, [attempt]);

  const retry = useCallback(() => {
    setOpened({ state: 'opening' });
    setAttempt((count) => count + 1);
  }, []);
  return { opened, retry };
}
