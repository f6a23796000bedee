import { expect } from 'vitest';
import type { RolloutItem } from '../contract/records.ts';
import type { CreateThreadParams } from '../contract/requests.ts';
import type { ThreadEvent, ThreadStoreClient } from '../contract/thread-store-client.ts';
import { MemoryThreadStore } from '../memory/memory-thread-store.ts';
import { allItems, allTurns } from './pages.ts';
import { RolloutBuilder } from './rollout-builder.ts';
import { failure } from './store-test.ts';

/** The fields of `createThread` that most tests do not care about. */
export const METADATA = { metadata: { modelProvider: 'mock', cwd: '/workspace' } } as const;

/** A thread that a test writes live: a builder makes the lines, and they are appended as they come. */
export class LiveScript {
  readonly lines: RolloutBuilder;
  readonly threadId: string;
  readonly historyMode: 'legacy' | 'paginated';
  #store: ThreadStoreClient;
  /** Lines of the builder that were appended or passed over; its first is the store's own to write. */
  #taken = 1;

  constructor(store: ThreadStoreClient, historyMode: 'legacy' | 'paginated', threadId?: string) {
    const options = threadId === undefined ? {} : { threadId };
    this.#store = store;
    this.lines =
      historyMode === 'legacy' ? RolloutBuilder.legacy(options) : RolloutBuilder.paginated(options);
    this.threadId = this.lines.threadId;
    this.historyMode = historyMode;
  }

  /** Opens the thread's writer as a new thread. */
  create(more: Partial<CreateThreadParams> = {}): Promise<void> {
    const { threadId, historyMode } = this;
    return this.#store.createThread({ threadId, historyMode, ...METADATA, ...more });
  }

  /** Opens the thread's writer again, on this store or on another one from now on. */
  resume(store = this.#store): Promise<void> {
    this.#store = store;
    return store.resumeThread({ threadId: this.threadId, includeArchived: true });
  }

  /** The lines that were built since the last call, as items for `appendItems`. */
  take(): RolloutItem[] {
    const items = this.lines.lines.slice(this.#taken).map((line) => JSON.parse(line) as RolloutItem);
    this.#taken += items.length;
    return items;
  }

  /** Appends what was built since the last call, in one call. */
  append(): Promise<void> {
    return this.#store.appendItems({ threadId: this.threadId, items: this.take() });
  }

  /** Appends what was built since the last call, and waits until it can be read. */
  async write(): Promise<void> {
    await this.append();
    await this.flush();
  }

  flush(): Promise<void> {
    return this.#store.flushThread({ threadId: this.threadId });
  }

  shutdown(): Promise<void> {
    return this.#store.shutdownThread({ threadId: this.threadId });
  }

  /** The payloads of the lines that the store has, without the first. */
  async payloads(): Promise<unknown[]> {
    return (await payloadsOf(this.#store, this.threadId)).slice(1);
  }
}

/** A new thread with a live writer. */
export async function liveThread(
  store: ThreadStoreClient,
  historyMode: 'legacy' | 'paginated' = 'paginated',
  more: Partial<CreateThreadParams> = {},
): Promise<LiveScript> {
  const script = new LiveScript(store, historyMode, more.threadId);
  await script.create(more);
  return script;
}

/** The payload of every line of a thread, in order. */
export async function payloadsOf(store: ThreadStoreClient, threadId: string): Promise<unknown[]> {
  const { items } = await store.loadHistory({ threadId, includeArchived: true });
  return items.map(({ payload }) => payload);
}

/** The payloads of items. */
export function payloads(items: readonly RolloutItem[]): unknown[] {
  return items.map(({ payload }) => payload);
}

/** What all reads tell of a thread's turns and items, as a replay tells it: who writes the thread does not show. */
export async function shown(store: ThreadStoreClient, threadId: string): Promise<unknown> {
  const all = { threadId, includeArchived: true, sortDirection: 'asc' } as const;
  const turns = (itemsView: 'full' | 'summary' | 'notLoaded') => allTurns(store, { ...all, itemsView });
  const views = await Promise.all([turns('full'), turns('summary'), turns('notLoaded')]);
  return {
    // A line's length counts for `bytes`: what came live had no time yet.
    views: views.map((view) =>
      view.map(({ bytes: _, status, ...turn }) => ({
        ...turn,
        status: status === 'inProgress' ? 'interrupted' : status,
      })),
    ),
    items: await allItems(store, all),
    changes: await allItems(store, { ...all, afterUpdatedAtOrdinal: -1 }),
  };
}

/** Holds what a thread's pages show against a replay of its own history in a fresh store. */
export async function expectReplay(store: ThreadStoreClient, threadId: string): Promise<void> {
  const { history, ...thread } = await store.readThread({
    threadId,
    includeArchived: true,
    includeHistory: true,
  });
  const data = (history?.items ?? []).map((line) => `${JSON.stringify(line)}\n`).join('');
  const fresh = new MemoryThreadStore();
  const report = await fresh.importRollouts([{ name: thread.rolloutPath ?? '', data }]);
  expect(report.files).toMatchObject([{ outcome: 'imported', threadId, rejectedLineCount: 0 }]);
  expect(await shown(store, threadId)).toEqual(await shown(fresh, threadId));
  const replayed = await fresh.readThread({ threadId, includeArchived: true });
  for (const field of ['turnCount', 'itemCount', 'bytes', 'createdAt', 'recencyAt', 'historyMode'] as const)
    expect({ [field]: thread[field] }).toEqual({ [field]: replayed[field] });
  await fresh.close();
}

/** Collects what a store tells of threads; `until` waits for one. */
export function listening(store: ThreadStoreClient) {
  const events: ThreadEvent[] = [];
  let onEvent: () => void = () => undefined;
  const end = store.subscribe((event) => {
    if (!('threadId' in event)) return;
    events.push(event);
    onEvent();
  });
  return {
    events,
    end,
    /** Once `isThere` holds for the events until then. */
    until: (isThere: (events: ThreadEvent[]) => boolean) =>
      new Promise<ThreadEvent[]>((resolve) => {
        onEvent = () => isThere(events) && resolve([...events]);
        onEvent();
      }),
  };
}

/** Every call that needs a live writer says that there is none. */
export async function expectNoWriter(store: ThreadStoreClient, threadId: string): Promise<void> {
  const calls = {
    appendItems: () =>
      store.appendItems({ threadId, items: [{ type: 'compacted', payload: { message: '' } }] }),
    persistThread: () => store.persistThread({ threadId }),
    flushThread: () => store.flushThread({ threadId }),
    shutdownThread: () => store.shutdownThread({ threadId }),
    discardThread: () => store.discardThread({ threadId }),
  };
  for (const [operation, call] of Object.entries(calls)) {
    expect(await failure(call())).toMatchObject({ code: 'thread_not_found', operation, threadId });
  }
}
