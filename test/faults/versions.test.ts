import { ThreadStoreError } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { expect, test } from 'vitest';
import { Connection } from '../../src/idb/connection.ts';
import { MIGRATIONS, type Migration } from '../../src/idb/migrations.ts';
import { result } from '../../src/idb/requests.ts';
import { liveThread, payloads } from '../../src/testing/live-script.ts';
import { RolloutBuilder } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import v1 from '../fixtures/schema/v1.json?raw';
import { dumpDatabase, restoreDatabase, type DatabaseDump } from '../support/database-dump.ts';
import { freshName } from '../support/stores.ts';
import { everythingOf } from './everything-of.ts';

/** A database of every version that was ever released, and what is in it. */
const FIXTURES: (DatabaseDump & { expected: unknown })[] = [v1].map((text) => JSON.parse(text));

const platform = { indexedDB, IDBKeyRange };
const newer = MIGRATIONS.length + 1;

/** A migration as one of the future may be: it makes a store, and changes every thread. */
const addLabels: Migration = async (db, transaction) => {
  db.createObjectStore('labels');
  const threads = transaction.objectStore('threads');
  for (const row of await result<object[]>(threads.getAll()))
    await result(threads.put({ ...row, label: 'new' }));
};

const future = [...MIGRATIONS, addLabels];

function connectionTo(name: string, migrations: readonly Migration[], openDeadlineMs?: number) {
  const events: string[] = [];
  const onEvent = ({ type }: { type: string }) => events.push(type);
  return { connection: new Connection({ name, platform, onEvent, openDeadlineMs, migrations }), events };
}

test('[Z3] a database of every version reads as it did, after its migration', async () => {
  expect(FIXTURES.map(({ version }) => version)).toEqual(MIGRATIONS.map((_, index) => index + 1));
  for (const fixture of FIXTURES) {
    const name = freshName();
    await restoreDatabase(name, fixture);
    const store = await openDirectThreadStore({ name });
    expect(await everythingOf(store)).toEqual(fixture.expected);
    await store.close();
  }
});

test('[Z3] a migration that is interrupted, at whatever step, leaves what was there, and the next one does it all', async () => {
  for (const fixture of [undefined, ...FIXTURES]) {
    let isWhole = false;
    for (let at = 0; !isWhole; at++) {
      const name = freshName();
      if (fixture) await restoreDatabase(name, fixture);
      const before = fixture && (await dumpDatabase(name));
      const step: Step = { next: 0 };
      const interrupted = connectionTo(
        name,
        future.map((migration): Migration => (db, transaction) => {
          abortAt(at, step, db, transaction);
          return migration(db, transaction);
        }),
      );
      const error = await interrupted.connection.open().catch((reason: unknown) => reason);
      await interrupted.connection.close();
      isWhole = step.next <= at;
      if (isWhole) expect(error).toBeUndefined();
      else {
        expect(error).toBeInstanceOf(ThreadStoreError);
        if (before) expect(await dumpDatabase(name)).toEqual(before);
      }
      const { connection } = connectionTo(name, future);
      const rows = await connection.read(['threads'], (transaction) =>
        result<object[]>(transaction.objectStore('threads').getAll()),
      );
      expect(rows.map((row) => Reflect.get(row, 'label'))).toEqual(fixture ? rows.map(() => 'new') : []);
      expect(rows).toHaveLength(fixture ? 4 : 0);
      await connection.close();
    }
  }
});

test('[Z4] an opening that waits for an old tab fails at its deadline, and so does one behind it; later they succeed', async () => {
  const name = freshName();
  const old = await result(openAt(name, MIGRATIONS.length, createAll));
  const first = connectionTo(name, future, 200);
  const second = connectionTo(name, future, 200);
  for (const { connection } of [first, second, first, second]) {
    expect(await failure(connection.open())).toMatchObject({
      code: 'unavailable',
      retryable: true,
      message: expect.stringContaining('close or reload the other tabs'),
    });
  }
  // Only who waits in front is told by the platform.
  expect(first.events).toEqual(['blocked']);
  expect(second.events).toEqual([]);
  old.close();
  for (const { connection } of [first, second]) {
    await connection.open();
    expect(await connection.read(['threads'], (tx) => result(tx.objectStore('threads').count()))).toBe(0);
  }
  await first.connection.close();
  await second.connection.close();
});

test('[Z4] an opening that was given up does not keep the database from others later', async () => {
  const name = freshName();
  const old = await result(openAt(name, MIGRATIONS.length, createAll));
  const { connection } = connectionTo(name, future, 100);
  await failure(connection.open());
  await connection.close();
  old.close();
  // Its handle comes now, and must go at once.
  await result(openAt(name, future.length + 1, () => undefined)).then((db) => db.close());
});

