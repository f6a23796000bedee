import { callListener } from '../contract/subscribers.ts';
import type { ImportProgress, RolloutFile } from '../contract/rollout-import.ts';
import type { ImportHost, WireFile } from '../worker/protocol.ts';

/** Hands files to the worker, one after the other, and the chunks of streams as it asks for them. */
export class FileHost implements ImportHost {
  readonly #files: Iterator<RolloutFile> | AsyncIterator<RolloutFile>;
  readonly #onProgress: ((progress: ImportProgress) => void) | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    onProgress: ((progress: ImportProgress) => void) | undefined,
  ) {
    this.#files = Symbol.asyncIterator in files ? files[Symbol.asyncIterator]() : files[Symbol.iterator]();
    this.#onProgress = onProgress;
  }

  async next(): Promise<WireFile | undefined> {
    await this.#endStream();
    const next = await this.#files.next();
    if (next.done) return undefined;
    const { name, data } = next.value;
    if (!(data instanceof ReadableStream)) return { name, data };
    this.#reader = data.getReader();
    return { name };
  }

  async pull(): Promise<Uint8Array | undefined> {
    const chunk = await this.#reader?.read();
    return chunk?.value;
  }

  progress(progress: ImportProgress): void {
    callListener(this.#onProgress, progress);
  }

  /** Ends what is still open: the import is over, or was stopped. */
  async end(): Promise<void> {
    await this.#endStream();
    await this.#files.return?.();
  }

  async #endStream(): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    await reader?.cancel().catch(() => undefined);
  }
}
