import type { ThreadStoreEvent } from './thread-store-client.ts';

/** Who listens to a store. */
export class Subscribers {
  readonly #listeners = new Set<(event: ThreadStoreEvent) => void>();

  /** Adds a listener; gives the function that removes it. */
  add(listener: (event: ThreadStoreEvent) => void): () => void {
    // A function of its own, so that the same listener may be added twice and removed once.
    const own = (event: ThreadStoreEvent) => listener(event);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Tells every listener. One that throws does not keep the others from hearing. */
  tell(event: ThreadStoreEvent): void {
    for (const listener of this.#listeners) callListener(listener, event);
  }
}

/** Calls a function of the app's that only listens: that it throws is not to disturb who tells it something. */
export function callListener<T>(listener: ((value: T) => void) | undefined, value: T): void {
  try {
    listener?.(value);
  } catch (error) {
    // As an error that nothing caught; Node has no such function.
    globalThis.reportError?.(error);
  }
}
