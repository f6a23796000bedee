import { useEffect, useMemo } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';
import { ThreadMap } from './thread-map.ts';

/** The map of a thread, read while the component is there. */
export function useThreadMap(store: ThreadStoreClient, threadId: string): ThreadMap {
  const map = useMemo(() => new ThreadMap(store, threadId), [store, threadId]);
  useEffect(() => map.connect(), [map]);
  return map;
}
