import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { afterEach, expect, test, vi } from 'vitest';
import { result } from '../../../src/idb/requests.ts';
import { allItems, allTurns } from '../../../src/testing/pages.ts';
import { RolloutBuilder, turnIds } from '../../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../../src/testing/store-test.ts';
import { rowCounts } from '../../support/row-counts.ts';
import { freshName } from '../../support/stores.ts';
import { swept } from '../../support/swept.ts';

afterEach(() => vi.restoreAllMocks());

test('[S1] what was imported is there when the database is opened again', async () => {
  const name = freshName();
  const rollout = RolloutBuilder.paginated()
    .turns(...turnIds(3))
    .command('turn-1', 'late', 'x'.repeat(80_000));
  const { threadId } = rollout;
  const all = async (store: ThreadStoreClient) => [
    await store.readThread({ threadId, includeHistory: true }),
    await allTurns(store, { threadId, itemsView: 'full' }),
    await allItems(store, { threadId }),
  ];
  const before = await withStore(name, async (store) => {
    await imported(store, [rollout]);
    return all(store);
  });
  expect(await withStore(name, all)).toEqual(before);
  await withStore(name, async (store) => {
    expect((await imported(store, [rollout])).files[0]?.outcome).toBe('unchanged');
    expect((await imported(store, [rollout.turns('turn-4')])).files[0]?.outcome).toBe('extended');
    expect((await allTurns(store, { threadId })).length).toBe(4);
  });
});

test('[S2] what an import replaced is removed', async () => {
  const source = large(RolloutBuilder.paginated());
  const fork = source.fork().turns('turn-a').command('turn-a', 'call-a', 'x'.repeat(100_000));
  const legacy = large(RolloutBuilder.legacy());
  const [name, fresh] = [freshName(), freshName()];
  await withStore(name, async (store) => {
    // Each of these makes a thread anew.
    await imported(store, [fork, source]);
    await imported(store, [legacy], { surface: 'limited' });
    await imported(store, [legacy]);
    await imported(store, [legacy.turns('turn-b')]);
  });
  await withStore(fresh, (store) => imported(store, [source, fork, legacy]));
  expect(await rowCounts(name)).toEqual(await rowCounts(fresh));
});

test('[S2] what a stopped import left is removed by the next one', async () => {
  const [kept, stopped] = [large(RolloutBuilder.legacy()), large(RolloutBuilder.paginated())];
  const [name, fresh] = [freshName(), freshName()];
  await withStore(name, async (store) => {
    const stop = new AbortController();
    const bytes = new TextEncoder().encode(stopped.text);
    let chunk = 0;
    const data = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (chunk === 12) stop.abort();
          controller.enqueue(bytes.slice(chunk * 65_536, ++chunk * 65_536));
        },
      },
      { highWaterMark: 0 },
    );
    const running = store.importRollouts([{ name: stopped.name, data }], { signal: stop.signal });
    expect((await failure(running)).code).toBe('aborted');
    await imported(store, [kept]);
  });
  await withStore(fresh, (store) => imported(store, [kept]));
  expect(await rowCounts(name)).toEqual(await rowCounts(fresh));
});

test('[X2] a read that is stopped asks the database for nothing more', async () => {
  const rollout = RolloutBuilder.paginated().turns(...turnIds(20));
  const { threadId } = rollout;
  await withThread(rollout, async (store) => {
    const get = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'get')
      ?.value as IDBObjectStore['get'];
    const rangesRead = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    const reads = [
      (signal: AbortSignal) => store.loadHistory({ threadId, signal }),
      (signal: AbortSignal) => store.listTurns({ threadId, signal }),
      (signal: AbortSignal) => store.listItems({ threadId, signal }),
    ];
    for (const read of reads) {
      const stop = new AbortController();
      // While the thread's row is being read.
      vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
        queueMicrotask(() => stop.abort());
        return get.call(this, key);
      });
      expect((await failure(read(stop.signal))).code).toBe('aborted');
      expect(rangesRead).not.toHaveBeenCalled();
    }
  });
});

