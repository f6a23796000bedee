import type { StoredThread, ThreadStoreClient, ThreadStoreError } from 'idb-thread-store';
import { Snapshot } from '../state/snapshot.ts';
import { toStoreError } from '../store/store-failure.ts';

/** The threads read so far, newest first. */
export interface ThreadPages {
  threads: readonly StoredThread[];
  /** Whether the first page has been read. */
  loaded: boolean;
  /** Whether there are no more threads to read. */
  complete: boolean;
  loading: boolean;
  error?: ThreadStoreError;
}

const pageSize = 40;

/** Reads the list of threads page by page, and keeps what it has read up to date. */
export class ThreadPager {
  readonly snapshot = new Snapshot<ThreadPages>({
    threads: [],
    loaded: false,
    complete: false,
    loading: false,
  });
  readonly #store: ThreadStoreClient;
  #cursor: string | undefined;
  /** Ids of threads that changed since they were last read; `undefined` while not connected. */
  #changed: Set<string> | undefined;
  #refreshing = false;

  constructor(store: ThreadStoreClient) {
    this.#store = store;
  }

  /** Reads the first page and follows changes, until the function it gives is called. */
  connect(): () => void {
    this.#changed = new Set();
    const unsubscribe = this.#store.subscribe((event) => {
      // What happened to the store itself may have changed any of them.
      const changed = 'threadId' in event ? [event] : this.snapshot.get().threads;
      for (const { threadId } of changed) this.#changed?.add(threadId);
      void this.#refresh();
    });
    if (!this.snapshot.get().loaded) this.loadMore();
    return () => {
      this.#changed = undefined;
      unsubscribe();
    };
  }

  /** Reads the next page, if there is one and none is on its way. After an error: tries again. */
  readonly loadMore = (): void => {
    void this.#loadMore();
  };

  async #loadMore(): Promise<void> {
    const before = this.snapshot.get();
    if (before.loading || before.complete) return;
    const { error: _error, ...rest } = before;
    this.snapshot.set({ ...rest, loading: true });
    try {
      const page = await this.#read(this.#cursor);
      this.#cursor = page.nextCursor;
      const complete = page.nextCursor === undefined;
      this.#set({
        threads: merge(this.snapshot.get().threads, page.items),
        loaded: true,
        complete,
        loading: false,
      });
    } catch (error) {
      this.#set({ loading: false, error: toStoreError(error) });
    }
    await this.#refresh();
  }

  #set(change: Partial<ThreadPages>): void {
    this.snapshot.set({ ...this.snapshot.get(), ...change });
  }

  #read(cursor: string | undefined) {
    return this.#store.listThreads({ sortKey: 'recencyAt', pageSize, cursor });
  }

  /** Reads the head of the list, and of what changed below it each thread that may be among those read. */
  async #refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      // While a page is on its way there is nothing to compare with; its arrival comes here again.
      while (this.#changed !== undefined && this.#changed.size > 0 && !this.snapshot.get().loading) {
        const changed = this.#changed;
        this.#changed = new Set();
        const head = await this.#read(undefined);
        const { threads, complete } = this.snapshot.get();
        if (threads.length <= pageSize && complete) {
          this.#cursor = head.nextCursor;
          this.#set({ threads: head.items, complete: head.nextCursor === undefined });
          continue;
        }
        const inHead = new Set(head.items.map((thread) => thread.threadId));
        const below = [...changed].filter((threadId) => !inHead.has(threadId));
        const reread = await Promise.all(below.map((threadId) => this.#readListed(threadId)));
        this.#merge(changed, [...head.items, ...reread.filter((thread) => thread !== undefined)]);
      }
    } catch (error) {
      this.#set({ error: toStoreError(error) });
    } finally {
      this.#refreshing = false;
    }
  }

  #merge(changed: ReadonlySet<string>, newer: readonly StoredThread[]): void {
    const { threads, complete } = this.snapshot.get();
    const kept = threads.filter((thread) => !changed.has(thread.threadId));
    const last = threads.at(-1);
    const all = merge(kept, newer);
    // What sorts below the last thread read comes with its page.
    this.#set({
      threads: complete || last === undefined ? all : all.filter((thread) => compare(thread, last) <= 0),
    });
  }

  /** A thread as the list would show it, or nothing where it is gone or archived. */
  async #readListed(threadId: string): Promise<StoredThread | undefined> {
    try {
      return await this.#store.readThread({ threadId });
    } catch (error) {
      const { code } = toStoreError(error);
      if (code === 'thread_not_found' || code === 'invalid_request') return undefined;
      throw error;
    }
  }
}

/** The store's order: newest first, threads of the same time by id. */
function compare(a: StoredThread, b: StoredThread): number {
  return b.recencyAt - a.recencyAt || (a.threadId < b.threadId ? 1 : a.threadId > b.threadId ? -1 : 0);
}

function merge(threads: readonly StoredThread[], newer: readonly StoredThread[]): StoredThread[] {
  const byId = new Map(threads.map((thread) => [thread.threadId, thread]));
  for (const thread of newer) byId.set(thread.threadId, thread);
  return [...byId.values()].toSorted(compare);
}
