import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { ThreadStoreError } from '../contract/errors.ts';
import type { StorageStatus, ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import {
  STORE_METHODS,
  type ImportHost,
  type Outcome,
  type StoreMethod,
  type WorkerApi,
} from './protocol.ts';
import { toWireError } from './wire-error.ts';

/** Serves a store to a page. */
export class StoreServer implements WorkerApi {
  readonly #openStore: (name: string | undefined) => Promise<ThreadStoreClient>;
  /** What can be stopped. */
  readonly #running = new Map<number, AbortController>();
  #store: ThreadStoreClient | undefined;

  constructor(openStore: (name: string | undefined) => Promise<ThreadStoreClient>) {
    this.#openStore = openStore;
  }

  open(name: string | undefined, listener: (event: ThreadStoreEvent) => void): Promise<Outcome<void>> {
    return outcome(async () => {
      this.#store = await this.#openStore(name);
      this.#store.subscribe(listener);
    });
  }

  call(method: StoreMethod, params: unknown, id?: number): Promise<Outcome<unknown>> {
    return outcome(() => {
      if (!STORE_METHODS.includes(method))
        throw new ThreadStoreError('unsupported', `there is no method ${method}`);
      // Each method checks its own params, so that what comes over the boundary need not be trusted here.
      const call: (params: never) => Promise<unknown> = this.#opened[method].bind(this.#opened);
      if (id === undefined) return call(params as never);
      return this.#stoppable(id, (signal) => call({ ...Object(params), signal } as never));
    });
  }

  importRollouts(
    id: number,
    host: ImportHost,
    options: Pick<ImportOptions, 'surface'>,
  ): Promise<Outcome<ImportReport>> {
    return outcome(() =>
      this.#stoppable(id, (signal) =>
        this.#opened.importRollouts(filesOf(host), {
          ...options,
          signal,
          onProgress: (progress) => host.progress(progress),
        }),
      ),
    );
  }

  abort(id: number): void {
    this.#running.get(id)?.abort();
  }

  status(): Promise<Outcome<StorageStatus>> {
    return outcome(() => this.#opened.status());
  }

  close(): Promise<Outcome<void>> {
    return outcome(() => this.#opened.close());
  }

  async #stoppable<T>(id: number, body: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const abort = new AbortController();
    this.#running.set(id, abort);
    try {
      return await body(abort.signal);
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

async function outcome<T>(body: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await body() };
  } catch (error) {
    return { ok: false, error: toWireError(error) };
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
