import { useEffect, useState } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';

/** The threads of which somebody here said that a turn runs, and not yet that it ended. */
export function useRunningThreads(store: ThreadStoreClient): ReadonlySet<string> {
  const [running, setRunning] = useState<ReadonlySet<string>>(new Set());

  useEffect(
    () =>
      store.subscribe((event) => {
        if (!('threadId' in event)) return;
        const { threadId } = event;
        const turn = event.type === 'threadChanged' ? event.changes?.turns.at(-1) : undefined;
        if (event.type === 'threadChanged' && turn === undefined) return;
        const runs = turn?.status === 'inProgress';
        setRunning((before) => {
          if (before.has(threadId) === runs) return before;
          const now = new Set(before);
          if (runs) now.add(threadId);
          else now.delete(threadId);
          return now;
        });
      }),
    [store],
  );

  return running;
}
