/** Makes a worker of the one file that the package ships; test/environments/built-worker.ts serves it. */
export function createBuiltWorker(): Worker {
  return new Worker('/built-worker.js', { type: 'module' });
}
