import { ThreadStoreError } from '../contract/errors.ts';
import { HELLO, READY } from '../worker/protocol.ts';

/** How long a worker may take until it answers: its script may have to come over a slow network. */
const READY_DEADLINE_MS = 15_000;

/** How often it is asked meanwhile: a message that comes before the script listens may be lost. */
const HELLO_INTERVAL_MS = 250;

/** Makes the store's own worker. Bundlers find it by this very expression. */
export function createStoreWorker(): Worker {
  return new Worker(new URL('../worker/index.ts', import.meta.url), { type: 'module' });
}

/**
 * Starts a worker and waits until it answers.
 * @throws ThreadStoreError `unavailable` when it cannot be made, fails to load, or does not answer in time; `aborted`
 * when the signal stops it
 */
export async function startWorker(create: () => Worker, signal?: AbortSignal): Promise<Worker> {
  const worker = make(create);
  const ended = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const listening = { signal: ended.signal };
      const fail = (reason: string) => reject(unavailable(reason));
      worker.addEventListener(
        'message',
        ({ data }: MessageEvent<unknown>) => data === READY && resolve(),
        listening,
      );
      worker.addEventListener(
        'error',
        ({ message }) => fail(message || 'its script did not load'),
        listening,
      );
      const deadline = setTimeout(
        () => fail(`no answer in ${READY_DEADLINE_MS / 1000} s`),
        READY_DEADLINE_MS,
      );
      const hello = setInterval(() => worker.postMessage(HELLO), HELLO_INTERVAL_MS);
      worker.postMessage(HELLO);
      ended.signal.addEventListener('abort', () => {
        clearTimeout(deadline);
        clearInterval(hello);
      });
      const stop = () =>
        reject(new ThreadStoreError('aborted', 'opening was stopped by its signal', { operation: 'open' }));
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, listening);
    });
    return worker;
  } catch (error) {
    worker.terminate();
    throw error;
  } finally {
    ended.abort();
  }
}

function make(create: () => Worker): Worker {
  try {
    return create();
  } catch (error) {
    throw unavailable(error instanceof Error ? error.message : String(error), error);
  }
}

function unavailable(reason: string, cause?: unknown): ThreadStoreError {
  return new ThreadStoreError('unavailable', `the store's worker did not start: ${reason}`, {
    operation: 'open',
    cause,
  });
}
