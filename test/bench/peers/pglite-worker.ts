/**
 * PGlite, which is Postgres in WebAssembly, on OPFS. A turn's row has its summary embedded as JSON, items are rows, log
 * lines too. Many rows are written by one statement, from one JSON text.
 */
import { PGlite, type Transaction } from '@electric-sql/pglite';
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
  type WorkThread,
} from '../page/workload.ts';
import { lineBatches } from '../stores/line-batches.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS threads (id text PRIMARY KEY, preview text, created bigint, turns int);
  CREATE INDEX IF NOT EXISTS by_created ON threads (created, id);
  CREATE TABLE IF NOT EXISTS turns (thread text, ordinal int, id text, status text, summary text,
    PRIMARY KEY (thread, ordinal));
  CREATE TABLE IF NOT EXISTS items (thread text, ordinal int, turn int, turn_id text, item text,
    PRIMARY KEY (thread, ordinal));
  CREATE TABLE IF NOT EXISTS log (thread text, line int, text text, PRIMARY KEY (thread, line));
`;

const KEYS = { threads: 'id', turns: 'thread, ordinal', items: 'thread, ordinal', log: 'thread, line' };

type Row = Record<string, unknown>;

const FILL_TURNS = 128;

class Postgres implements BenchStore {
  #db: PGlite | undefined;
  #appended = 0;

  async open(): Promise<void> {
    this.#db = await PGlite.create({ dataDir: 'opfs-ahp://bench-pglite', relaxedDurability: true });
    await this.#db.exec(SCHEMA);
  }

  async fill({ turns, size, threads }: Filling): Promise<void> {
    for (let first = 0; first < turns; first += FILL_TURNS) {
      const numbers = Array.from({ length: Math.min(FILL_TURNS, turns - first) }, (_, n) => first + n);
      const all = numbers.map((n) => turnOf(n, size));
      await this.#database.transaction(async (transaction) => {
        const rows = all.map((turn) => turnRow(MAIN_THREAD, turn.ordinal, turn.turnId, summaryOf(turn)));
        await insert(transaction, 'turns', rows);
        const items = all.flatMap(({ ordinal, turnId, items: ofTurn }) =>
          ofTurn.map((item, at) => itemRow(MAIN_THREAD, ordinal * ofTurn.length + at, ordinal, turnId, item)),
        );
        await insert(transaction, 'items', items);
      });
    }
    const all = [mainThread(turns, size), ...Array.from({ length: threads }, (_, n) => smallThread(n))];
    for (let first = 0; first < all.length; first += 1000) {
      const some = all.slice(first, first + 1000);
      await this.#database.transaction((transaction) => insert(transaction, 'threads', some.map(threadRow)));
    }
    await this.#database.exec('ANALYZE');
    await this.#database.syncToFs();
  }

  async turns({ view, count, from }: TurnsAsked): Promise<TurnsGiven> {
    const ascending = from?.direction === 'asc';
    const place = from ? `AND ordinal ${ascending ? '>' : '<'} $3` : '';
    const fields = `id, ordinal, status${view === 'summary' ? ', summary' : ''}`;
    const rows = await this.#all(
      `SELECT ${fields} FROM turns WHERE thread = $1 ${place} ORDER BY ordinal ${ascending ? 'ASC' : 'DESC'} LIMIT $2`,
      from ? [MAIN_THREAD, count, from.ordinal] : [MAIN_THREAD, count],
    );
    const itemsOf = new Map<number, ThreadItem[]>();
    if (view === 'full') {
      const ordinals = rows.map((row) => Number(row['ordinal']));
      // Of this thread a turn has eight items.
      const items = await this.#all(
        'SELECT turn, item FROM items WHERE thread = $1 AND ordinal BETWEEN $2 AND $3 ORDER BY ordinal',
        [MAIN_THREAD, Math.min(...ordinals) * 8, Math.max(...ordinals) * 8 + 7],
      );
      for (const { turn, item } of items) {
        const list = itemsOf.get(Number(turn)) ?? [];
        itemsOf.set(Number(turn), list);
        list.push(JSON.parse(String(item)));
      }
    }
    return rows.map(({ id, ordinal, summary }) => ({
      turnId: String(id),
      ordinal: Number(ordinal),
      status: 'completed',
      items: view === 'summary' ? JSON.parse(String(summary)) : (itemsOf.get(Number(ordinal)) ?? []),
    }));
  }

  async items(count: number): Promise<WorkItem[]> {
    const sql = 'SELECT turn_id, item FROM items WHERE thread = $1 ORDER BY ordinal DESC LIMIT $2';
    const rows = await this.#all(sql, [MAIN_THREAD, count]);
    return rows.map(({ turn_id, item }) => ({ turnId: String(turn_id), item: JSON.parse(String(item)) }));
  }

  async threads(count: number): Promise<Pick<WorkThread, 'threadId' | 'preview' | 'createdAt'>[]> {
    const sql = 'SELECT id, preview, created FROM threads ORDER BY created DESC, id DESC LIMIT $1';
    const rows = await this.#all(sql, [count]);
    return rows.map(({ id, preview, created }) => ({
      threadId: String(id),
      preview: String(preview),
      createdAt: Number(created),
    }));
  }

  async importText(thread: string, file: Blob): Promise<void> {
    let line = 0;
    let ordinal = 0;
    let turn = -1;
    let summary: unknown[] = [];
    for await (const { lines, parsed } of lineBatches(file)) {
      const items: Row[] = [];
      const turns: Row[] = [];
      for (const { payload } of parsed) {
        const { turn_id: turnId = '', item } = payload;
        if (payload.type === 'task_started') [turn, summary] = [turn + 1, []];
        else if (item) {
          if (item.type.endsWith('Message')) summary.push(item);
          items.push(itemRow(thread, ordinal++, turn, turnId, item));
        } else if (payload.type === 'task_complete') turns.push(turnRow(thread, turn, turnId, summary));
      }
      await this.#database.transaction(async (transaction) => {
        const rows = lines.map((text) => ({ thread, line: line++, text }));
        await insert(transaction, 'log', rows);
        await insert(transaction, 'items', items);
        await insert(transaction, 'turns', turns);
      });
    }
    await this.#database.syncToFs();
  }

  async append(bytes: number, durability: 'relaxed' | 'strict'): Promise<void> {
    const n = this.#appended++;
    const item = fillerItem(n, bytes);
    await this.#database.transaction(async (transaction) => {
      await insert(transaction, 'log', [{ thread: 'live', line: n, text: JSON.stringify(item) }]);
      await insert(transaction, 'items', [itemRow('live', n, 0, 'live', item)]);
      await insert(transaction, 'turns', [turnRow('live', 0, 'live', [])]);
      await insert(transaction, 'threads', [{ id: 'live', preview: '', created: 0, turns: 1 }]);
    });
    if (durability === 'strict') await this.#database.syncToFs();
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  async #all(sql: string, values: unknown[]): Promise<Row[]> {
    return (await this.#database.query<Row>(sql, values)).rows;
  }

  get #database(): PGlite {
    if (!this.#db) throw new Error('not open');
    return this.#db;
  }
}

/** Inserts rows, or replaces those that are there. */
async function insert(transaction: Transaction, table: keyof typeof KEYS, rows: Row[]): Promise<void> {
  const [first] = rows;
  if (!first) return;
  const fields = Object.keys(first);
  const changed = fields.map((field) => `${field} = EXCLUDED.${field}`).join(', ');
  await transaction.query(
    `INSERT INTO ${table} (${fields.join(', ')}) SELECT ${fields.join(', ')}
      FROM json_populate_recordset(null::${table}, $1::json) ON CONFLICT (${KEYS[table]}) DO UPDATE SET ${changed}`,
    [JSON.stringify(rows)],
  );
}

function threadRow({ threadId, preview, createdAt, turnCount }: WorkThread): Row {
  return { id: threadId, preview, created: createdAt, turns: turnCount };
}

function turnRow(thread: string, ordinal: number, id: string, summary: unknown[]): Row {
  return { thread, ordinal, id, status: 'completed', summary: JSON.stringify(summary) };
}

function itemRow(thread: string, ordinal: number, turn: number, turnId: string, item: unknown): Row {
  return { thread, ordinal, turn, turn_id: turnId, item: JSON.stringify(item) };
}

expose(new Postgres());
