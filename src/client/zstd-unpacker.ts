import { unzstd, type Chunks } from '../import/file-bytes.ts';
import type { Outcome, ZstdApi } from '../worker/protocol.ts';
import type { StoreLink } from './store-link.ts';
import { createZstdWorker } from './zstd-worker.ts';

/** Makes the link to the worker that unpacks zstd. */
export type LinkToZstd = (worker: Worker) => StoreLink<ZstdApi>;

/**
 * Unpacks the zstd files of an import, one after the other, in a worker of its own: the store's is smaller without, and
 * goes on with one piece while the next is unpacked. Where no such worker can be started it is done in this thread.
 */
export class ZstdUnpacker {
  readonly #linkTo: LinkToZstd;
  #link: Promise<StoreLink<ZstdApi> | undefined> | undefined;

  constructor(linkTo: LinkToZstd) {
    this.#linkTo = linkTo;
  }

  /** @throws ThreadStoreError or Error when the data is damaged, or the worker is lost */
  async *unpack(chunks: Chunks): Chunks {
    const link = await this.#started();
    if (!link) return yield* unzstd(chunks);
    const ask = (unpacking: Promise<Outcome<Uint8Array[]>>) => {
      const answer = link.ask('importRollouts', unpacking);
      // Whoever stops early leaves one that nobody waits for.
      answer.catch(() => undefined);
      return answer;
    };
    let unpacked = ask(link.api.begin());
    for await (const chunk of chunks) {
      const next = ask(link.api.push(chunk));
      yield* await unpacked;
      unpacked = next;
    }
    const last = ask(link.api.push(new Uint8Array(), true));
    yield* await unpacked;
    yield* await last;
  }

  /** The worker; a new one where the last was lost. */
  async #started(): Promise<StoreLink<ZstdApi> | undefined> {
    const link = await (this.#link ??= this.#start());
    if (!link?.hasEnded) return link;
    return (this.#link = this.#start());
  }

  async #start(): Promise<StoreLink<ZstdApi> | undefined> {
    try {
      const link = this.#linkTo(createZstdWorker());
      await link.ready();
      return link;
    } catch {
      return undefined;
    }
  }

  /** Ends the worker. */
  end(): void {
    void this.#link?.then((link) => link?.end());
  }
}
