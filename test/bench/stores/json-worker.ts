/** What many apps begin with: a thread is one JSON value, which is read and written whole. */
import { expose } from 'comlink';
import type { BenchStore, Filling, TurnsAsked, TurnsGiven, WorkItem } from '../page/bench-store.ts';
import {
  fillerItem,
  smallThread,
  summaryOf,
  turnOf,
  type WorkThread,
  type WorkTurn,
  MAIN_THREAD,
  mainThread,
} from '../page/workload.ts';
import { committed, openDatabase, requested } from './idb-promises.ts';

interface WholeThread extends WorkThread {
  turns: WorkTurn[];
}

class OneValue implements BenchStore {
  #db: IDBDatabase | undefined;
  #appended = 0;

  async open(): Promise<void> {
    this.#db = await openDatabase('bench-json', (db) => {
      db.createObjectStore('threads').createIndex('byCreated', 'createdAt');
    });
  }

  async fill({ turns, size, threads }: Filling): Promise<void> {
    const transaction = this.#begin('readwrite');
    const put = (thread: WholeThread) => transaction.objectStore('threads').put(thread, thread.threadId);
    const all = Array.from({ length: turns }, (_, n) => turnOf(n, size));
    put({ ...mainThread(turns, size), turns: all });
    for (let n = 0; n < threads; n++) put({ ...smallThread(n), turns: [turnOf(n, 'tiny')] });
    await committed(transaction);
  }

  async turns({ view, count, from }: TurnsAsked): Promise<TurnsGiven> {
    const { turns } = await this.#main();
    const ascending = from?.direction === 'asc';
    const first = !from ? turns.length - count : ascending ? from.ordinal + 1 : from.ordinal - count;
    const page = turns.slice(first, first + count);
    if (!ascending) page.reverse();
    return page.map((turn) => ({
      ...turn,
      items: view === 'full' ? turn.items : view === 'summary' ? summaryOf(turn) : [],
    }));
  }

  async items(count: number): Promise<WorkItem[]> {
    const { turns } = await this.#main();
    const last = turns.slice(-Math.ceil(count / 8));
    const items = last.flatMap(({ turnId, items: ofTurn }) => ofTurn.map((item) => ({ turnId, item })));
    return items.reverse().slice(0, count);
  }

  async append(bytes: number): Promise<void> {
    const item = fillerItem(this.#appended++, bytes);
    const thread = await this.#main();
    thread.turns.at(-1)?.items.push(item);
    const transaction = this.#begin('readwrite');
    transaction.objectStore('threads').put(thread, MAIN_THREAD);
    await committed(transaction);
  }

  close(): Promise<void> {
    this.#db?.close();
    return Promise.resolve();
  }

  #main(): Promise<WholeThread> {
    return requested<WholeThread>(this.#begin('readonly').objectStore('threads').get(MAIN_THREAD));
  }

  #begin(mode: IDBTransactionMode): IDBTransaction {
    if (!this.#db) throw new Error('not open');
    return this.#db.transaction(['threads'], mode, { durability: 'relaxed' });
  }
}

expose(new OneValue());
