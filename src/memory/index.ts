import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { MemoryThreadStore } from './memory-thread-store.ts';

/** Makes an empty store in plain memory. What it holds is gone with it. */
export function createMemoryThreadStore(): ThreadStoreClient {
  return new MemoryThreadStore();
}
