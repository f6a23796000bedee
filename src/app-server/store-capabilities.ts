import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import type { ThreadStore } from '../contract/thread-store.ts';

/** What a store may do beside the contract. Whatever it lacks, the face does with the contract alone, or refuses. */
export type StoreCapabilities = Pick<
  ThreadStoreClient,
  'readItems' | 'forkThread' | 'revertThread' | 'listLiveThreads' | 'subscribe'
>;

/** Whether a store can do this, too. */
export function can<Name extends keyof StoreCapabilities>(
  store: ThreadStore,
  name: Name,
): store is ThreadStore & Pick<StoreCapabilities, Name> {
  return typeof Reflect.get(store, name) === 'function';
}
