import type { ImportOptions, ImportProgress, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { ThreadStoreError } from '../contract/errors.ts';
import { knowsTurns, type TurnsAnswer } from '../contract/known-turns.ts';
import type { StorageStatus, ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import { outcome } from './outcome.ts';
import type { ImportHost, Outcome, StoreMethod, WorkerApi } from './protocol.ts';
import { STORE_METHODS } from './store-methods.ts';

/** Opens the store that is to be served, with a subscriber from the beginning. */
type OpenStore = (
  name: string | undefined,
  onEvent: (event: ThreadStoreEvent) => void,
) => Promise<ThreadStoreClient>;

/** Serves a store to a page. */
export class StoreServer implements WorkerApi {
  readonly #openStore: OpenStore;
  /** What can be stopped. */
  readonly #running = new Map<number, AbortController>();
  #opening: Promise<ThreadStoreClient> | undefined;
  #store: ThreadStoreClient | undefined;
  /** Ends once the page has heard of the latest change. */
  #told: unknown;

  constructor(openStore: OpenStore) {
    this.#openStore = openStore;
  }

  open(
    name: string | undefined,
    listener: (event: ThreadStoreEvent) => void | Promise<void>,
  ): Promise<Outcome<readonly StoreMethod[]>> {
    return outcome(async () => {
      this.#opening = this.#openStore(name, (event) => {
        this.#told = listener(event);
      });
      this.#store = await this.#opening;
      return STORE_METHODS;
    });
  }

  call(method: StoreMethod, params: unknown, id?: number): Promise<Outcome<unknown>> {
    return outcome(() => {
      if (!STORE_METHODS.includes(method))
        throw new ThreadStoreError('unsupported', `there is no method ${method}`);
      // Each method checks its own params, so that what comes over the boundary need not be trusted here.
      const call: (params: never) => Promise<unknown> = this.#opened[method].bind(this.#opened);
      return this.#withSignal(id, params, (whole) => call(whole as never));
    });
  }

  listTurns(params: unknown, known?: string, id?: number): Promise<Outcome<TurnsAnswer>> {
    return outcome(() =>
      this.#withSignal(id, params, async (whole) => {
        const store = this.#opened;
        if (knowsTurns(store)) return store.listTurnsUnless(whole as never, known);
        return { page: await store.listTurns(whole as never) };
      }),
    );
  }

  importRollouts(
    host: ImportHost,
    options: Pick<ImportOptions, 'surface'>,
    id?: number,
  ): Promise<Outcome<ImportReport>> {
    const onProgress = (progress: ImportProgress) => host.progress(progress);
    return outcome(() =>
      this.#withSignal(id, options, async (whole) => {
        const report = await this.#opened.importRollouts(filesOf(host), { ...whole, onProgress });
        // Changes and answers go through ports of their own, and might come in any order.
        await this.#told;
        return report;
      }),
    );
  }

  async abort(id: number): Promise<void> {
    this.#running.get(id)?.abort();
  }

  status(): Promise<Outcome<StorageStatus>> {
    return outcome(() => this.#opened.status());
  }

  close(): Promise<Outcome<void>> {
    // Also one that is still being opened.
    return outcome(async () => (await this.#opening)?.close());
  }

  /** Runs `body` with params as they were before they were sent. */
  async #withSignal<Params, T>(
    id: number | undefined,
    params: Params,
    body: (params: Params) => Promise<T>,
  ): Promise<T> {
    if (id === undefined) return body(params);
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      return await body({ ...params, signal: abort.signal });
    } finally {
      this.#running.delete(id);
    }
  }

  get #opened(): ThreadStoreClient {
    if (!this.#store)
      throw new ThreadStoreError('unavailable', 'the store is not open', { retryable: false });
    return this.#store;
  }
}

async function* filesOf(host: ImportHost): AsyncGenerator<RolloutFile, void, undefined> {
  for (;;) {
    const file = await host.next();
    if (!file) return;
    yield { name: file.name, data: file.data ?? pulledStream(host) };
  }
}

/** A stream of what the page is asked for, chunk by chunk: Safari cannot send a stream before version 27. */
function pulledStream(host: ImportHost): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await host.pull();
        if (chunk) controller.enqueue(chunk);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}
