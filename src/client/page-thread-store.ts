import { proxy, wrap } from 'comlink';
import { aborted, storeIsClosed, ThreadStoreError } from '../contract/thread-store-error.ts';
import type { ThreadParams } from '../contract/requests.ts';
import { Subscribers } from '../contract/subscribers.ts';
import type { ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import type { Outcome, StoreCalls, StoreMethod, WorkerApi, ZstdApi } from '../worker/protocol.ts';
import { NewestPages } from './newest-pages.ts';
import { isCutOff, linkTo, type StoreLink, partFailed } from './store-link.ts';
import { createStoreWorker } from './store-worker.ts';

/** The calls that change nothing. */
const READS = /^(?:read|list|load|status)/;

/** The calls after which this store has a live writer of the thread, and those after which it has none. */
const WRITER_BEGINS = /^(?:create|resume)/;
const WRITER_ENDS = /^(?:shutdown|discard|delete)/;

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

// Every method is one call to who serves the store, a worker or, where none can be started, this thread. A worker that
// is lost is replaced: who reads does not notice, and who wrote is told.

/**
 * Opens the store for a page.
 * @throws ThreadStoreError `unavailable` when the database does not open, or with mode `worker` when no worker starts;
 * `aborted` when the signal stops it.
 */
export async function openThreadStore(options: ThreadStoreOptions = {}): Promise<ThreadStoreClient> {
  const { name, worker = createStoreWorker, mode = 'auto' } = options;
  const subscribers = new Subscribers();
  const newest = new NewestPages();
  /** Threads that have a live writer of this store. */
  const writers = new Set<string>();
  const closing = new AbortController();
  let link: Promise<StoreLink<WorkerApi>> | undefined;
  /** The same, once it serves. */
  let serving: StoreLink<WorkerApi> | undefined;
  /** The methods that are one call. */
  let methods: readonly StoreMethod[] = [];
  /** Why the last worker was lost, until there is a new one. */
  let loss: string | undefined;
  /** Why the store is not in a worker. */
  let reason: string | undefined;
  /** The name of the next call that can be stopped. */
  let nextId = 0;

  /** Who serves the store, started anew where nobody does. */
  const connect = (signal = closing.signal): Promise<StoreLink<WorkerApi>> =>
    (link ??= start(signal).catch((error: unknown) => {
      // One that failed is not kept: the next call tries again.
      link = undefined;
      throw error;
    }));

  /** Starts who serves the store, opens the database, and goes on without it if it is lost. */
  const start = async (signal: AbortSignal): Promise<StoreLink<WorkerApi>> => {
    let made: StoreLink<WorkerApi> | undefined;
    const stop = () => made?.end(aborted('open', signal.reason));
    signal.addEventListener('abort', stop);
    try {
      if (mode !== 'direct' && !signal.aborted) {
        try {
          const thread = isCutOff ? (await import('./other-document.ts')).inOtherDocument(worker) : worker();
          made = linkTo(wrap<WorkerApi>(thread), thread, options.deadlineMs);
          await made.ready();
        } catch (error) {
          const failure = error instanceof ThreadStoreError ? error : partFailed(error, 'open');
          if (mode === 'worker' || signal.aborted) throw failure;
          made = undefined;
          reason = failure.message;
        }
      }
      // Loaded on demand: a page whose worker starts does not need the store's code.
      made ??= linkTo((await import('../worker/local-server.ts')).createLocalServer());
      if (signal.aborted) stop();
      const onEvent = proxy((event: ThreadStoreEvent) => subscribers.tell(event));
      methods = await made.ask('open', made.api.open(name, onEvent));
    } catch (error) {
      made?.end();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    newest.clear();
    if (loss !== undefined) subscribers.tell({ type: 'restarted', mode: made.mode, reason: loss });
    loss = undefined;
    made.onLost = (why) => {
      link = serving = undefined;
      loss = why;
      if (writers.size > 0) subscribers.tell({ type: 'writersLost', threadIds: [...writers], reason: why });
      writers.clear();
      // At once, so that other tabs are heard again; but a worker that never served is not started in a loop.
      if (made.hasServed) connect().catch(() => undefined);
    };
    return (serving = made);
  };

  /** Makes a call, which its signal can stop. How one ended that was sent is for who serves the store to say. */
  const ask = async <T>(
    operation: string,
    send: (api: WorkerApi, id?: number) => Promise<Outcome<T>>,
    signal?: AbortSignal,
    isAgain?: boolean,
  ): Promise<T> => {
    if (closing.signal.aborted) throw storeIsClosed(operation);
    // Sent at once where it can be: what the caller does to the params later must change nothing.
    const by = serving ?? (await connect());
    if (signal?.aborted) throw aborted(operation, signal.reason);
    const id = nextId++;
    const stop = () => void by.api.abort(id);
    signal?.addEventListener('abort', stop);
    try {
      return await by.ask(operation, send(by.api, signal && id));
    } catch (error) {
      // What a worker did of a write before it was lost is not known here.
      if (isAgain || !by.hasEnded || !READS.test(operation)) throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
    return ask(operation, send, signal, true);
  };

  const call = async (method: StoreMethod, params: unknown): Promise<unknown> => {
    const { signal, rest: given } = withoutSignal(params);
    const rest = serving ? given : copyOf(given);
    if (method === 'listTurns')
      return newest.read(rest, (known) => ask(method, (api, id) => api.listTurns(rest, known, id), signal));
    const answer = await ask(method, (api, id) => api.call(method, rest, id), signal);
    // Whoever serves the store took the params, so they name a thread.
    if (WRITER_BEGINS.test(method)) writers.add((rest as ThreadParams).threadId);
    if (WRITER_ENDS.test(method)) writers.delete((rest as ThreadParams).threadId);
    return answer;
  };

  const close = async (): Promise<void> => {
    closing.abort();
    const last = await link?.catch(() => undefined);
    // A worker that is lost has nothing open any more.
    await last?.ask('close', last.api.close()).catch(() => undefined);
    last?.end();
  };

  if (options.onEvent) subscribers.add(options.onEvent);
  await connect(options.signal);
  const calls = methods.map((method) => [method, (params: unknown) => call(method, params)]);
  return {
    // Each gives what the method of its name gives; the wire's type cannot say so.
    ...(Object.fromEntries(calls) as StoreCalls),
    async importRollouts(files, { signal, surface, onProgress } = {}) {
      const { FileHost } = await import('./file-host.ts').catch((cause: unknown) => {
        throw partFailed(cause, 'importRollouts', 'import');
      });
      const host = new FileHost(files, onProgress, (zstd) => linkTo(wrap<ZstdApi>(zstd), zstd));
      try {
        return await ask(
          'importRollouts',
          (api, id) => api.importRollouts(proxy(host), { surface }, id),
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
