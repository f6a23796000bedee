import { wrap } from 'comlink';
import type { BenchStore } from '../page/bench-store.ts';

/**
 * A store that lives in a worker of its own and is called through Comlink, as ours is.
 * @param lacks the methods that it does not have
 */
export function remoteStore(create: () => Worker, lacks: readonly string[]): BenchStore {
  const worker = create();
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', ({ message }) => reject(new Error(`a worker failed: ${message}`)));
  });
  failed.catch(() => undefined);
  const remote = wrap<Record<string, (...args: unknown[]) => Promise<unknown>>>(worker);
  const methods = new Proxy(
    {},
    {
      get: (_, method: string) =>
        lacks.includes(method)
          ? undefined
          : (...args: unknown[]) => Promise.race([failed, remote[method]?.(...args)]),
    },
  );
  return methods as BenchStore;
}