test('[B3] deferred output is not read', async () => {
  const rollout = RolloutBuilder.paginated();
  for (const id of turnIds(20)) rollout.startTurn(id).command(id, `call-${id}`, 'x'.repeat(70_000));
  const { threadId } = rollout;
  await withThread(rollout, async (store) => {
    const stores = new Set<string>();
    const get = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'get')
      ?.value as IDBObjectStore['get'];
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
      stores.add(this.name);
      return get.call(this, key);
    });
    await store.listItems({ threadId, deferOutput: true });
    await store.listTurns({ threadId, itemsView: 'full', deferOutput: true });
    expect(stores.has('payloads')).toBe(false);
    await store.listItems({ threadId });
    expect(stores.has('payloads')).toBe(true);
  });
});

test('[B1] a page of few bytes does not read the thread', async () => {
  const rollout = RolloutBuilder.paginated();
  for (const id of turnIds(3000)) rollout.turn({ id, agent: ['x'.repeat(500)] });
  const { threadId } = rollout;
  await withThread(rollout, async (store) => {
    const rowsRead = vi.fn<(rows: number) => void>();
    const getAll = Object.getOwnPropertyDescriptor(IDBObjectStore.prototype, 'getAll')
      ?.value as IDBObjectStore['getAll'];
    vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(function (this: IDBObjectStore, ...args) {
      const request = getAll.apply(this, args);
      request.addEventListener('success', () => rowsRead(request.result.length));
      return request;
    });
    const bounds = { threadId, pageSize: 1_000_000, maxBytes: 20_000 };
    for (const sortDirection of ['asc', 'desc'] as const) {
      await store.listTurns({ ...bounds, sortDirection });
      await store.listTurns({ ...bounds, sortDirection, itemsView: 'full' });
      await store.listItems({ ...bounds, sortDirection });
    }
    expect(rowsRead.mock.calls.reduce((sum, [rows]) => sum + rows, 0)).toBeLessThan(600);
  });
});

test('[S3] a page is one transaction of range reads: no walk, no offset, no count', async () => {
  const rollout = RolloutBuilder.paginated();
  for (const id of turnIds(300)) rollout.turn({ id, agent: ['one', 'two'] });
  const { threadId } = rollout;
  await withThread(rollout, async (store) => {
    const anchors = {
      turns: (await store.listTurns({ threadId, pageSize: 150 })).nextCursor,
      items: (await store.listItems({ threadId, pageSize: 450 })).nextCursor,
    };
    const walks = [IDBObjectStore.prototype, IDBIndex.prototype].flatMap((prototype) => [
      vi.spyOn(prototype, 'openCursor'),
      vi.spyOn(prototype, 'openKeyCursor'),
      vi.spyOn(prototype, 'count'),
    ]);
    const reads = vi.spyOn(IDBObjectStore.prototype, 'getAll');
    const transactions = vi.spyOn(IDBDatabase.prototype, 'transaction');
    for (const sortDirection of ['asc', 'desc'] as const) {
      for (const inMiddle of [false, true]) {
        const page = (list: 'turns' | 'items') => ({
          threadId,
          sortDirection,
          pageSize: 10,
          ...(inMiddle ? { cursor: anchors[list] } : {}),
        });
        const pages = [
          () => store.listTurns({ ...page('turns'), itemsView: 'notLoaded' }),
          () => store.listTurns({ ...page('turns'), itemsView: 'summary' }),
          () => store.listTurns({ ...page('turns'), itemsView: 'full' }),
          () => store.listItems(page('items')),
        ];
        for (const read of pages) {
          transactions.mockClear();
          reads.mockClear();
          await read();
          expect(transactions.mock.calls.map(([, mode]) => mode)).toEqual(['readonly']);
          const rows = reads.mock.results.flatMap(({ value }) =>
            value instanceof IDBRequest ? value.result : [],
          );
          // The page's rows, one more, and in the full view a pack for each turn.
          expect(rows.length).toBeGreaterThan(0);
          expect(rows.length).toBeLessThanOrEqual(30);
        }
      }
    }
    for (const walk of walks) expect(walk).not.toHaveBeenCalled();
  });
});

