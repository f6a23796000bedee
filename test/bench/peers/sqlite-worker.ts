/**
 * SQLite 3 in WebAssembly on OPFS, with the access-handle pool that its makers recommend for speed. A turn's row has
 * its summary embedded as JSON, items are rows, log lines too.
 */
import sqlite3InitModule, { type OpfsSAHPoolDatabase } from '@sqlite.org/sqlite-wasm';
import { expose } from 'comlink';
import type { ThreadItem } from 'idb-thread-store';
import type { BenchStore, Filling, TurnsAsked, TurnsGiven, WorkItem } from '../page/bench-store.ts';
import {
  fillerItem,
  smallThread,
  summaryOf,
  turnOf,
  type WorkThread,
  MAIN_THREAD,
  mainThread,
} from '../page/workload.ts';
import { lineBatches, type PlainItem } from '../stores/line-batches.ts';

const SCHEMA = `
  PRAGMA journal_mode = TRUNCATE;
  PRAGMA cache_size = -16384;
  CREATE TABLE IF NOT EXISTS threads (id TEXT PRIMARY KEY, preview TEXT, created INTEGER, turns INTEGER) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS by_created ON threads (created, id);
  CREATE TABLE IF NOT EXISTS turns (thread TEXT, ordinal INTEGER, id TEXT, status TEXT, started INTEGER,
    completed INTEGER, duration INTEGER, items INTEGER, summary TEXT, PRIMARY KEY (thread, ordinal)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS items (thread TEXT, ordinal INTEGER, turn INTEGER, turn_id TEXT, id TEXT, item TEXT,
    PRIMARY KEY (thread, ordinal)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log (thread TEXT, line INTEGER, text TEXT, PRIMARY KEY (thread, line)) WITHOUT ROWID;
`;

const INSERT = {
  threads: 'INSERT OR REPLACE INTO threads VALUES (?, ?, ?, ?)',
  turns: 'INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  items: 'INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?, ?, ?)',
  log: 'INSERT OR REPLACE INTO log VALUES (?, ?, ?)',
};

type Value = string | number | null;

class Sqlite implements BenchStore {
  #db: OpfsSAHPoolDatabase | undefined;
  readonly #statements = new Map<string, ReturnType<OpfsSAHPoolDatabase['prepare']>>();
  #appended = 0;

  async open(): Promise<void> {
    const sqlite3 = await sqlite3InitModule();
    const pool = await sqlite3.installOpfsSAHPoolVfs({ name: 'bench-sqlite' });
    this.#db = new pool.OpfsSAHPoolDb('/bench.sqlite');
    this.#db.exec(SCHEMA);
  }

