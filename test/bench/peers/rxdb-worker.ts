/**
 * RxDB on its free storage, which is Dexie's. A turn's document has its summary embedded, items are documents. It has no
 * transaction over collections, so that an append is four writes one beside the other.
 */
import { createRxDatabase, type RxCollection, type RxDatabase, type RxJsonSchema } from 'rxdb';
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie';
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

interface TurnDoc {
  id: string;
  thread: string;
  ordinal: number;
  turnId: string;
  status: 'completed';
  summary: ThreadItem[];
}

interface ItemDoc {
  id: string;
  thread: string;
  ordinal: number;
  turn: number;
  turnId: string;
  item: ThreadItem;
}

interface ThreadDoc {
  id: string;
  preview: string;
  createdAt: number;
}

interface LineDoc {
  id: string;
  text: string;
}

interface Collections {
  threads: RxCollection<ThreadDoc>;
  turns: RxCollection<TurnDoc>;
  items: RxCollection<ItemDoc>;
  log: RxCollection<LineDoc>;
}

const id = { type: 'string', maxLength: 100 } as const;
const ordinal = { type: 'integer', minimum: 0, maximum: 100_000_000, multipleOf: 1 } as const;
const base = { version: 0, primaryKey: 'id', type: 'object' } as const;

const turns: RxJsonSchema<TurnDoc> = {
  ...base,
  properties: { id, thread: id, ordinal, turnId: id, status: { type: 'string' }, summary: { type: 'array' } },
  required: ['id', 'thread', 'ordinal'],
  indexes: [['thread', 'ordinal']],
};

const items: RxJsonSchema<ItemDoc> = {
  ...base,
  properties: { id, thread: id, ordinal, turn: ordinal, turnId: id, item: { type: 'object' } },
  required: ['id', 'thread', 'ordinal'],
  indexes: [['thread', 'ordinal']],
};

const threads: RxJsonSchema<ThreadDoc> = {
  ...base,
  properties: {
    id,
    preview: { type: 'string' },
    createdAt: { type: 'integer', minimum: 0, maximum: 4_102_444_800_000, multipleOf: 1 },
  },
  required: ['id', 'createdAt'],
  indexes: ['createdAt'],
};

const log: RxJsonSchema<LineDoc> = {
  ...base,
  properties: { id, text: { type: 'string' } },
  required: ['id'],
};

const FILL_TURNS = 256;

class Rx implements BenchStore {
  #db: RxDatabase<Collections> | undefined;
  #appended = 0;

  async open(): Promise<void> {
    const storage = getRxStorageDexie();
    this.#db = await createRxDatabase<Collections>({ name: 'bench-rxdb', storage, multiInstance: false });
    await this.#db.addCollections({
      threads: { schema: threads },
      turns: { schema: turns },
      items: { schema: items },
      log: { schema: log },
    });
  }

  async fill({ turns: count, size, threads: small }: Filling): Promise<void> {
    for (let first = 0; first < count; first += FILL_TURNS) {
      const numbers = Array.from({ length: Math.min(FILL_TURNS, count - first) }, (_, n) => first + n);
      const all = numbers.map((n) => turnOf(n, size));
      await this.#collections.turns.bulkInsert(
        all.map((turn) => turnDoc(MAIN_THREAD, turn.ordinal, turn.turnId, summaryOf(turn))),
      );
      await this.#collections.items.bulkInsert(
        all.flatMap((turn) =>
          turn.items.map((item, at) =>
            itemDoc(MAIN_THREAD, turn.ordinal * turn.items.length + at, turn.ordinal, turn.turnId, item),
          ),
        ),
      );
    }
    const all = [mainThread(count, size), ...Array.from({ length: small }, (_, n) => smallThread(n))];
    await this.#collections.threads.bulkInsert(all.map(threadDoc));
  }

  async turns({ view, count, from }: TurnsAsked): Promise<TurnsGiven> {
    const ascending = from?.direction === 'asc';
    const place = from && (ascending ? { $gt: from.ordinal } : { $lt: from.ordinal });
    const found = await this.#collections.turns
      .find({
        selector: { thread: MAIN_THREAD, ...(place ? { ordinal: place } : {}) },
        sort: [{ thread: ascending ? 'asc' : 'desc' }, { ordinal: ascending ? 'asc' : 'desc' }],
        limit: count,
      })
      .exec();
    const rows = found.map((doc) => doc.toMutableJSON());
    const all = view === 'full' ? await this.#itemsOf(rows) : [];
    return rows.map(({ turnId, ordinal: turn, status, summary }) => ({
      turnId,
      ordinal: turn,
      status,
      items: view === 'summary' ? summary : all.filter((doc) => doc.turn === turn).map(({ item }) => item),
    }));
  }

  async items(count: number): Promise<WorkItem[]> {
    const sort = [{ thread: 'desc' as const }, { ordinal: 'desc' as const }];
    const query = { selector: { thread: MAIN_THREAD }, sort, limit: count };
    const found = await this.#collections.items.find(query).exec();
    return found.map((doc) => doc.toMutableJSON()).map(({ turnId, item }) => ({ turnId, item }));
  }

  async threads(count: number): Promise<Pick<WorkThread, 'threadId' | 'preview' | 'createdAt'>[]> {
    const found = await this.#collections.threads
      .find({ sort: [{ createdAt: 'desc' }], limit: count })
      .exec();
    return found.map((doc) => ({ threadId: doc.id, preview: doc.preview, createdAt: doc.createdAt }));
  }

  async append(bytes: number): Promise<void> {
    const n = this.#appended++;
    const item = fillerItem(n, bytes);
    await Promise.all([
      this.#collections.log.upsert({ id: `live|${n}`, text: JSON.stringify(item) }),
      this.#collections.items.upsert(itemDoc('live', n, 0, 'live', item)),
      this.#collections.turns.upsert(turnDoc('live', 0, 'live', [])),
      this.#collections.threads.upsert({ id: 'live', preview: String(n), createdAt: 0 }),
    ]);
  }

  async close(): Promise<void> {
    await this.#db?.close();
  }

  async #itemsOf(rows: TurnDoc[]): Promise<ItemDoc[]> {
    const ordinals = rows.map((row) => row.ordinal);
    // Of this thread a turn has eight items.
    const range = { $gte: Math.min(...ordinals) * 8, $lt: (Math.max(...ordinals) + 1) * 8 };
    const sort = [{ thread: 'asc' as const }, { ordinal: 'asc' as const }];
    const found = await this.#collections.items
      .find({ selector: { thread: MAIN_THREAD, ordinal: range }, sort })
      .exec();
    return found.map((doc) => doc.toMutableJSON());
  }

  get #collections(): Collections {
    if (!this.#db) throw new Error('not open');
    return this.#db.collections;
  }
}

function threadDoc({ threadId, preview, createdAt }: WorkThread): ThreadDoc {
  return { id: threadId, preview, createdAt };
}

function turnDoc(thread: string, at: number, turnId: string, summary: ThreadItem[]): TurnDoc {
  return { id: `${thread}|${at}`, thread, ordinal: at, turnId, status: 'completed', summary };
}

function itemDoc(thread: string, at: number, turn: number, turnId: string, item: ThreadItem): ItemDoc {
  return { id: `${thread}|${at}`, thread, ordinal: at, turn, turnId, item };
}

expose(new Rx());
