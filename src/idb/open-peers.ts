import type { ThreadEvent } from '../contract/thread-store-client.ts';
import { LocalPeers } from './local-peers.ts';
import type { Peers } from './peers.ts';
import { WebPeers } from './web-peers.ts';

/**
 * The other stores on a database: of all tabs, where the platform has Web Locks (secure contexts only) and the
 * database is its own; else of this thread.
 */
export function openPeers(
  factory: IDBFactory,
  databaseName: string,
  onEvent: (event: ThreadEvent) => void,
): Peers {
  const locks = globalThis.navigator?.locks;
  if (factory === globalThis.indexedDB && locks && typeof BroadcastChannel !== 'undefined') {
    return new WebPeers(databaseName, locks, onEvent);
  }
  return new LocalPeers(factory, databaseName, onEvent);
}
