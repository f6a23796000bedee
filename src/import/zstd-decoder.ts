import { Decompress } from 'fzstd';

/** Unpacks one file of zstd data, piece by piece. */
export class ZstdDecoder {
  #unpacked: Uint8Array[] = [];
  readonly #decompress = new Decompress((chunk) => this.#unpacked.push(chunk));

  /**
   * Takes the next piece and gives what it unpacks to.
   * @throws Error when the data is damaged, or ends in the middle
   */
  push(piece: Uint8Array, isLast = false): Uint8Array[] {
    this.#unpacked = [];
    this.#decompress.push(piece, isLast);
    return this.#unpacked;
  }
}