  fill({ turns, size, threads }: Filling): Promise<void> {
    let ordinal = 0;
    for (let first = 0; first < turns; first += 1000) {
      this.#transaction('relaxed', () => {
        for (let n = first; n < Math.min(first + 1000, turns); n++) {
          const turn = turnOf(n, size);
          const { turnId, status, startedAt, completedAt, durationMs, items } = turn;
          const summary = JSON.stringify(summaryOf(turn));
          const count = items.length;
          this.#run(INSERT.turns, [
            MAIN_THREAD,
            n,
            turnId,
            status,
            startedAt,
            completedAt,
            durationMs,
            count,
            summary,
          ]);
          for (const item of items)
            this.#run(INSERT.items, [MAIN_THREAD, ordinal++, n, turnId, item.id, JSON.stringify(item)]);
        }
      });
    }
    this.#transaction('relaxed', () => {
      const main = mainThread(turns, size);
      for (const thread of [main, ...Array.from({ length: threads }, (_, n) => smallThread(n))])
        this.#run(INSERT.threads, [thread.threadId, thread.preview, thread.createdAt, thread.turnCount]);
    });
    return Promise.resolve();
  }

  turns({ view, count, from }: TurnsAsked): Promise<TurnsGiven> {
    const ascending = from?.direction === 'asc';
    const place = from ? `AND ordinal ${ascending ? '>' : '<'} ?` : '';
    const fields = `id, ordinal, status${view === 'summary' ? ', summary' : ''}`;
    const rows = this.#all(
      `SELECT ${fields} FROM turns WHERE thread = ? ${place} ORDER BY ordinal ${ascending ? 'ASC' : 'DESC'} LIMIT ?`,
      from ? [MAIN_THREAD, from.ordinal, count] : [MAIN_THREAD, count],
    );
    const itemsOf = new Map<number, ThreadItem[]>();
    if (view === 'full') {
      const ordinals = rows.map((row) => Number(row['ordinal'])).sort((a, b) => a - b);
      // Of this thread a turn has eight items.
      const items = this.#all(
        'SELECT turn, item FROM items WHERE thread = ? AND ordinal BETWEEN ? AND ? ORDER BY ordinal',
        [MAIN_THREAD, (ordinals[0] ?? 0) * 8, (ordinals.at(-1) ?? 0) * 8 + 7],
      );
      for (const { turn, item } of items) {
        const list = itemsOf.get(Number(turn)) ?? [];
        itemsOf.set(Number(turn), list);
        list.push(JSON.parse(String(item)));
      }
    }
    return Promise.resolve(
      rows.map(({ id, ordinal, summary }) => ({
        turnId: String(id),
        ordinal: Number(ordinal),
        status: 'completed',
        items: view === 'summary' ? JSON.parse(String(summary)) : (itemsOf.get(Number(ordinal)) ?? []),
      })),
    );
  }

  items(count: number): Promise<WorkItem[]> {
    const rows = this.#all('SELECT turn_id, item FROM items WHERE thread = ? ORDER BY ordinal DESC LIMIT ?', [
      MAIN_THREAD,
      count,
    ]);
    return Promise.resolve(
      rows.map(({ turn_id, item }) => ({ turnId: String(turn_id), item: JSON.parse(String(item)) })),
    );
  }

  threads(count: number): Promise<Pick<WorkThread, 'threadId' | 'preview' | 'createdAt'>[]> {
    const rows = this.#all(
      'SELECT id, preview, created FROM threads ORDER BY created DESC, id DESC LIMIT ?',
      [count],
    );
    return Promise.resolve(
      rows.map(({ id, preview, created }) => ({
        threadId: String(id),
        preview: String(preview),
        createdAt: Number(created),
      })),
    );
  }

  async importText(threadId: string, file: Blob): Promise<void> {
    let line = 0;
    let ordinal = 0;
    let turn = -1;
    let begun: number | null = null;
    let summary: PlainItem[] = [];
    let items = 0;
    for await (const { lines, parsed } of lineBatches(file)) {
      this.#transaction('relaxed', () => {
        for (const text of lines) this.#run(INSERT.log, [threadId, line++, text]);
        for (const { payload } of parsed) {
          const { turn_id = null, item } = payload;
          if (payload.type === 'task_started') {
            [turn, begun, summary, items] = [turn + 1, payload.started_at ?? null, [], 0];
          } else if (item) {
            items++;
            if (item.type.endsWith('Message')) summary.push(item);
            this.#run(INSERT.items, [threadId, ordinal++, turn, turn_id, item.id, JSON.stringify(item)]);
          } else if (payload.type === 'task_complete') {
            const end = payload.completed_at ?? null;
            const row = [threadId, turn, turn_id, 'completed', begun, end, 0, items, JSON.stringify(summary)];
            this.#run(INSERT.turns, row);
          }
        }
      });
    }
    this.#transaction('strict', () => this.#run(INSERT.threads, [threadId, '', 0, turn + 1]));
  }

  append(bytes: number, durability: 'relaxed' | 'strict'): Promise<void> {
    const n = this.#appended++;
    const item = fillerItem(n, bytes);
    const text = JSON.stringify(item);
    this.#transaction(durability, () => {
      this.#run(INSERT.log, ['live', n, text]);
      this.#run(INSERT.items, ['live', n, 0, 'live', item.id, text]);
      this.#run(INSERT.turns, ['live', 0, 'live', 'inProgress', 0, 0, 0, n, '[]']);
      this.#run(INSERT.threads, ['live', '', n, 1]);
    });
    return Promise.resolve();
  }

  close(): Promise<void> {
    for (const statement of this.#statements.values()) statement.finalize();
    this.#db?.close();
    return Promise.resolve();
  }

  #transaction(durability: 'relaxed' | 'strict', body: () => void): void {
    this.#database.exec(`PRAGMA synchronous = ${durability === 'strict' ? 'FULL' : 'OFF'}`);
    this.#database.transaction(body);
  }

  #run(sql: string, values: Value[]): void {
    this.#prepared(sql).bind(values).stepReset();
  }

  #all(sql: string, values: Value[]): Record<string, unknown>[] {
    const statement = this.#prepared(sql).bind(values);
    const rows: Record<string, unknown>[] = [];
    while (statement.step()) rows.push(statement.get({}) as Record<string, unknown>);
    statement.reset();
    return rows;
  }

  #prepared(sql: string) {
    const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  get #database(): OpfsSAHPoolDatabase {
    if (!this.#db) throw new Error('not open');
    return this.#db;
  }
}

expose(new Sqlite());