test('[Z5] a store writes what it has, and goes, when a newer version wants the database', async () => {
  const name = freshName();
  const events: string[] = [];
  const store = await openDirectThreadStore({ name, onEvent: ({ type }) => events.push(type) });
  const script = await liveThread(store);
  const { threadId } = script;
  script.lines.turns('turn-1');
  await script.append();
  const newest = await result(openAt(name, newer, () => undefined));
  expect(events).toContain('outdated');
  const calls = {
    readThread: () => store.readThread({ threadId }),
    appendItems: () => script.append(),
    flushThread: () => store.flushThread({ threadId }),
    importRollouts: () => store.importRollouts([]),
  };
  for (const [operation, call] of Object.entries(calls)) {
    const error = await failure(call());
    expect(error, operation).toMatchObject({ code: 'unavailable', retryable: false });
    expect(error.message).toContain('reload the page');
    // Each its own error: what is said of one call is not said of the next.
    expect([operation, undefined]).toContain(error.operation);
  }
  newest.close();
  await store.close();
  // Back at this version, to look at what was written.
  const dump = await dumpDatabase(name);
  const again = freshName();
  await restoreDatabase(again, { ...dump, version: MIGRATIONS.length });
  const reader = await openDirectThreadStore({ name: again });
  const { items } = await reader.loadHistory({ threadId });
  expect(payloads(items).length).toBeGreaterThan(1);
  expect((await reader.listTurns({ threadId })).turns.map(({ turnId }) => turnId)).toEqual(['turn-1']);
  await reader.close();
});

test('[Z6] a database of a newer version is refused, with words, and stays as it is', async () => {
  const name = freshName();
  const newest = await result(openAt(name, newer, (db) => void db.createObjectStore('future')));
  newest.close();
  const error = await failure(openDirectThreadStore({ name }));
  expect(error).toMatchObject({ code: 'unavailable', retryable: false });
  expect(error.message).toContain('newer version');
  expect(await dumpDatabase(name)).toMatchObject({ version: newer, stores: [{ name: 'future' }] });
});

test('[Z6] a database that is not a store is refused, with words, and stays as it is', async () => {
  const name = freshName();
  const other = await result(openAt(name, MIGRATIONS.length, (db) => void db.createObjectStore('cats')));
  other.close();
  expect(await failure(openDirectThreadStore({ name }))).toMatchObject({
    code: 'internal',
    message: expect.stringContaining(name),
  });
  expect(await dumpDatabase(name)).toMatchObject({ stores: [{ name: 'cats' }] });
});

test('[Z7] a database that is deleted under a store is told, and begins anew, empty; nothing half comes back', async () => {
  const name = freshName();
  const events: string[] = [];
  const store = await openDirectThreadStore({
    name,
    onEvent: (event) => 'threadId' in event || events.push(event.type),
  });
  const script = await liveThread(store);
  const { threadId } = script;
  script.lines.turns('turn-1');
  await script.write();
  await result(indexedDB.deleteDatabase(name));
  expect(events).toEqual(['databaseDeleted']);
  script.lines.turns('turn-2');
  await script.append();
  expect(await failure(store.flushThread({ threadId }))).toMatchObject({
    code: 'thread_not_found',
    threadId,
  });
  expect(await store.listThreads({})).toEqual({ items: [] });
  const rollout = RolloutBuilder.legacy().turns('turn-1');
  await imported(store, [rollout]);
  expect((await store.listThreads({})).items).toMatchObject([{ threadId: rollout.threadId }]);
  expect(events).toEqual(['databaseDeleted']);
  await store.close();
});

function openAt(name: string, version: number, upgrade: (db: IDBDatabase) => void): IDBOpenDBRequest {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => upgrade(request.result);
  return request;
}

function createAll(db: IDBDatabase): void {
  for (const migration of MIGRATIONS) void Reflect.apply(migration, undefined, [db]);
}

/** How far a migration is. */
interface Step {
  next: number;
  transaction?: IDBTransaction;
}

/** Aborts the transaction at a step, also when it is tried again: a store or an index that is made, or a request. */
function abortAt(at: number, step: Step, db: IDBDatabase, transaction: IDBTransaction): void {
  if (step.transaction !== transaction) Object.assign(step, { next: 0, transaction });
  const watch = (target: object, names: string[]) => {
    for (const name of names) {
      const method = Reflect.get(target, name);
      if (typeof method !== 'function' || Object.hasOwn(target, name)) continue;
      const value = (...args: unknown[]): unknown => {
        if (step.next++ === at) transaction.abort();
        const made: unknown = Reflect.apply(method, target, args);
        if (made instanceof IDBObjectStore) watch(made, ['createIndex', 'put', 'getAll']);
        return made;
      };
      Object.defineProperty(target, name, { value });
    }
  };
  watch(db, ['createObjectStore']);
  watch(transaction, ['objectStore']);
}
