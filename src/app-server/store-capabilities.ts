import type { StoredThread, StoredThreadItem } from '../contract/records.ts';
import type { ThreadStoreEvent } from '../contract/thread-store-client.ts';
import type { ThreadStore } from '../contract/thread-store.ts';

/** What a store may do beside the contract. Whatever it lacks, the face does with the contract alone, or refuses. */
export interface StoreCapabilities {
  /** The items of one turn that have these ids, in stored order; ids that are not there are left out. */
  readItems(params: {
    threadId: string;
    turnId: string;
    itemIds: string[];
    includeArchived: boolean;
  }): Promise<{ items: StoredThreadItem[] }>;
  /** Replaces a paginated thread's history by what it was before one turn. Gives the thread's new record. */
  revertThread(params: { threadId: string; beforeTurnId: string }): Promise<StoredThread>;
  /** The threads that have a live writer of this store. */
  listLiveThreads(): Promise<{ threadIds: string[] }>;
  /** Calls `listener` for every change, here or elsewhere. Gives the function that ends it. */
  subscribe(listener: (event: ThreadStoreEvent) => void): () => void;
}

/** Whether a store can do this, too. */
export function can<Name extends keyof StoreCapabilities>(
  store: ThreadStore,
  name: Name,
): store is ThreadStore & Pick<StoreCapabilities, Name> {
  return typeof Reflect.get(store, name) === 'function';
}
