import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';

let opened = 0;

/** A name that no other test uses. */
export function freshName(): string {
  return `test-${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}-${opened++}`;
}

/** An empty store on this platform's IndexedDB. */
export function openFreshDirectStore(): Promise<ThreadStoreClient> {
  return openDirectThreadStore({ name: freshName() });
}
