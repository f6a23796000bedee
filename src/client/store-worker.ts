/** Makes the store's own worker. Bundlers find it by this very expression. */
export function createStoreWorker(): Worker {
  return new Worker(new URL('../worker/index.ts', import.meta.url), { type: 'module' });
}
