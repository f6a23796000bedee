import { useEffect, useState } from 'react';
import type { StoredThread, ThreadStoreClient, ThreadStoreError } from 'idb-thread-store';
import { toStoreError } from '../store/store-failure.ts';

/** One thread's record, or why it cannot be read. */
export interface ThreadState {
  thread?: StoredThread;
  error?: ThreadStoreError;
}

/** Reads one thread's record, and reads it again when it changes. */
export function useThread(store: ThreadStoreClient, threadId: string): ThreadState & { retry: () => void } {
  const [state, setState] = useState<ThreadState>({});
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let ended = false;
    let reading = false;
    let changed = false;
    const read = async () => {
      changed = true;
      if (reading) return;
      reading = true;
      while (changed && !ended) {
        changed = false;
        try {
          const thread = await store.readThread({ threadId, includeArchived: true });
          if (!ended) setState({ thread });
        } catch (error) {
          if (!ended) setState({ error: toStoreError(error) });
        }
      }
      reading = false;
    };
    const unsubscribe = store.subscribe((event) => {
      // What happened to the store itself may have changed anything.
      if (!('threadId' in event) || event.threadId === threadId) void read();
    });
    void read();
    return () => {
      ended = true;
      unsubscribe();
    };
  }, [store, threadId, attempt]);

  return { ...state, retry: () => setAttempt((count) => count + 1) };
}
