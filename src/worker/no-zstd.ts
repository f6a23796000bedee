/** Stands for `fzstd` in the store's worker: what is zstd the page has unpacked before it is sent there. */
export class Decompress {
  constructor() {
    throw new Error('zstd is unpacked by the page');
  }
}
