import { createStoreWorker, startWorker } from './client/start-worker.ts';
import { WorkerThreadStore } from './client/worker-thread-store.ts';
import { aborted, ThreadStoreError } from './contract/errors.ts';
import type { ThreadStoreClient } from './contract/thread-store-client.ts';

export {
  ThreadStoreError,
  type ThreadStoreErrorCode,
  type ThreadStoreErrorOptions,
} from './contract/errors.ts';
export { UnsupportedThreadStore } from './contract/unsupported-thread-store.ts';
export type * from './contract/json.ts';
export type * from './contract/records.ts';
export type * from './contract/requests.ts';
export type * from './contract/rollout-import.ts';
export {
  LiveThread,
  type ResumeThreadOptions,
  type StartThreadOptions,
  type StartTurnOptions,
} from './live/live-thread.ts';
export type { LiveTurn } from './live/live-turn.ts';
export { isItemOf } from './contract/thread-item.ts';
export type * from './contract/thread-item.ts';
export type * from './contract/thread-store-client.ts';
export type * from './contract/thread-store.ts';

/** How to open a store. */
export interface ThreadStoreOptions {
  /** The database's name. Default `idb-thread-store`. */
  name?: string | undefined;
  /** Makes the worker, where the bundler does not find it by itself: a module worker of `idb-thread-store/worker`. */
  worker?: (() => Worker) | undefined;
  /**
   * Where the store runs: `worker`; `direct`, in this thread; or `auto`, the default, in a worker if one can be
   * started and else in this thread. `status()` tells which it became.
   */
  mode?: 'auto' | 'worker' | 'direct' | undefined;
  /** Stops the opening. */
  signal?: AbortSignal | undefined;
}

/**
 * Opens the store for a page.
 * @throws ThreadStoreError `unavailable` when the database does not open, or with mode `worker` when no worker starts;
 * `aborted` when the signal stops it.
 */
export async function openThreadStore(options: ThreadStoreOptions = {}): Promise<ThreadStoreClient> {
  const { name, mode = 'auto', signal, worker = createStoreWorker } = options;
  if (mode !== 'direct') {
    const started = await startWorker(worker, signal).catch((error: unknown) => {
      if (mode === 'worker' || !isUnavailable(error)) throw error;
      return undefined;
    });
    if (started) return WorkerThreadStore.open(started, name);
  }
  if (signal?.aborted) throw aborted('open', signal.reason);
  // Loaded on demand: a page whose worker starts does not need the store's code.
  const { openDirectThreadStore } = await import('./direct.ts');
  return openDirectThreadStore({ name });
}

function isUnavailable(error: unknown): boolean {
  return error instanceof ThreadStoreError && error.code === 'unavailable';
}
