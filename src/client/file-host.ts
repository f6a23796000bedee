import type { ImportOptions, ImportProgress, RolloutFile } from '../contract/rollout-import.ts';
import { callListener } from '../contract/subscribers.ts';
import { fileBytes, isZstd, type Chunks } from '../import/file-bytes.ts';
import type { ImportHost, WireFile } from '../worker/protocol.ts';
import { ZstdUnpacker, type LinkToZstd } from './zstd-unpacker.ts';

/** Hands files to the worker, one after the other, and the chunks of streams and of zstd as it asks for them. */
export class FileHost implements ImportHost {
  readonly #onProgress: ImportOptions['onProgress'];
  readonly #files: Iterator<RolloutFile> | AsyncIterator<RolloutFile>;
  readonly #unpacker: ZstdUnpacker;
  #data: Blob | ReadableStream<Uint8Array> | undefined;
  #chunks: Chunks | undefined;
  #stop = new AbortController();

  constructor(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    onProgress: ImportOptions['onProgress'],
    linkToZstd: LinkToZstd,
  ) {
    this.#unpacker = new ZstdUnpacker(linkToZstd);
    this.#files = Symbol.asyncIterator in files ? files[Symbol.asyncIterator]() : files[Symbol.iterator]();
    this.#onProgress = onProgress;
  }

  progress(progress: ImportProgress): void {
    callListener(this.#onProgress, progress);
  }

  async next(): Promise<WireFile | undefined> {
    await this.#endStream();
    const next = await this.#files.next();
    if (next.done) return undefined;
    const { name, data } = next.value;
    const isPulled = data instanceof ReadableStream || (data instanceof Blob && (await isZstd(data)));
    if (!isPulled) return { name, data };
    this.#data = data;
    this.#stop = new AbortController();
    this.#chunks = fileBytes(data, this.#stop.signal, (chunks) => this.#unpacker.unpack(chunks));
    return { name };
  }

  async pull(): Promise<Uint8Array | undefined> {
    const chunk = await this.#chunks?.next();
    return chunk?.value ?? undefined;
  }

  /** Ends what is still open: the import is over, or was stopped. */
  async end(): Promise<void> {
    await this.#endStream();
    this.#unpacker.end();
    await this.#files.return?.();
  }

  async #endStream(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = undefined;
    this.#stop.abort();
    await chunks?.return().catch(() => undefined);
    // One of which nothing was asked yet.
    if (this.#data instanceof ReadableStream && !this.#data.locked)
      await this.#data.cancel().catch(() => undefined);
    this.#data = undefined;
  }
}
