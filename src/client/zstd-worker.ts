/** Makes the worker that unpacks zstd. Bundlers find it by this very expression. */
export function createZstdWorker(): Worker {
  return new Worker(new URL('../worker/zstd.ts', import.meta.url), { type: 'module' });
}
