import { openThreadStore, ThreadStoreError, type ThreadStoreEvent } from 'idb-thread-store';
import { inspectThread } from './inspect-thread.ts';
import { NumberedThread } from './numbered-thread.ts';

/** One tab of an app, as the script drives it. */
export class Tab {
  readonly #store = openThreadStore({ name: 'tabs', mode: 'worker' });
  readonly #threads = new Map<string, NumberedThread>();
  readonly #events: ThreadStoreEvent[] = [];
  #onEvent: () => void = () => undefined;

  /** Opens the store. */
  async open(): Promise<void> {
    const store = await this.#store;
    store.subscribe((event) => {
      this.#events.push(event);
      this.#onEvent();
    });
  }

  /** Opens a thread's writer; gives the error's code where it cannot. */
  async write(threadId: string, last?: number): Promise<string> {
    const thread = new NumberedThread(await this.#store, threadId);
    try {
      await thread.open(last, Date.now());
      // Only now nobody else writes it any more.
      if (last !== undefined) thread.next = (await this.inspect(threadId)).numbers.length;
      this.#threads.set(threadId, thread);
      return 'writing';
    } catch (error) {
      return error instanceof ThreadStoreError ? `${error.code}: ${error.message}` : String(error);
    }
  }

  /** Appends items and flushes them; gives the last one's number. */
  async append(threadId: string, count: number): Promise<number> {
    const thread = this.#thread(threadId);
    await thread.append(count);
    return thread.flush();
  }

  /** Appends for ever, and never waits: the tab is busy when it dies. */
  keepAppending(threadId: string): void {
    const thread = this.#thread(threadId);
    const go = async () => {
      for (;;) await thread.append(3);
    };
    void go();
  }

  async inspect(threadId: string) {
    return inspectThread(await this.#store, threadId);
  }

  /** Once some event tells of an item with this number. */
  async hears(threadId: string, itemId: string): Promise<void> {
    const isTold = (event: ThreadStoreEvent) =>
      event.type === 'threadChanged' &&
      event.threadId === threadId &&
      event.changes?.items.some((item) => item.itemId === itemId) === true;
    await new Promise<void>((resolve) => {
      this.#onEvent = () => this.#events.some(isTold) && resolve();
      this.#onEvent();
    });
  }

  /** The items that changed after a watermark, by number of the last. */
  async catchUp(threadId: string, afterUpdatedAtOrdinal: number): Promise<string[]> {
    const store = await this.#store;
    const { items } = await store.listItems({ threadId, afterUpdatedAtOrdinal, pageSize: 100_000 });
    return items.map(({ itemId }) => itemId);
  }

  #thread(threadId: string): NumberedThread {
    const thread = this.#threads.get(threadId);
    if (!thread) throw new Error(`this tab does not write ${threadId}`);
    return thread;
  }
}

Object.assign(globalThis, { tab: new Tab() });