test('[S4] a page that does not show large items does not read them', async () => {
  const rollout = large(RolloutBuilder.paginated());
  const { threadId } = rollout;
  await withThread(rollout, async (store) => {
    const readOf: string[] = [];
    for (const method of ['get', 'getAll'] as const) {
      const read = Reflect.get(IDBObjectStore.prototype, method);
      vi.spyOn(IDBObjectStore.prototype, method).mockImplementation(function (
        this: IDBObjectStore,
        ...args: unknown[]
      ) {
        readOf.push(this.name);
        return Reflect.apply(read, this, args);
      });
    }
    for (const itemsView of ['notLoaded', 'summary'] as const) {
      await store.listTurns({ threadId, itemsView });
      expect(new Set(readOf)).toEqual(new Set(['threads', 'turns']));
    }
    const { turns } = await store.listTurns({ threadId, itemsView: 'full' });
    expect(turns.every(({ items }) => items.length === 3)).toBe(true);
    expect(readOf).toContain('payloads');
  });
});

test('[D1] an item whose content is lost is `unreadable`, and the page with it stays', async () => {
  const name = freshName();
  const rollout = large(RolloutBuilder.paginated()).turn({ id: 'turn-z', user: 'x'.repeat(100_000) });
  const { threadId } = rollout;
  await withStore(name, async (store) => {
    await imported(store, [rollout]);
    const before = await allItems(store, { threadId });
    await withDatabase(name, async (db) => {
      const payloads = db.transaction('payloads', 'readwrite').objectStore('payloads');
      await result(payloads.clear());
    });
    const after = await allItems(store, { threadId });
    expect(after).toEqual(
      before.map((entry) =>
        JSON.stringify(entry.item).length < 65_536
          ? entry
          : { ...entry, item: { type: 'unreadable', id: entry.itemId } },
      ),
    );
    expect(after.filter(({ item }) => item.type === 'unreadable')).toHaveLength(11);
    const turns = await allTurns(store, { threadId, itemsView: 'full' });
    expect(turns.flatMap(({ items }) => items)).toEqual(after.map(({ item }) => item));
    const [last] = (await store.listTurns({ threadId, pageSize: 1 })).turns;
    expect(last?.items.map(({ type }) => type)).toEqual(['unreadable', 'agentMessage']);
  });
});

/** Adds ten turns with a large item each. */
function large(rollout: RolloutBuilder): RolloutBuilder {
  for (const id of turnIds(10)) {
    rollout.startTurn(id).user(id, 'question').command(id, `call-${id}`, 'x'.repeat(100_000));
    rollout.agent(id, 'answer', 'final_answer').completeTurn(id);
  }
  return rollout;
}

/** A store with one thread, in which nothing goes on but what `body` asks for. */
async function withThread(
  rollout: RolloutBuilder,
  body: (store: ThreadStoreClient) => Promise<void>,
): Promise<void> {
  const name = freshName();
  await withStore(name, async (store) => {
    await imported(store, [rollout]);
    await swept(name);
    await body(store);
  });
}

async function withStore<T>(name: string, body: (store: ThreadStoreClient) => Promise<T>): Promise<T> {
  const store = await openDirectThreadStore({ name });
  try {
    const value = await body(store);
    await swept(name);
    return value;
  } finally {
    await store.close();
  }
}

async function withDatabase<T>(name: string, body: (db: IDBDatabase) => Promise<T>): Promise<T> {
  const db = await result(indexedDB.open(name));
  try {
    return await body(db);
  } finally {
    db.close();
  }
}
