import type { ThreadStoreClient } from '../contract/thread-store-client.ts';

/** How long a window waits for its first view, which may be suspended, in milliseconds. */
const PATIENCE_MS = 30_000;
/** How long a failure is kept for React, which renders again before it shows an error, in milliseconds. */
const FAILURE_MS = 1000;

/** What is asked of a window here. */
interface Sharable {
  start(): Promise<void>;
  stop(): void;
  subscribe(listener: () => void): () => void;
}

/**
 * Windows that all views share which ask for the same list of the same store, each while there is such a view. They
 * are kept outside of components, because one that is suspended before it was ever shown keeps nothing.
 */
export class SharedWindows<Window extends Sharable> {
  readonly #ofStore = new WeakMap<ThreadStoreClient, Map<string, SharedWindow<Window>>>();

  /**
   * The window on a list.
   * @param list what tells it from other lists, as JSON
   * @param open makes it where there is none yet
   */
  get(store: ThreadStoreClient, list: string, open: () => Window): SharedWindow<Window> {
    const windows = this.#ofStore.get(store) ?? new Map<string, SharedWindow<Window>>();
    this.#ofStore.set(store, windows);
    const known = windows.get(list);
    if (known !== undefined) return known;
    const opened = new SharedWindow(open(), windows, list);
    windows.set(list, opened);
    return opened;
  }
}

/** A window and who uses it. */
export class SharedWindow<Window extends Sharable> {
  readonly window: Window;
  readonly #windows: Map<string, SharedWindow<Window>>;
  readonly #list: string;
  #users = 0;
  #failed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(window: Window, windows: Map<string, SharedWindow<Window>>, list: string) {
    this.window = window;
    this.#windows = windows;
    this.#list = list;
    this.#letGoAfter(PATIENCE_MS);
  }

  /** Follows the window, until the function it gives is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#users++;
    clearTimeout(this.#timer);
    // A view that was hidden may come back to a window that was let go meanwhile.
    if (!this.#windows.has(this.#list)) this.#windows.set(this.#list, this);
    const unsubscribe = this.window.subscribe(listener);
    void this.window.start();
    return () => {
      unsubscribe();
      this.#users--;
      // Not at once: StrictMode subscribes twice.
      this.#letGoAfter(0);
    };
  };

  /** Reads the first page before there is a view. Gives a promise that is kept once it is there or failed. */
  preload(): Promise<void> {
    this.#failed = false;
    this.#letGoAfter(PATIENCE_MS);
    return this.window.start();
  }

  /** Lets a window go whose failure is being shown, so that a view which tries again begins anew. */
  fail(): void {
    // Once: a view that tries again and again must not prolong it.
    if (!this.#failed) this.#letGoAfter(FAILURE_MS);
    this.#failed = true;
  }

  #letGoAfter(ms: number): void {
    if (this.#users > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.window.stop();
      if (this.#windows.get(this.#list) === this) this.#windows.delete(this.#list);
    }, ms);
  }
}
