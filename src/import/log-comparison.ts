import { RolloutFileError } from './identify-rollout.ts';

/** Compares a file that comes in again with the bytes that are there. */
export class LogComparison {
  readonly #stored: AsyncGenerator<Uint8Array, void, undefined>;
  #chunk: Uint8Array = new Uint8Array();
  #compared = 0;

  constructor(stored: AsyncGenerator<Uint8Array, void, undefined>) {
    this.#stored = stored;
  }

  /**
   * Takes the file's next bytes, and gives those of them that go beyond what is there.
   * @throws RolloutFileError where they differ: neither version may overwrite the other.
   */
  async restOf(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#chunk.length === 0) {
        const next = await this.#stored.next();
        if (next.done) return bytes.slice(at);
        this.#chunk = next.value;
      }
      const length = Math.min(this.#chunk.length, bytes.length - at);
      for (let i = 0; i < length; i++) {
        if (this.#chunk[i] !== bytes[at + i]) {
          throw new RolloutFileError(
            `differs from the version that is there, from byte ${this.#compared + i} on; that version was kept`,
          );
        }
      }
      this.#chunk = this.#chunk.subarray(length);
      this.#compared += length;
      at += length;
    }
    return new Uint8Array();
  }

  /** Ends the reading of what is there. */
  async close(): Promise<void> {
    await this.#stored.return();
  }
}
