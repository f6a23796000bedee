import { openThreadStore, ThreadStoreError, type ThreadStoreClient } from 'idb-thread-store';
import { createStoreWorker } from '../../src/client/store-worker.ts';
import { RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { inspectThread } from '../kill/inspect-thread.ts';
import { NumberedThread } from '../kill/numbered-thread.ts';

/** With more threads than so many, the tab deletes. */
const MANY_THREADS = 60;

/** A tab writes at most so many threads at the same time. */
const MANY_WRITERS = 3;

/** What may fail while tabs write the same threads and processes are killed: it is done again, or not at all. */
const EXPECTED = ['unavailable', 'conflict', 'thread_not_found'];

/** A tab that does whatever comes to its mind, and tells the script what it was promised. */
class SoakTab {
  readonly counts: Record<string, number> = {};
  isEnding = false;
  readonly #store: ThreadStoreClient;
  readonly #mine = new Map<string, NumberedThread>();
  /** How often something is done, by its share. */
  readonly #operations: [share: number, name: string, run: () => Promise<void>][] = [
    [40, 'append', () => this.#append()],
    [14, 'flush', () => this.#flush()],
    [4, 'create', () => this.#create()],
    [6, 'resume', () => this.#resume()],
    [4, 'shutdown', () => this.#shutdown()],
    [2, 'rollback', () => this.#rollback()],
    [2, 'fork', () => this.#fork()],
    [1, 'import', () => this.#import()],
    [24, 'read', () => this.#read()],
    [1, 'delete', () => this.#delete()],
  ];

  constructor(store: ThreadStoreClient) {
    this.#store = store;
    store.subscribe((event) => {
      if ('threadId' in event) return;
      this.#count(event.type);
      if (event.type === 'writersLost') for (const threadId of event.threadIds) this.#mine.delete(threadId);
    });
  }

  async live(): Promise<void> {
    const shares = this.#operations.reduce((sum, [share]) => sum + share, 0);
    while (!this.isEnding) {
      let at = Math.random() * shares;
      const [, name, run] = this.#operations.find(([share]) => (at -= share) < 0) ?? [
        0,
        '',
        async () => undefined,
      ];
      await this.#attempt(name, run);
    }
    for (const threadId of this.#mine.keys()) {
      await this.#attempt('shutdown', () => this.#store.shutdownThread({ threadId }));
    }
    await this.#store.close();
  }

  async #attempt(name: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
      this.#count(name);
    } catch (error) {
      const code = error instanceof ThreadStoreError ? error.code : 'not typed';
      this.#count(`${name}: ${code}`);
      if (!EXPECTED.includes(code)) await tell('failed', { name, reason: String(error) });
    }
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  async #create(): Promise<void> {
    if (this.#mine.size >= MANY_WRITERS) return this.#shutdown();
    const mode = Math.random() < 0.3 ? 'legacy' : 'paginated';
    const thread = new NumberedThread(this.#store, `${mode}-${crypto.randomUUID()}`);
    await thread.open(undefined, 0);
    this.#mine.set(thread.threadId, thread);
  }

  async #append(): Promise<void> {
    const thread = one([...this.#mine.values()]);
    if (!thread) return this.#create();
    await this.#ofMine(thread, () => thread.append(1 + Math.floor(Math.random() * 5)));
  }

  async #flush(): Promise<void> {
    const thread = one([...this.#mine.values()]);
    if (!thread) return;
    const { threadId } = thread;
    const last = await this.#ofMine(thread, () => thread.flush());
    // What is told here must be there after any fault.
    if (last >= 0) await tell('flushed', { threadId, last });
  }

  async #shutdown(): Promise<void> {
    const thread = one([...this.#mine.values()]);
    if (!thread) return;
    const { threadId } = thread;
    await this.#ofMine(thread, () => this.#store.shutdownThread({ threadId }));
    this.#mine.delete(threadId);
  }

  /** Goes on with a thread that somebody wrote, and looks at it first: only its writer sees it stand still. */
  async #resume(): Promise<void> {
    const threadId = await this.#anyThread();
    if (threadId === undefined || !isNumbered(threadId)) return;
    if (this.#mine.has(threadId) || this.#mine.size >= MANY_WRITERS) return;
    const thread = new NumberedThread(this.#store, threadId);
    await thread.open(0, Date.now());
    this.#mine.set(threadId, thread);
    const inspection = await this.#ofMine(thread, () => inspectThread(this.#store, threadId, false));
    // Lost with its worker, between two of these reads: somebody else may have gone on with it.
    if (this.#mine.get(threadId) !== thread) return;
    thread.next = inspection.numbers.length;
    if (inspection.disagreements.length > 0) {
      // Whether it stays so: what is wrong for a moment and what is wrong for good have different causes.
      const again = await this.#ofMine(thread, () => inspectThread(this.#store, threadId, false));
      inspection.disagreements.push(`then again: ${JSON.stringify(again.disagreements)}; they`);
    }
    await tell('inspected', { inspection });
  }

  async #rollback(): Promise<void> {
    const thread = one([...this.#mine.values()].filter(({ historyMode }) => historyMode === 'paginated'));
    if (!thread) return;
    const { threadId } = thread;
    await this.#ofMine(thread, () => this.#store.shutdownThread({ threadId }));
    this.#mine.delete(threadId);
    const { turns } = await this.#store.listTurns({ threadId, pageSize: 10, itemsView: 'notLoaded' });
    const turn = one(turns);
    if (!turn) return;
    await tell('cut', { threadId });
    await this.#store.rollbackThread({ threadId, beforeTurnId: turn.turnId });
  }

  async #fork(): Promise<void> {
    const threadId = await this.#anyThread();
    if (threadId === undefined || !isNumbered(threadId)) return;
    const newThreadId = `${threadId.startsWith('legacy') ? 'legacy' : 'paginated'}-fork-${crypto.randomUUID()}`;
    await this.#store.forkThread({ threadId, newThreadId });
  }

  async #import(): Promise<void> {
    // Each tab would make the same ids.
    const [threadId, otherId] = [crypto.randomUUID(), crypto.randomUUID()];
    const rollouts = [RolloutBuilder.paginated({ threadId }), RolloutBuilder.legacy({ threadId: otherId })];
    for (const rollout of rollouts) rollout.turns(...turnIds(20));
    const { files } = await this.#store.importRollouts(rollouts.map(({ file }) => file));
    for (const { outcome, reason = outcome } of files) {
      if (outcome !== 'imported') await tell('failed', { name: 'import', reason });
    }
  }

  async #read(): Promise<void> {
    const threadId = await this.#anyThread();
    if (threadId === undefined) return;
    const itemsView = one(['notLoaded', 'summary', 'full'] as const) ?? 'summary';
    const page = await this.#store.listTurns({ threadId, itemsView, pageSize: 20 });
    if (page.nextCursor !== undefined)
      await this.#store
        .listTurns({ threadId, itemsView, pageSize: 20, cursor: page.nextCursor })
        .catch(anchorIsGone);
    const items = await this.#store.listItems({ threadId, pageSize: 50 });
    const ordinals = items.items.map(({ ordinal }) => ordinal);
    if (ordinals.some((ordinal, place) => place > 0 && ordinal <= Number(ordinals[place - 1])))
      await tell('failed', { name: 'read', reason: `the items of ${threadId} are not in order` });
  }

  async #delete(): Promise<void> {
    const { items } = await this.#store.listThreads({ pageSize: 1000 });
    const many = items.length - MANY_THREADS;
    for (let count = 0; count < Math.max(1, many); count++) {
      const threadId = one(items)?.threadId;
      if (threadId === undefined || this.#mine.has(threadId)) continue;
      // Only who writes a thread may say that it is gone: else somebody else may just have flushed to it.
      const opened = await this.#store.resumeThread({ threadId }).then(
        () => true,
        () => false,
      );
      if (!opened) continue;
      await tell('cut', { threadId });
      await this.#store.deleteThread({ threadId });
    }
  }

  async #anyThread(): Promise<string | undefined> {
    const { items } = await this.#store.listThreads({ pageSize: 50, sortKey: 'createdAt' });
    return one(items)?.threadId;
  }

  /** Does something with a thread that this tab writes; one that it cannot write any more is left to the others. */
  async #ofMine<T>(thread: NumberedThread, body: () => Promise<T>): Promise<T> {
    const { threadId } = thread;
    try {
      return await body();
    } catch (error) {
      this.#mine.delete(threadId);
      await this.#store.discardThread({ threadId }).catch(() => undefined);
      throw error;
    }
  }
}

/** Imported threads have no numbers. */
function isNumbered(threadId: string): boolean {
  return /^(legacy|paginated)-/.test(threadId);
}

/** A thread may be rolled back between two of its pages. */
function anchorIsGone(error: unknown): void {
  if (!(error instanceof ThreadStoreError && error.message.includes('no longer present'))) throw error;
}

function one<T>(values: readonly T[]): T | undefined {
  return values[Math.floor(Math.random() * values.length)];
}

function tell(what: string, body: object): Promise<Response> {
  return fetch(`/${what}`, { method: 'POST', body: JSON.stringify(body) });
}

let worker: Worker | undefined;
const store = await openThreadStore({
  name: 'soak',
  deadlineMs: 5000,
  worker: () => (worker = createStoreWorker()),
});
Object.assign(globalThis, {
  /** What the script may ask of the tab. */
  soak: {
    tab: new SoakTab(store),
    store,
    loseWorker: () => worker?.terminate(),
    inspectAll: async () => {
      const { items } = await store.listThreads({ pageSize: 10_000 });
      const inspections = [];
      for (const { threadId } of items) inspections.push(await inspectThread(store, threadId, false));
      return inspections;
    },
  },
});
