import { unzstd, type Chunks } from '../import/file-bytes.ts';
import type { ZstdApi } from '../worker/protocol.ts';
import type { StoreLink } from './store-link.ts';

/** Starts the worker that unpacks zstd. */
export type StartZstd = () => Promise<StoreLink<ZstdApi>>;

/**
 * Unpacks the zstd files of an import, one after the other, in a worker of its own: the store's is smaller without, and
 * goes on with one piece while the next is unpacked. Where no such worker can be started it is done in this thread.
 */
export class ZstdUnpacker {
  readonly #start: StartZstd;
  #link: Promise<StoreLink<ZstdApi> | undefined> | undefined;

  constructor(start: StartZstd) {
    this.#start = start;
  }

  /** @throws ThreadStoreError or Error when the data is damaged, or the worker is lost */
  async *unpack(chunks: Chunks): Chunks {
    const link = await (this.#link ??= this.#start().catch(() => undefined));
    if (!link) return yield* unzstd(chunks);
    await link.ask('importRollouts', (api) => api.begin());
    for await (const chunk of chunks) yield* await link.ask('importRollouts', (api) => api.push(chunk));
    yield* await link.ask('importRollouts', (api) => api.push(new Uint8Array(), true));
  }

  /** Ends the worker. */
  end(): void {
    void this.#link?.then((link) => link?.end());
  }
}
