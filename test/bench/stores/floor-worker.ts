/**
 * What the browser's IndexedDB takes at the least, in the same worker set-up as ours: no checks, no cursors, no
 * missing threads, every key known beforehand.
 *
 * Reads: a turn's record has its summary embedded, its items lie packed in one record, a page is one range read.
 * Import: the lines and the items of a rollout, one record each. Append: one transaction of four puts.
 */
import { expose } from 'comlink';
import type { ThreadItem } from 'idb-thread-store';
import type { BenchStore, Filling, TurnsAsked, TurnsGiven, WorkItem } from '../page/bench-store.ts';
import { lineBatches, type ParsedBatch } from './line-batches.ts';
import {
  fillerItem,
  smallThread,
  summaryOf,
  turnOf,
  withoutItems,
  type WorkThread,
  type WorkTurn,
  MAIN_THREAD,
  mainThread,
} from '../page/workload.ts';
import { committed, openDatabase, requested } from './idb-promises.ts';

interface TurnRow extends Omit<WorkTurn, 'items'> {
  thread: string;
  itemCount: number;
  summary: ThreadItem[];
}

interface ThreadRow extends WorkThread {
  /** As ours sorts: an ascending range gives the newest first. */
  byCreated: number;
}

const FILL_TURNS = 64;

class Floor implements BenchStore {
  #db: IDBDatabase | undefined;
  #turns = 0;
  #appended = 0;

  async open(): Promise<void> {
    this.#db = await openDatabase('bench-floor', (db) => {
      db.createObjectStore('turns', { keyPath: ['thread', 'ordinal'] });
      db.createObjectStore('threads', { keyPath: 'threadId' }).createIndex('byCreated', [
        'byCreated',
        'threadId',
      ]);
      for (const name of ['packs', 'items', 'log']) db.createObjectStore(name);
    });
    const main = IDBKeyRange.bound([MAIN_THREAD], [MAIN_THREAD, []]);
    const last = await requested(this.#read('turns').openKeyCursor(main, 'prev'));
    if (last && Array.isArray(last.key)) this.#turns = Number(last.key[1]) + 1;
  }

  async fill({ turns, size, threads }: Filling): Promise<void> {
    const thread = MAIN_THREAD;
    for (let first = 0; first < turns; first += FILL_TURNS) {
      const transaction = this.#write(['turns', 'packs'], 'relaxed');
      for (let n = first; n < Math.min(first + FILL_TURNS, turns); n++) {
        const turn = turnOf(n, size);
        const row: TurnRow = {
          ...withoutItems(turn),
          thread,
          itemCount: turn.items.length,
          summary: summaryOf(turn),
        };
        transaction.objectStore('turns').put(row);
        const pack = turn.items.map((item, index) =>
          itemRow(turn.turnId, n * turn.items.length + index, item),
        );
        transaction.objectStore('packs').put(pack, [thread, n]);
      }
      await committed(transaction);
    }
    const transaction = this.#write(['threads'], 'relaxed');
    const main = mainThread(turns, size);
    for (const one of [main, ...Array.from({ length: threads }, (_, n) => smallThread(n))]) {
      transaction.objectStore('threads').put({ ...one, byCreated: -one.createdAt } satisfies ThreadRow);
    }
    await committed(transaction);
    this.#turns = turns;
  }

  async turns({ view, count, from }: TurnsAsked): Promise<TurnsGiven> {
    const ascending = from?.direction === 'asc';
    const first = !from ? this.#turns - count : ascending ? from.ordinal + 1 : from.ordinal - count;
    const range = IDBKeyRange.bound([MAIN_THREAD, first], [MAIN_THREAD, first + count - 1]);
    const transaction = this.#database.transaction(view === 'full' ? ['turns', 'packs'] : ['turns']);
    const [rows, packs] = await Promise.all([
      requested<TurnRow[]>(transaction.objectStore('turns').getAll(range)),
      view === 'full' ? requested<WorkItem[][]>(transaction.objectStore('packs').getAll(range)) : [],
    ]);
    if (!ascending) {
      rows.reverse();
      packs.reverse();
    }
    return rows.map(({ summary, ...row }, index) => {
      const items = view === 'full' ? (packs[index] ?? []).map(({ item }) => item) : summary;
      return { ...row, items: view === 'notLoaded' ? [] : items };
    });
  }

  async items(count: number): Promise<WorkItem[]> {
    // A turn has eight items, so that the turns to read are known.
    const first = this.#turns - Math.ceil(count / 8);
    const range = IDBKeyRange.bound([MAIN_THREAD, first], [MAIN_THREAD, this.#turns]);
    const packs = await requested<WorkItem[][]>(this.#read('packs').getAll(range));
    return packs.flat().reverse().slice(0, count);
  }

  threads(count: number): Promise<ThreadRow[]> {
    return requested<ThreadRow[]>(this.#read('threads').index('byCreated').getAll(null, count));
  }

  async importText(threadId: string, file: Blob): Promise<void> {
    let line = 0;
    let ordinal = 0;
    for await (const batch of lineBatches(file)) {
      const transaction = this.#write(['log', 'items'], 'relaxed');
      for (const text of batch.lines) transaction.objectStore('log').put(text, [threadId, line++]);
      for (const item of itemsIn(batch)) transaction.objectStore('items').put(item, [threadId, ordinal++]);
      await committed(transaction);
    }
  }

  async append(bytes: number, durability: 'relaxed' | 'strict'): Promise<void> {
    const n = this.#appended++;
    const item = fillerItem(n, bytes);
    const transaction = this.#write(['log', 'items', 'turns', 'threads'], durability);
    transaction.objectStore('log').put(new TextEncoder().encode(JSON.stringify(item)), ['live', n]);
    transaction.objectStore('items').put({ turnId: 'live', ordinal: n, item }, ['live', n]);
    transaction
      .objectStore('turns')
      .put({ thread: 'live', ordinal: 0, turnId: 'live', itemCount: n, summary: [] });
    const thread: ThreadRow = { ...smallThread(n), threadId: 'live', byCreated: 0 };
    transaction.objectStore('threads').put(thread);
    await committed(transaction);
  }

  close(): Promise<void> {
    this.#db?.close();
    return Promise.resolve();
  }

  get #database(): IDBDatabase {
    if (!this.#db) throw new Error('not open');
    return this.#db;
  }

  #read(store: string): IDBObjectStore {
    return this.#database.transaction([store]).objectStore(store);
  }

  #write(stores: string[], durability: 'relaxed' | 'strict'): IDBTransaction {
    return this.#database.transaction(stores, 'readwrite', { durability });
  }
}

/** An item with what ours gives beside it. */
function itemRow(turnId: string, ordinal: number, item: ThreadItem): WorkItem {
  const times = { createdAtMs: 0, startedAtMs: 0, completedAtMs: 0 };
  const row = { turnId, itemId: item.id, ordinal, updatedAtOrdinal: ordinal, bytes: 0, ...times, item };
  return row;
}

/** The items that lines carry whole, as they stand there. */
function itemsIn({ parsed }: ParsedBatch): unknown[] {
  return parsed.flatMap(({ payload }) => (payload.type === 'item_completed' ? [payload.item] : []));
}

expose(new Floor());
