import { proxy, wrap } from 'comlink';
import { aborted, storeIsClosed, ThreadStoreError } from '../contract/thread-store-error.ts';
import type {
  ItemPage,
  StoredThread,
  StoredThreadItem,
  ThreadHistory,
  ThreadPage,
  TurnPage,
} from '../contract/records.ts';
import type * as requests from '../contract/requests.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { Subscribers } from '../contract/subscribers.ts';
import type { StorageStatus, ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import type { Outcome, StoreMethod, WorkerApi, ZstdApi } from '../worker/protocol.ts';
import { NewestPages } from './newest-pages.ts';
import { StoreLink } from './store-link.ts';
import { createStoreWorker } from './store-worker.ts';

/** How long a worker may say nothing: its longest steps, as a line of 50 MB, take seconds on a slow phone. */
const DEADLINE_MS = 20_000;

/** The calls that change nothing. */
const READS = /^(list|load|read|status)/;

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
  /**
   * How long the worker may say nothing while calls wait for it, in ms; default 20,000, `Infinity` for ever. It is asked
   * meanwhile whether it is there, so that a long call is no silence. After it the calls fail with `unavailable`, and a
   * new worker is started.
   */
  deadlineMs?: number | undefined;
  /** A subscriber from before the opening on: it hears of `blocked`, too. */
  onEvent?: ((event: ThreadStoreEvent) => void) | undefined;
  /** Stops the opening. */
  signal?: AbortSignal | undefined;
}

/**
 * The store as a page holds it: every method is one call to who serves it, a worker or, where none can be started, this
 * thread. A worker that is lost is replaced: who reads does not notice, and who wrote is told.
 */
export class PageThreadStore implements ThreadStoreClient {
  readonly #options: ThreadStoreOptions;
  readonly #subscribers = new Subscribers();
  /** Threads that have a live writer of this store. */
  readonly #writers = new Set<string>();
  readonly #closing = new AbortController();
  #link: Promise<StoreLink<WorkerApi>> | undefined;
  /** The same, once it serves. */
  #serving: StoreLink<WorkerApi> | undefined;
  /** Why the last worker was lost, until there is a new one. */
  #loss: string | undefined;
  /** Why the store is not in a worker. */
  #reason: string | undefined;
  readonly #newest = new NewestPages();
  /** The name of the next call. */
  #nextId = 0;

  private constructor(options: ThreadStoreOptions) {
    this.#options = options;
    if (options.onEvent) this.subscribe(options.onEvent);
  }

  /**
   * Starts who serves the store, and opens the database.
   * @throws ThreadStoreError as {@link openThreadStore} does
   */
  static async open(options: ThreadStoreOptions): Promise<PageThreadStore> {
    const store = new PageThreadStore(options);
    await store.#connect(options.signal);
    return store;
  }

