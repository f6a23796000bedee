import { openThreadStore, type RolloutItem, type StoredTurn, type ThreadStoreClient } from 'idb-thread-store';
import type { BenchStore, Filling, TurnsAsked, TurnsGiven, WorkItem } from '../page/bench-store.ts';
import { fileName, headText, itemCompleted, smallThreadText, turnTexts } from '../page/rollout-text.ts';
import { openDatabase, requested } from './idb-promises.ts';
import { fillerItem, idOf, smallThread, type WorkThread, MAIN_THREAD } from '../page/workload.ts';

/** How many turns a page has with which the thread is walked. */
const WALK_TURNS = 5000;

/** This package, as an app has it: the built one, in its own worker. */
export class Ours implements BenchStore {
  readonly #name: string;
  #store: ThreadStoreClient | undefined;
  /** The cursor that stands at a turn, by the turn's ordinal. */
  readonly #cursors = new Map<number, string>();
  #appended = 0;
  /** The thread that is appended to: another one each time, since the one before may be there still. */
  readonly #liveThread = crypto.randomUUID();
  #liveTurn = '';

  /** @param name the database's */
  constructor(name = 'bench-ours') {
    this.#name = name;
  }

  async open(): Promise<void> {
    this.#store = await openThreadStore({ name: this.#name, mode: 'worker' });
  }

  get store(): ThreadStoreClient {
    if (!this.#store) throw new Error('not open');
    return this.#store;
  }

  async fill({ turns, size, threads }: Filling): Promise<number> {
    let bytes = 0;
    const encoder = new TextEncoder();
    const texts = turnTexts(MAIN_THREAD, 0, turns, size);
    const data = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode(headText(MAIN_THREAD, Date.UTC(2026, 0, 1)))),
      pull(controller) {
        const next = texts.next();
        if (next.done) controller.close();
        else {
          const chunk = encoder.encode(next.value);
          bytes += chunk.length;
          controller.enqueue(chunk);
        }
      },
    });
    function* files() {
      yield { name: fileName(MAIN_THREAD), data };
      for (let n = 0; n < threads; n++) {
        const data = smallThreadText(n);
        bytes += data.length;
        yield { name: fileName(smallThread(n).threadId), data };
      }
    }
    await this.#import(files());
    return bytes;
  }

  /** Cursors cannot be made up, so the thread is walked once. */
  async prepareDeep(ordinals: number[]): Promise<void> {
    let cursor: string | undefined;
    let next = (await this.turns({ view: 'notLoaded', count: 1 }))[0]?.ordinal ?? 0;
    for (const ordinal of [...new Set(ordinals)].sort((a, b) => b - a)) {
      // A page of metadata whose last turn is the one wanted ends in its cursor.
      while (next >= ordinal) {
        const pageSize = Math.min(next - ordinal + 1, WALK_TURNS);
        const page = await this.store.listTurns({
          threadId: MAIN_THREAD,
          itemsView: 'notLoaded',
          pageSize,
          cursor,
        });
        cursor = page.nextCursor;
        next -= pageSize;
        if (page.turns.at(-1)?.ordinal !== next + 1 || cursor === undefined)
          throw new Error(`no cursor at ${next + 1}`);
      }
      if (cursor !== undefined) this.#cursors.set(ordinal, cursor);
    }
  }

  async turns({ view, count, from }: TurnsAsked): Promise<TurnsGiven> {
    const page = await this.store.listTurns({
      threadId: MAIN_THREAD,
      itemsView: view,
      pageSize: count,
      ...(from ? { cursor: this.#cursors.get(from.ordinal), sortDirection: from.direction } : {}),
    });
    return page.turns as (StoredTurn & { status: 'completed' })[];
  }

  async items(count: number): Promise<WorkItem[]> {
    const { items } = await this.store.listItems({
      threadId: MAIN_THREAD,
      pageSize: count,
      sortDirection: 'desc',
    });
    return items;
  }

  async threads(count: number): Promise<Pick<WorkThread, 'threadId' | 'preview' | 'createdAt'>[]> {
    const { items } = await this.store.listThreads({ pageSize: count });
    return items;
  }

  importText(threadId: string, file: Blob): Promise<void> {
    return this.#import([{ name: fileName(threadId), data: file }]);
  }

  async #import(
    files: Iterable<{ name: string; data: Blob | string | ReadableStream<Uint8Array> }>,
  ): Promise<void> {
    const report = await this.store.importRollouts(files);
    const bad = report.files.find(
      ({ outcome, rejectedLineCount }) => outcome !== 'imported' || rejectedLineCount > 0,
    );
    if (bad) throw new Error(`import: ${JSON.stringify(bad)}`);
  }

  async beginTurn(): Promise<void> {
    const threadId = this.#liveThread;
    if (this.#liveTurn === '') {
      const metadata = { modelProvider: 'openai' };
      await this.store.createThread({ threadId, historyMode: 'paginated', metadata });
    }
    this.#liveTurn = idOf('turn', 0x5000_0000 + this.#appended);
    const payload = { type: 'task_started', turn_id: this.#liveTurn, started_at: 1_767_225_600 };
    await this.store.appendItems({ threadId, items: [{ type: 'event_msg', payload }] });
    await this.store.flushThread({ threadId });
  }

  async queue(bytes: number): Promise<void> {
    await this.store.appendItems({ threadId: this.#liveThread, items: [this.#nextLine(bytes)] });
  }

  async append(bytes: number, durability: 'relaxed' | 'strict'): Promise<void> {
    const threadId = this.#liveThread;
    const items = [this.#nextLine(bytes)];
    if (durability === 'strict') {
      const appended = this.store.appendItems({ threadId, items });
      await Promise.all([appended, this.store.flushThread({ threadId })]);
      return;
    }
    // What an append was told is that it is queued; that it is committed, the subscribers hear.
    const committed = new Promise<void>((resolve) => {
      const stop = this.store.subscribe((event) => {
        if (event.type !== 'threadChanged' || event.threadId !== threadId) return;
        stop();
        resolve();
      });
    });
    await Promise.all([this.store.appendItems({ threadId, items }), committed]);
  }

  #nextLine(bytes: number): RolloutItem {
    const item = fillerItem(this.#appended++, bytes);
    const payload = JSON.parse(JSON.stringify(itemCompleted(item, this.#liveTurn, this.#liveThread)));
    return { type: 'event_msg', payload };
  }

  async endTurn(): Promise<void> {
    const threadId = this.#liveThread;
    const payload = { type: 'task_complete', turn_id: this.#liveTurn, completed_at: 1_767_225_600 };
    await this.store.appendItems({ threadId, items: [{ type: 'event_msg', payload }] });
    await this.store.flushThread({ threadId });
  }

  remove(threadId: string): Promise<void> {
    return this.store.deleteThread({ threadId });
  }

  /** What waits to be cleared is listed in the database's own store of it. */
  async isCleared(): Promise<boolean> {
    const db = await openDatabase(this.#name);
    const left = await requested(db.transaction('unpublished').objectStore('unpublished').count());
    db.close();
    return left === 0;
  }

  async close(): Promise<void> {
    if (this.#liveTurn !== '') await this.remove(this.#liveThread);
    await this.#store?.close();
  }
}
