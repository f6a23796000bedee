import { storeIsClosed } from './thread-store-error.ts';

/** The end of a store, for what may run until then. */
export class Closing {
  readonly #controller = new AbortController();

  /** What runs ends now, and nothing begins any more. */
  end(): void {
    this.#controller.abort();
  }

  /**
   * Runs `body` until the store closes.
   * @param signal the caller's; `body` gets one that is aborted with it and as the store closes
   * @throws ThreadStoreError `unavailable` once the store is closed, without waiting for `body`
   */
  async until<T>(
    operation: string,
    signal: AbortSignal | undefined,
    body: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    const onAbort = () => stop.abort(signal?.reason);
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort);
    const closing = this.#controller.signal;
    let onClose = () => {};
    const closed = new Promise<never>((_, reject) => {
      onClose = () => {
        reject(storeIsClosed(operation));
        stop.abort();
      };
    });
    closing.addEventListener('abort', onClose);
    try {
      if (closing.aborted) onClose();
      return await Promise.race([closed, body(stop.signal)]);
    } finally {
      closing.removeEventListener('abort', onClose);
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