  async createThread(params: requests.CreateThreadParams): Promise<void> {
    await this.#call('createThread', params);
    this.#writers.add(params.threadId);
  }
  async resumeThread(params: requests.ResumeThreadParams): Promise<void> {
    await this.#call('resumeThread', params);
    this.#writers.add(params.threadId);
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
  async shutdownThread(params: requests.ThreadParams): Promise<void> {
    await this.#call('shutdownThread', params);
    this.#writers.delete(params.threadId);
  }
  async discardThread(params: requests.ThreadParams): Promise<void> {
    await this.#call('discardThread', params);
    this.#writers.delete(params.threadId);
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
  async listTurns(params: requests.ListTurnsParams): Promise<TurnPage> {
    const { signal, rest } = withoutSignal(params);
    return this.#newest.read(rest, (known) =>
      this.#ask('listTurns', (api, id) => api.listTurns(rest, known, signal && id), signal),
    );
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
  async deleteThread(params: requests.ThreadParams): Promise<void> {
    await this.#call('deleteThread', params);
    this.#writers.delete(params.threadId);
  }
  readItems(params: requests.ReadItemsParams): Promise<{ items: StoredThreadItem[] }> {
    return this.#call('readItems', params);
  }
  listLiveThreads(params: requests.CallParams = {}): Promise<{ threadIds: string[] }> {
    return this.#call('listLiveThreads', params);
  }
  forkThread(params: requests.ForkThreadParams): Promise<StoredThread> {
    return this.#call('forkThread', params);
  }
  rollbackThread(params: requests.BeforeTurnParams): Promise<StoredThread> {
    return this.#call('rollbackThread', params);
  }
  revertThread(params: requests.BeforeTurnParams): Promise<StoredThread> {
    return this.#call('revertThread', params);
  }

  async importRollouts(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    { signal, surface, onProgress }: ImportOptions = {},
  ): Promise<ImportReport> {
    const { FileHost } = await import('./file-host.ts').catch((cause: unknown) => {
      throw new ThreadStoreError('unavailable', 'the import did not load', {
        operation: 'importRollouts',
        cause,
      });
    });
    const host = new FileHost(files, onProgress, linkToZstd);
    const send = (api: WorkerApi, id: number) => api.importRollouts(id, proxy(host), { surface });
    try {
      return await this.#ask('importRollouts', send, signal);
    } finally {
      await host.end();
    }
  }

  subscribe(listener: (event: ThreadStoreEvent) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async status(): Promise<StorageStatus> {
    const status = await this.#ask('status', (api) => api.status());
    const { mode } = await this.#connect();
    return { ...(this.#reason && { reason: this.#reason }), ...status, mode };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const link = await this.#link?.catch(() => undefined);
    // A worker that is lost has nothing open any more.
    await link?.ask('close', (api) => api.close()).catch(() => undefined);
    link?.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #call<Method extends StoreMethod>(
    method: Method,
    params: Parameters<ThreadStoreClient[Method]>[0],
  ): ReturnType<ThreadStoreClient[Method]> {
    const { signal, rest } = withoutSignal(params);
    const send = (api: WorkerApi, id: number) => api.call(method, rest, signal && id);
    // It answers what the method of the same name gives; the wire's type cannot say so.
    return this.#ask(method, send, signal) as ReturnType<ThreadStoreClient[Method]>;
  }

  /** Makes a call, which its signal can stop. How one ended that was sent is for who serves the store to say. */
  async #ask<T>(
    operation: string,
    send: (api: WorkerApi, id: number) => Promise<Outcome<T>>,
    signal?: AbortSignal,
  ): Promise<T> {
    const id = this.#nextId++;
    let stop = () => {};
    const onAbort = () => stop();
    signal?.addEventListener('abort', onAbort);
    try {
      for (let isAgain = false; ; isAgain = true) {
        if (this.#closing.signal.aborted) throw storeIsClosed(operation);
        // Sent at once where it can be: what the caller does to the params later must change nothing.
        const link = this.#serving ?? (await this.#connect());
        if (signal?.aborted) throw aborted(operation, signal.reason);
        try {
          return await link.ask(operation, (api) => {
            stop = () => void api.abort(id);
            return send(api, id);
          });
        } catch (error) {
          // A read is asked again. What a worker did of a write before it was lost is not known here.
          if (isAgain || !link.hasEnded || !READS.test(operation)) throw error;
        }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Who serves the store, started anew where nobody does. */
  #connect(signal = this.#closing.signal): Promise<StoreLink<WorkerApi>> {
    if (this.#link) return this.#link;
    const link = this.#start(signal);
    this.#link = link;
    // One that failed is not kept: the next call tries again.
    link.catch(() => {
      if (this.#link === link) this.#link = undefined;
    });
    return link;
  }

  async #start(signal: AbortSignal): Promise<StoreLink<WorkerApi>> {
    const { name, mode = 'auto', worker = createStoreWorker, deadlineMs = DEADLINE_MS } = this.#options;
    let link: StoreLink<WorkerApi> | undefined;
    const stop = () => link?.end(aborted('open', signal.reason));
    signal.addEventListener('abort', stop);
    try {
      if (mode !== 'direct' && !signal.aborted) {
        try {
          const made = make(worker);
          link = new StoreLink(wrap<WorkerApi>(made), made, deadlineMs);
          await link.ready();
        } catch (error) {
          if (mode === 'worker' || !(error instanceof ThreadStoreError) || signal.aborted) throw error;
          link = undefined;
          this.#reason = error.message;
        }
      }
      if (!link) {
        // Loaded on demand: a page whose worker starts does not need the store's code.
        const server = (await import('../worker/local-server.ts')).createLocalServer();
        link = new StoreLink<WorkerApi>(server, server, deadlineMs);
      }
      if (signal.aborted) stop();
      await link.ask('open', (api) =>
        api.open(
          name,
          proxy((event) => this.#subscribers.tell(event)),
        ),
      );
    } catch (error) {
      link?.end();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    this.#serve(link);
    return link;
  }

  /** Goes on with what serves the store now, and will go on without it if it is lost. */
  #serve(link: StoreLink<WorkerApi>): void {
    this.#newest.clear();
    if (this.#loss !== undefined) {
      this.#subscribers.tell({ type: 'restarted', mode: link.mode, reason: this.#loss });
      this.#loss = undefined;
    }
    this.#serving = link;
    link.onLost = (reason) => {
      this.#link = undefined;
      this.#serving = undefined;
      this.#loss = reason;
      const threadIds = [...this.#writers];
      this.#writers.clear();
      if (threadIds.length > 0) this.#subscribers.tell({ type: 'writersLost', threadIds, reason });
      // At once, so that other tabs are heard again; but a worker that never served is not started in a loop.
      if (link.hasServed) this.#connect().catch(() => undefined);
    };
  }
}

/** Takes the signal out of params: it cannot be sent. What is none stays, for the store to refuse. */
function withoutSignal<Params>(params: Params): { signal?: AbortSignal; rest: Params } {
  if (typeof params !== 'object' || params === null || !('signal' in params)) return { rest: params };
  const { signal, ...rest } = params;
  return signal instanceof AbortSignal ? { signal, rest: rest as Params } : { rest: params };
}

/** The link to the worker that unpacks zstd, for an import that meets such a file. */
function linkToZstd(worker: Worker): StoreLink<ZstdApi> {
  return new StoreLink<ZstdApi>(wrap<ZstdApi>(worker), worker, DEADLINE_MS);
}

function make(worker: () => Worker): Worker {
  try {
    return worker();
  } catch (cause) {
    const message = `the store's worker failed: ${String(cause)}`;
    throw new ThreadStoreError('unavailable', message, { operation: 'open', cause });
  }
}
