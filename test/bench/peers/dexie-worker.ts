/**
 * Dexie in two layouts, told apart by the worker's name. `dexie`: as its documentation shows, a table for each kind of
 * record; a page of summaries fetches the items that it shows. `dexie-embedded`: a turn's record has its summary.
 */
import { Dexie, type Table } from 'dexie';
import { expose } from 'comlink';
import type { ThreadItem } from 'idb-thread-store';
import type { BenchStore, Filling, TurnsAsked, TurnsGiven, WorkItem } from '../page/bench-store.ts';
import {
  fillerItem,
  mainThread,
  MAIN_THREAD,
  smallThread,
  summaryOf,
  turnOf,
  withoutItems,
  type WorkThread,
  type WorkTurn,
} from '../page/workload.ts';
import { lineBatches } from '../stores/line-batches.ts';

type Key = [string, number];

interface TurnRow extends Omit<WorkTurn, 'items'> {
  thread: string;
  /** The keys of its question and its answer. */
  shown: Key[];
  summary?: ThreadItem[];
}

interface ItemRow {
  thread: string;
  ordinal: number;
  turn: number;
  turnId: string;
  item: unknown;
}

const FILL_TURNS = 256;

class DexieStore implements BenchStore {
  readonly #isEmbedded = self.name === 'dexie-embedded';
  readonly #db = database('relaxed');
  /** The same one: Dexie knows the durability of a database, not of a transaction. */
  readonly #strict = database('strict');
  #appended = 0;

  async open(): Promise<void> {
    await this.#db.open();
    await this.#strict.open();
  }

  async fill({ turns, size, threads }: Filling): Promise<void> {
    for (let first = 0; first < turns; first += FILL_TURNS) {
      const numbers = Array.from({ length: Math.min(FILL_TURNS, turns - first) }, (_, n) => first + n);
      const all = numbers.map((n) => turnOf(n, size));
      await this.#db.transaction('rw', this.#turns, this.#items, () =>
        Promise.all([
          this.#turns.bulkPut(all.map((turn) => this.#turnRow(turn))),
          this.#items.bulkPut(all.flatMap(itemRows)),
        ]),
      );
    }
    const small = Array.from({ length: threads }, (_, n) => smallThread(n));
    await this.#threads.bulkPut([mainThread(turns, size), ...small]);
  }

  async turns({ view, count, from }: TurnsAsked): Promise<TurnsGiven> {
    const ascending = from?.direction === 'asc';
    const [low, high] = ascending ? [from.ordinal, Infinity] : [-Infinity, from?.ordinal ?? Infinity];
    const found = this.#turns
      .where('[thread+ordinal]')
      .between([MAIN_THREAD, low], [MAIN_THREAD, high], false, false);
    const rows = await (ascending ? found : found.reverse()).limit(count).toArray();
    const items = await this.#itemsOf(rows, view);
    return rows.map(({ shown: _, summary: __, ...row }, index) => ({ ...row, items: items[index] ?? [] }));
  }

  async items(count: number): Promise<WorkItem[]> {
    const rows = await this.#items
      .where('[thread+ordinal]')
      .between([MAIN_THREAD, -Infinity], [MAIN_THREAD, Infinity])
      .reverse()
      .limit(count)
      .toArray();
    return rows.map(({ turnId, item }) => ({ turnId, item: item as ThreadItem }));
  }

  threads(count: number): Promise<WorkThread[]> {
    return this.#threads.orderBy('createdAt').reverse().limit(count).toArray();
  }

  async importText(thread: string, file: Blob): Promise<void> {
    let line = 0;
    let ordinal = 0;
    for await (const { lines, parsed } of lineBatches(file)) {
      const items = parsed.flatMap(({ payload: { type, item, turn_id = '' } }): ItemRow[] =>
        type === 'item_completed' ? [{ thread, ordinal: ordinal++, turn: 0, turnId: turn_id, item }] : [],
      );
      await this.#db.transaction('rw', this.#log, this.#items, () =>
        Promise.all([
          this.#log.bulkAdd(lines.map((text) => ({ thread, line: line++, text }))),
          this.#items.bulkAdd(items),
        ]),
      );
    }
  }

  async append(bytes: number, durability: 'relaxed' | 'strict'): Promise<void> {
    const n = this.#appended++;
    const item = fillerItem(n, bytes);
    const db = durability === 'strict' ? this.#strict : this.#db;
    await db.transaction('rw', ['log', 'items', 'turns', 'threads'], () =>
      Promise.all([
        db.table('log').put({ thread: 'live', line: n, text: JSON.stringify(item) }),
        db.table('items').put({ thread: 'live', ordinal: n, turn: 0, turnId: 'live', item }),
        db.table('turns').put({ ...withoutItems(turnOf(0, 'tiny')), thread: 'live', shown: [] }),
        db.table('threads').put({ ...smallThread(n), threadId: 'live', createdAt: 0 }),
      ]),
    );
  }

  close(): Promise<void> {
    this.#db.close();
    this.#strict.close();
    return Promise.resolve();
  }

  async #itemsOf(rows: TurnRow[], view: TurnsAsked['view']): Promise<ThreadItem[][]> {
    if (view === 'notLoaded') return [];
    if (view === 'summary' && this.#isEmbedded) return rows.map(({ summary = [] }) => summary);
    if (view === 'summary') {
      const shown = await this.#items.bulkGet(rows.flatMap((row) => row.shown));
      return rows.map(({ ordinal }) =>
        shown.flatMap((row) => (row?.turn === ordinal ? [contentOf(row)] : [])),
      );
    }
    const ordinals = rows.map(({ ordinal }) => ordinal);
    // Of this thread a turn has eight items.
    const [first, end] = [Math.min(...ordinals) * 8, (Math.max(...ordinals) + 1) * 8];
    const items = await this.#items
      .where('[thread+ordinal]')
      .between([MAIN_THREAD, first], [MAIN_THREAD, end])
      .toArray();
    return ordinals.map((ordinal) => items.filter(({ turn }) => turn === ordinal).map(contentOf));
  }

  #turnRow(turn: WorkTurn): TurnRow {
    const first = turn.ordinal * turn.items.length;
    const shown = [0, turn.items.length - 1].map((at): Key => [MAIN_THREAD, first + at]);
    const row = { ...withoutItems(turn), thread: MAIN_THREAD, shown };
    return this.#isEmbedded ? { ...row, summary: summaryOf(turn) } : row;
  }

  get #threads(): Table<WorkThread, string> {
    return this.#db.table('threads');
  }

  get #turns(): Table<TurnRow, Key> {
    return this.#db.table('turns');
  }

  get #items(): Table<ItemRow, Key> {
    return this.#db.table('items');
  }

  get #log(): Table<{ thread: string; line: number; text: string }, Key> {
    return this.#db.table('log');
  }
}

function database(durability: 'relaxed' | 'strict'): Dexie {
  const db = new Dexie(`bench-${self.name}`, { chromeTransactionDurability: durability });
  db.version(1).stores({
    threads: 'threadId, createdAt',
    turns: '[thread+ordinal]',
    items: '[thread+ordinal]',
    log: '[thread+line]',
  });
  return db;
}

function itemRows({ ordinal: turn, turnId, items }: WorkTurn): ItemRow[] {
  const first = turn * items.length;
  return items.map((item, at) => ({ thread: MAIN_THREAD, ordinal: first + at, turn, turnId, item }));
}

function contentOf({ item }: ItemRow): ThreadItem {
  return item as ThreadItem;
}

expose(new DexieStore());
