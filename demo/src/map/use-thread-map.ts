import { useEffect, useMemo } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';
import { ThreadMap } from './thread-map.ts';

/**
 * The map of a thread, read while the component is there.
 * @param begins whether it may be read now: the turns that one sees come first
 */
export function useThreadMap(store: ThreadStoreClient, threadId: string, begins: boolean): ThreadMap {
  const map = useMemo(() => new ThreadMap(store, threadId), [store, threadId]);
  useEffect(() => (begins ? map.connect() : undefined), [map, begins]);
  return map;
}
