import { ThreadStoreError } from './contract/errors.ts';
import type { ThreadStoreClient, ThreadStoreEvent } from './contract/thread-store-client.ts';
import { Connection } from './idb/connection.ts';
import { IdbThreadStore } from './idb/idb-thread-store.ts';
import { openPeers } from './idb/open-peers.ts';
import { Subscribers } from './contract/subscribers.ts';

export { ThreadStoreError } from './contract/errors.ts';
export type { ThreadStoreClient } from './contract/thread-store-client.ts';

/** The name of the database where none is given. */
const DEFAULT_NAME = 'idb-thread-store';

/** How to open a store in this thread. */
export interface DirectThreadStoreOptions {
  /** The database's name. Default `idb-thread-store`. */
  name?: string | undefined;
  /** The IndexedDB to use. Default: the platform's. */
  indexedDB?: IDBFactory | undefined;
  /** The `IDBKeyRange` that belongs to it. Default: the platform's. */
  IDBKeyRange?: typeof IDBKeyRange | undefined;
  /**
   * How long a call waits for other tabs that keep the database from being opened, in milliseconds: then it fails with
   * `unavailable`, and may be asked again. Default 10 seconds.
   */
  openDeadlineMs?: number | undefined;
  /** A subscriber from before the opening on: it hears of `blocked`, too. */
  onEvent?: ((event: ThreadStoreEvent) => void) | undefined;
}

/**
 * Opens the store in this thread, with no worker: for workers and service workers of an app's own, and for Node with
 * an IndexedDB that is injected.
 * @throws ThreadStoreError `unavailable` when there is no IndexedDB, or it does not open.
 */
export async function openDirectThreadStore(
  options: DirectThreadStoreOptions = {},
): Promise<ThreadStoreClient> {
  const name = options.name ?? DEFAULT_NAME;
  const factory = options.indexedDB ?? globalThis.indexedDB;
  const keyRange = options.IDBKeyRange ?? globalThis.IDBKeyRange;
  if (!factory || !keyRange) {
    throw new ThreadStoreError(
      'unavailable',
      'there is no IndexedDB here; pass `indexedDB` and `IDBKeyRange`, or use the memory store',
      { operation: 'open', retryable: false },
    );
  }
  const subscribers = new Subscribers();
  if (options.onEvent) subscribers.add(options.onEvent);
  const connection = new Connection({
    name,
    platform: { indexedDB: factory, IDBKeyRange: keyRange },
    onEvent: (event) => subscribers.tell(event),
    openDeadlineMs: options.openDeadlineMs,
  });
  await connection.open().catch((error: unknown) => {
    // A handle that comes later must not keep other tabs from theirs.
    void connection.close();
    throw error;
  });
  const peers = openPeers(factory, name, (event) => subscribers.tell(event));
  const store = new IdbThreadStore(connection, peers, subscribers);
  store.sweepSoon();
  return store;
}
