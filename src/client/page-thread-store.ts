import { proxy, wrap } from 'comlink';
import { aborted, storeIsClosed, ThreadStoreError } from '../contract/thread-store-error.ts';
import type { ThreadParams } from '../contract/requests.ts';
import { callListener, Subscribers } from '../contract/subscribers.ts';
import type { ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import {
  STORE_METHODS,
  type Outcome,
  type StoreCalls,
  type StoreMethod,
  type WorkerApi,
  type ZstdApi,
} from '../worker/protocol.ts';
import { NewestPages } from './newest-pages.ts';
import { linkTo, type StoreLink, workerFailed } from './store-link.ts';
import { createStoreWorker } from './store-worker.ts';

/** How long a worker may say nothing: its longest steps, as a line of 50 MB, take seconds on a slow phone. */
const DEADLINE_MS = 20_000;

/** The calls that change nothing. */
const READS = /^(list|load|read|status)/;

/** The calls after which this store has a live writer of the thread, and those after which it has none. */
const WRITER_BEGINS = /^(create|resume)/;
const WRITER_ENDS = /^(shutdown|discard|delete)/;

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
 * Opens the store as a page holds it: every method is one call to who serves it, a worker or, where none can be started,
 * this thread. A worker that is lost is replaced: who reads does not notice, and who wrote is told.
 * @throws ThreadStoreError as {@link openThreadStore} does
 */
export async function openPageStore(options: ThreadStoreOptions): Promise<ThreadStoreClient> {
  const { name, worker = createStoreWorker, mode = 'auto', deadlineMs = DEADLINE_MS } = options;
  const subscribers = new Subscribers();
  const newest = new NewestPages();
  /** Threads that have a live writer of this store. */
  const writers = new Set<string>();
  const closing = new AbortController();
  let link: Promise<StoreLink<WorkerApi>> | undefined;
  /** The same, once it serves. */
  let serving: StoreLink<WorkerApi> | undefined;
  /** Why the last worker was lost, until there is a new one. */
  let loss: string | undefined;
  /** Why the store is not in a worker. */
  let reason: string | undefined;
  /** The name of the next call. */
  let nextId = 0;

  /** Who serves the store, started anew where nobody does. */
  const connect = (signal = closing.signal): Promise<StoreLink<WorkerApi>> => {
    if (link) return link;
    const started = start(signal);
    link = started;
    // One that failed is not kept: the next call tries again.
    started.catch(() => {
      if (link === started) link = undefined;
    });
    return started;
  };

  /** Starts who serves the store, and opens the database. */
  const start = async (signal: AbortSignal): Promise<StoreLink<WorkerApi>> => {
    let made: StoreLink<WorkerApi> | undefined;
    const stop = () => made?.end(aborted('open', signal.reason));
    signal.addEventListener('abort', stop);
    try {
      if (mode !== 'direct' && !signal.aborted) {
        try {
          const thread = worker();
          made = linkTo(wrap<WorkerApi>(thread), deadlineMs, thread);
          await made.ready();
        } catch (error) {
          const failure = error instanceof ThreadStoreError ? error : workerFailed(error, 'open');
          if (mode === 'worker' || signal.aborted) throw failure;
          made = undefined;
          reason = failure.message;
        }
      }
      // Loaded on demand: a page whose worker starts does not need the store's code.
      made ??= linkTo((await import('../worker/local-server.ts')).createLocalServer(), deadlineMs);
      if (signal.aborted) stop();
      const onEvent = proxy((event: ThreadStoreEvent) => subscribers.tell(event));
      await made.ask('open', (api) => api.open(name, onEvent));
    } catch (error) {
      made?.end();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    serve(made);
    return made;
  };

  /** Goes on with what serves the store now, and will go on without it if it is lost. */
  const serve = (by: StoreLink<WorkerApi>): void => {
    newest.clear();
    if (loss !== undefined) subscribers.tell({ type: 'restarted', mode: by.mode, reason: loss });
    loss = undefined;
    serving = by;
    by.onLost = (why) => {
      link = serving = undefined;
      loss = why;
      const threadIds = [...writers];
      writers.clear();
      if (threadIds.length > 0) subscribers.tell({ type: 'writersLost', threadIds, reason: why });
      // At once, so that other tabs are heard again; but a worker that never served is not started in a loop.
      if (by.hasServed) connect().catch(() => undefined);
    };
  };

  /** Makes a call, which its signal can stop. How one ended that was sent is for who serves the store to say. */
  const ask = async <T>(
    operation: string,
    send: (api: WorkerApi, id: number) => Promise<Outcome<T>>,
    signal?: AbortSignal,
  ): Promise<T> => {
    const id = nextId++;
    let stop = () => {};
    const onAbort = () => stop();
    signal?.addEventListener('abort', onAbort);
    try {
      for (let isAgain = false; ; isAgain = true) {
        if (closing.signal.aborted) throw storeIsClosed(operation);
        // Sent at once where it can be: what the caller does to the params later must change nothing.
        const by = serving ?? (await connect());
        if (signal?.aborted) throw aborted(operation, signal.reason);
        try {
          return await by.ask(operation, (api) => {
            stop = () => void api.abort(id);
            return send(api, id);
          });
        } catch (error) {
          // A read is asked again. What a worker did of a write before it was lost is not known here.
          if (isAgain || !by.hasEnded || !READS.test(operation)) throw error;
        }
      }
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  };

  const call = async (method: StoreMethod, params: unknown): Promise<unknown> => {
    const { signal, rest: given } = withoutSignal(params);
    const rest = serving ? given : copyOf(given);
    if (method === 'listTurns')
      return newest.read(rest, (known) =>
        ask(method, (api, id) => api.listTurns(rest, known, signal && id), signal),
      );
    const answer = await ask(method, (api, id) => api.call(method, rest, signal && id), signal);
    // Whoever serves the store took the params, so they name a thread.
    if (WRITER_BEGINS.test(method)) writers.add((rest as ThreadParams).threadId);
    if (WRITER_ENDS.test(method)) writers.delete((rest as ThreadParams).threadId);
    return answer;
  };

  const close = async (): Promise<void> => {
    closing.abort();
    const last = await link?.catch(() => undefined);
    // A worker that is lost has nothing open any more.
    await last?.ask('close', (api) => api.close()).catch(() => undefined);
    last?.end();
  };

  if (options.onEvent) subscribers.add(options.onEvent);
  await connect(options.signal);
  const calls = STORE_METHODS.map((method) => [method, (params: unknown) => call(method, params)]);
  return {
    // Each gives what the method of its name gives; the wire's type cannot say so.
    ...(Object.fromEntries(calls) as StoreCalls),
    async importRollouts(files, { signal, surface, onProgress } = {}) {
      const { FileHost } = await import('./file-host.ts').catch((cause: unknown) => {
        const operation = 'importRollouts';
        throw new ThreadStoreError('unavailable', 'the import did not load', { operation, cause });
      });
      const host = new FileHost(
        files,
        (progress) => callListener(onProgress, progress),
        (zstd) => linkTo(wrap<ZstdApi>(zstd), DEADLINE_MS, zstd),
      );
      try {
        return await ask(
          'importRollouts',
          (api, id) => api.importRollouts(id, proxy(host), { surface }),
          signal,
        );
      } finally {
        await host.end();
      }
    },
    subscribe: (listener) => subscribers.add(listener),
    async status() {
      const status = await ask('status', (api) => api.status());
      const { mode: where } = await connect();
      return { ...(reason && { reason }), ...status, mode: where };
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Params as they are now: until they can be sent the caller may change them. What cannot be copied is refused then. */
function copyOf(params: unknown): unknown {
  try {
    return structuredClone(params);
  } catch {
    return params;
  }
}

/** Takes the signal out of params: it cannot be sent. What is none stays, for the store to refuse. */
function withoutSignal(params: unknown): { signal?: AbortSignal; rest: unknown } {
  const { signal, ...rest } = Object(params);
  return signal instanceof AbortSignal ? { signal, rest } : { rest: params };
}
