import type { ThreadStoreClient } from './contract/thread-store-client.ts';
import { openDirectThreadStore, type DirectThreadStoreOptions } from './direct.ts';
import { MemoryThreadStore } from './memory/memory-thread-store.ts';

/**
 * Opens the store in this thread; where the browser denies storage, in memory, and `status()` says why. Denied is not
 * the same as out of order: what cannot be read now must not look like a history that is empty.
 * @throws ThreadStoreError as {@link openDirectThreadStore} does, but for storage that is denied
 */
export async function openLocalThreadStore(options: DirectThreadStoreOptions): Promise<ThreadStoreClient> {
  let reason: string | undefined;
  try {
    // Asking for it fails already in some browsers where cookies are blocked.
    if (globalThis.indexedDB) return await openDirectThreadStore(options);
    reason = 'it has no IndexedDB';
  } catch (error) {
    reason = denialOf(error);
    if (reason === undefined) throw error;
  }
  const store = new MemoryThreadStore(`the browser denies storage: ${reason}`);
  if (options.onEvent) store.subscribe(options.onEvent);
  return store;
}

/** In which words the browser denied storage; `undefined` when it failed for another reason. */
function denialOf(error: unknown): string | undefined {
  if (!(error instanceof Error || error instanceof DOMException)) return undefined;
  const { name, message } = error;
  const isDenied =
    // An opaque origin, or blocked cookies.
    name === 'SecurityError' ||
    // Private windows of Firefox before 115 and of browsers made of it: "did not allow mutations".
    name === 'InvalidStateError' ||
    // Chromium, where cookies are blocked.
    (name === 'UnknownError' && /denied permission/.test(message));
  return isDenied ? message : denialOf(error.cause);
}
