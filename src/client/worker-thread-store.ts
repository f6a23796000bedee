import { proxy, releaseProxy, wrap, type Remote } from 'comlink';
import { aborted, ThreadStoreError } from '../contract/errors.ts';
import type { ItemPage, StoredThread, ThreadHistory, ThreadPage, TurnPage } from '../contract/records.ts';
import type * as requests from '../contract/requests.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { Subscribers } from '../contract/subscribers.ts';
import type { StorageStatus, ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import type { Outcome, StoreMethod, WorkerApi } from '../worker/protocol.ts';
import { fromWireError } from '../worker/wire-error.ts';
import { FileHost } from './import-host.ts';

/** The store in a worker, as the page holds it: every method is one call. */
export class WorkerThreadStore implements ThreadStoreClient {
  readonly #worker: Worker;
  readonly #api: Remote<WorkerApi>;
  readonly #subscribers = new Subscribers();
  /** Rejects when the worker is lost: a call that waits for an answer would wait for ever. */
  readonly #lost: Promise<never>;
  #lose: (error: ThreadStoreError) => void = () => undefined;
  /** The name of the next call that can be stopped. */
  #nextId = 0;
  /** Why there is no worker any more. */
  #end: ThreadStoreError | undefined;

  private constructor(worker: Worker) {
    this.#worker = worker;
    this.#api = wrap<WorkerApi>(worker);
    this.#lost = new Promise((_, reject) => {
      this.#lose = reject;
    });
    this.#lost.catch(() => undefined);
    worker.addEventListener('error', ({ message }) =>
      this.#release(`the store's worker failed: ${message}`, true),
    );
    worker.addEventListener('messageerror', () =>
      this.#release("the store's worker sent what cannot be read", true),
    );
  }

  /** Opens the database in a worker that has answered. */
  static async open(worker: Worker, name: string | undefined): Promise<WorkerThreadStore> {
    const store = new WorkerThreadStore(worker);
    try {
      await store.#ask('open', () =>
        store.#api.open(
          name,
          proxy((event) => store.#subscribers.tell(event)),
        ),
      );
      return store;
    } catch (error) {
      store.#release('the store did not open', false);
      throw error;
    }
  }

  createThread(params: requests.CreateThreadParams): Promise<void> {
    return this.#call('createThread', params);
  }
  resumeThread(params: requests.ResumeThreadParams): Promise<void> {
    return this.#call('resumeThread', params);
  }
  appendItems(params: requests.AppendItemsParams): Promise<void> {
    return this.#call('appendItems', params);
  }
  persistThread(params: requests.ThreadParams): Promise<void> {
    return this.#call('persistThread', params);
  }
  flushThread(params: requests.ThreadParams): Promise<void> {
    return this.#call('flushThread', params);
  }
  shutdownThread(params: requests.ThreadParams): Promise<void> {
    return this.#call('shutdownThread', params);
  }
  discardThread(params: requests.ThreadParams): Promise<void> {
    return this.#call('discardThread', params);
  }
  loadHistory(params: requests.LoadHistoryParams): Promise<ThreadHistory> {
    return this.#call('loadHistory', params);
  }
  readThread(params: requests.ReadThreadParams): Promise<StoredThread> {
    return this.#call('readThread', params);
  }
  readThreadByRolloutPath(params: requests.ReadThreadByRolloutPathParams): Promise<StoredThread> {
    return this.#call('readThreadByRolloutPath', params);
  }
  listThreads(params: requests.ListThreadsParams): Promise<ThreadPage> {
    return this.#call('listThreads', params);
  }
  listTurns(params: requests.ListTurnsParams): Promise<TurnPage> {
    return this.#call('listTurns', params);
  }
  listItems(params: requests.ListItemsParams): Promise<ItemPage> {
    return this.#call('listItems', params);
  }
  updateThreadMetadata(params: requests.UpdateThreadMetadataParams): Promise<StoredThread> {
    return this.#call('updateThreadMetadata', params);
  }
  archiveThread(params: requests.ThreadParams): Promise<void> {
    return this.#call('archiveThread', params);
  }
  unarchiveThread(params: requests.ThreadParams): Promise<StoredThread> {
    return this.#call('unarchiveThread', params);
  }
  deleteThread(params: requests.ThreadParams): Promise<void> {
    return this.#call('deleteThread', params);
  }

  async importRollouts(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    { signal, surface, onProgress }: ImportOptions = {},
  ): Promise<ImportReport> {
    const host = new FileHost(files, onProgress);
    try {
      return await this.#stoppable('importRollouts', signal, (id) =>
        this.#ask('importRollouts', () => this.#api.importRollouts(id, proxy(host), { surface })),
      );
    } finally {
      await host.end();
    }
  }

  subscribe(listener: (event: ThreadStoreEvent) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async status(): Promise<StorageStatus> {
    return { ...(await this.#ask('status', () => this.#api.status())), mode: 'worker' };
  }

  async close(): Promise<void> {
    // A worker that is lost has nothing open any more.
    await this.#ask('close', () => this.#api.close()).catch(() => undefined);
    this.#release('the store is closed', false);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call<Method extends StoreMethod>(
    method: Method,
    params: Parameters<ThreadStore[Method]>[0],
  ): ReturnType<ThreadStore[Method]> {
    const { signal, rest } = withoutSignal(params);
    const answer = signal
      ? this.#stoppable(method, signal, (id) => this.#ask(method, () => this.#api.call(method, rest, id)))
      : this.#ask(method, () => this.#api.call(method, rest));
    // The worker answers what the method of the same name gives; the wire's type cannot say so.
    return answer as ReturnType<ThreadStore[Method]>;
  }

  /** Makes a call that has a name, by which the worker is told to stop it. How it ended is for the worker to say. */
  async #stoppable<T>(
    operation: string,
    signal: AbortSignal | undefined,
    call: (id: number) => Promise<T>,
  ): Promise<T> {
    if (signal?.aborted) throw aborted(operation, signal.reason);
    const id = this.#nextId++;
    const stop = () => this.#end ?? void this.#api.abort(id);
    signal?.addEventListener('abort', stop);
    try {
      return await call(id);
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }

  async #ask<T>(operation: string, send: () => Promise<Outcome<T>>): Promise<T> {
    if (this.#end) throw this.#end;
    const outcome = await Promise.race([this.#lost, sent(operation, send)]);
    if (!outcome.ok) throw fromWireError(outcome.error);
    return outcome.value;
  }

  /** Lets the worker go: what waits for it fails, and so does every later call. */
  #release(reason: string, retryable: boolean): void {
    if (this.#end) return;
    this.#end = new ThreadStoreError('unavailable', reason, { retryable });
    this.#lose(this.#end);
    this.#api[releaseProxy]();
    this.#worker.terminate();
  }
}

/** Sends a call. What cannot be copied to the worker, as a function, is the caller's mistake. */
async function sent<T>(operation: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw new ThreadStoreError('invalid_request', `params cannot be sent to the worker: ${String(error)}`, {
      operation,
      cause: error,
    });
  }
}

/** Takes the signal out of params: it cannot be sent. What is none stays, for the worker to refuse. */
function withoutSignal<Params>(params: Params): { signal?: AbortSignal; rest: Params } {
  if (typeof params !== 'object' || params === null || !('signal' in params)) return { rest: params };
  const { signal, ...rest } = params;
  return signal instanceof AbortSignal ? { signal, rest: rest as Params } : { rest: params };
}
