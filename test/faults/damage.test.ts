import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { expect, test } from 'vitest';
import { committed, result } from '../../src/idb/requests.ts';
import { listening, liveThread } from '../../src/testing/live-script.ts';
import { RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import { freshName } from '../support/stores.ts';
import { everythingOf } from './everything-of.ts';

/** What a field may be instead of what it was. */
const NONSENSE: unknown[] = [undefined, null, 'text', [null]];

/** A thread of which every store has rows: late, large and replaced items among them. */
function richThread(): RolloutBuilder {
  const rollout = RolloutBuilder.paginated().startTurn('turn-1').user('turn-1', 'long “words” '.repeat(20));
  rollout.completeTurn('turn-1').turns(...turnIds(4).slice(1));
  rollout.command('turn-2', 'large', 'x'.repeat(70_000)).command('turn-3', 'call', 'one');
  return rollout.command('turn-3', 'call', 'two').turns('turn-5');
}

async function withDatabase<T>(name: string, body: (db: IDBDatabase) => Promise<T>): Promise<T> {
  const db = await result(indexedDB.open(name));
  try {
    return await body(db);
  } finally {
    db.close();
  }
}

/** Changes the first row of a store, by its key. */
function damage(name: string, store: string, change: (row: unknown) => unknown, at = 0): Promise<void> {
  return withDatabase(name, async (db) => {
    const transaction = db.transaction(store, 'readwrite');
    const rows = transaction.objectStore(store);
    const key = (await result(rows.getAllKeys()))[at] ?? 0;
    const damaged = change(await result(rows.get(key)));
    if (damaged === undefined) rows.delete(key);
    else if (rows.keyPath === null) rows.put(damaged, key);
    else rows.put(damaged);
    await committed(transaction);
  });
}

async function filled(...rollouts: RolloutBuilder[]): Promise<{ name: string; expected: unknown }> {
  const name = freshName();
  const store = await openDirectThreadStore({ name });
  await imported(store, rollouts);
  const expected = await everythingOf(store);
  await store.close();
  return { name, expected };
}

/** Pages of a thread in every form. */
async function readPages(store: ThreadStoreClient, threadId: string): Promise<void> {
  for (const sortDirection of ['asc', 'desc'] as const) {
    for (const itemsView of ['notLoaded', 'summary', 'full'] as const)
      await store.listTurns({ threadId, itemsView, sortDirection });
    await store.listItems({ threadId, sortDirection });
    await store.listItems({ threadId, sortDirection, turnId: 'turn-2' });
  }
  await store.listItems({ threadId, afterUpdatedAtOrdinal: -1 });
  await store.listThreads({ sortKey: 'updatedAt' });
}

test('[D1] a row of which a field is anything else costs no page, and is made anew from the log', async () => {
  const rollout = richThread();
  const { threadId } = rollout;
  const { name, expected } = await filled(rollout);
  const keys = new Set(['rows', 'ordinal', 'last']);
  const reader = await openDirectThreadStore({ name });
  for (const store of ['turns', 'packs']) {
    const fields = await withDatabase(name, async (db) => {
      const rows = await result<object[]>(db.transaction(store).objectStore(store).getAll());
      return Object.keys(rows[0] ?? {}).filter((field) => !keys.has(field));
    });
    for (const field of fields) {
      for (const nonsense of NONSENSE) {
        await damage(name, store, (row) => ({ ...Object(row), [field]: nonsense }));
        await readPages(reader, threadId).catch((error: unknown) => {
          throw new Error(`${store}.${field} = ${JSON.stringify(nonsense)}`, { cause: error });
        });
      }
    }
    // Importing the file with another surface, and again as it was, makes it anew in any case.
    await imported(reader, [rollout], { surface: 'limited' });
    await imported(reader, [rollout]);
    expect(await everythingOf(reader)).toEqual(expected);
  }
  await reader.close();
});

function itemsOf(row: unknown): unknown[] {
  const { items } = Object(row);
  if (!Array.isArray(items)) throw new Error('the pack has no items');
  return items;
}

/** The row, of whose texts in bytes the first ends in the middle of a character. */
function withBadText(row: unknown): unknown {
  let isDone = false;
  const damaged = (value: unknown): unknown => {
    if (isDone || typeof value !== 'object' || value === null) return value;
    if (value instanceof Uint8Array) {
      isDone = true;
      return Uint8Array.of(...value.subarray(0, 100), 0xe2);
    }
    if (Array.isArray(value)) return value.map(damaged);
    return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, damaged(inner)]));
  };
  const result = damaged(row);
  if (!isDone) throw new Error('the row has no text in bytes');
  return result;
}

const WOUNDS: [string, (row: unknown) => unknown][] = [
  ['turns', (row) => ({ ...Object(row), summary: 'lost' })],
  ['turns', withBadText],
  ['turns', (row) => ({ ...Object(row), status: undefined })],
  ['turns', (row) => ({ ...Object(row), ranges: [[0, 'x']] })],
  ['packs', (row) => ({ ...Object(row), items: undefined })],
  ['packs', withBadText],
  ['packs', (row) => ({ ...Object(row), items: [null, ...itemsOf(row).slice(1)] })],
  ['packs', (row) => ({ ...Object(row), items: [{ ...Object(itemsOf(row)[0]), item: 'text' }] })],
  ['payloads', () => undefined],
  ['payloads', () => 'text'],
  ['payloads', withBadText],
];

for (const [index, [store, wound]] of WOUNDS.entries()) {
  test(`[D2] a thread with a damaged row is made anew from its log (${store}, ${index})`, async () => {
    const rollout = richThread();
    const { threadId } = rollout;
    const { name, expected } = await filled(rollout, RolloutBuilder.legacy().turns('turn-1'));
    await damage(name, store, wound);
    const client = await openDirectThreadStore({ name });
    const heard = listening(client);
    const { turns } = await client.listTurns({ threadId, itemsView: 'full' });
    // Only what is damaged is, and it says so.
    const marked = turns.filter(
      ({ error, items }) => error !== undefined || items.some(({ type }) => type === 'unreadable'),
    );
    const { items } = await client.listItems({ threadId });
    const lost = items.filter(({ item }) => item.type === 'unreadable').length;
    if (store !== 'turns') expect([marked.length, lost]).toEqual([1, 1]);
    else expect(lost).toBe(0);
    await client.listTurns({ threadId });
    await heard.until((events) => events.some((event) => 'threadId' in event && event.threadId === threadId));
    expect(await everythingOf(client)).toEqual(expected);
    await client.close();
  });
}

test('[D2] a damaged pack is not written over as one of its items changes: what it has lost comes back, too', async () => {
  const name = freshName();
  const store = await openDirectThreadStore({ name });
  const script = await liveThread(store);
  const { threadId } = script;
  script.lines.startTurn('turn-1').user('turn-1', 'question').command('turn-1', 'call', 'one');
  await script.write();
  await damage(name, 'packs', (row) => ({ ...Object(row), items: undefined }));
  script.lines.command('turn-1', 'call', 'two');
  await script.write();
  await script.shutdown();
  const heard = listening(store);
  const before = await store.listItems({ threadId });
  expect(before.items.map(({ item }) => item.type)).toEqual(['unreadable']);
  await heard.until((events) => events.some((event) => 'threadId' in event && event.threadId === threadId));
  const { items } = await store.listItems({ threadId });
  expect(items.map(({ item }) => item)).toMatchObject([
    { type: 'userMessage' },
    { type: 'commandExecution', aggregatedOutput: 'two' },
  ]);
  await store.close();
});

for (const [what, wound] of [
  ['gone', () => undefined],
  ['cut off', (row: unknown) => (row instanceof Uint8Array ? row.slice(0, 100) : row)],
  ['no bytes', () => 'text'],
] as const) {
  test(`[D3] a log that is ${what} is not taken for a shorter one: nothing is made of it, and pages stay`, async () => {
    const rollout = richThread();
    const { threadId } = rollout;
    const { name, expected } = await filled(rollout);
    await damage(name, 'log', wound);
    const client = await openDirectThreadStore({ name });
    expect(await failure(client.loadHistory({ threadId }))).toMatchObject({ code: 'internal' });
    const report = await client.importRollouts([rollout.turns('turn-6').file]);
    expect(report.files).toMatchObject([{ outcome: 'failed', reason: expect.stringContaining('damaged') }]);
    await client.close();
    // A damaged turn is not made anew from such a log either.
    await damage(name, 'turns', (row) => ({ ...Object(row), status: undefined }));
    const again = await openDirectThreadStore({ name });
    await again.listTurns({ threadId });
    await again.importRollouts([]);
    const { turns } = await again.listTurns({ threadId, sortDirection: 'asc' });
    const before = (expected as { summaries: unknown[] }[])[0]?.summaries.slice(1);
    expect(turns.slice(1)).toEqual(before);
    expect(turns[0]).toMatchObject({ turnId: 'turn-1', status: 'failed' });
    await again.close();
  });
}

test('[D4] a thread whose record is damaged is listed, fails alone and in words, and can be deleted', async () => {
  const [rollout, other] = [richThread(), RolloutBuilder.legacy().turns('turn-1')];
  for (const field of ['metadata', 'counters', 'rollout', 'edits', 'rows', 'log']) {
    for (const nonsense of [undefined, 'text']) {
      const { name } = await filled(rollout);
      await damage(name, 'threads', (row) => ({
        ...Object(row),
        [field]: field === 'edits' && nonsense ? 1 : nonsense,
      }));
      const client = await openDirectThreadStore({ name });
      const { threadId } = rollout;
      await imported(client, [other]);
      const { items } = await client.listThreads({});
      expect(items.find((thread) => thread.threadId === threadId)).toMatchObject({
        threadId,
        incomplete: true,
      });
      for (const call of [
        () => client.readThread({ threadId }),
        () => client.listTurns({ threadId }),
        () => client.resumeThread({ threadId }),
        () => client.updateThreadMetadata({ threadId, patch: { name: 'name' } }),
      ])
        expect(await failure(call())).toMatchObject({ code: 'internal', threadId });
      expect((await client.importRollouts([rollout.file])).files).toMatchObject([{ outcome: 'failed' }]);
      await client.listTurns({ threadId: other.threadId });
      await client.deleteThread({ threadId });
      expect((await client.listThreads({})).items).toHaveLength(1);
      await client.close();
    }
  }
});

test('[D5] a thread that an older projection made is made anew, by a read later and by a writer before', async () => {
  const rollout = richThread();
  const { threadId } = rollout;
  for (const isWritten of [false, true]) {
    const { name, expected } = await filled(rollout);
    await damage(name, 'threads', (row) => ({ ...Object(row), projectionVersion: 0, projection: 'of old' }));
    await damage(name, 'turns', (row) => ({ ...Object(row), itemCount: 99 }));
    const client = await openDirectThreadStore({ name });
    const heard = listening(client);
    if (isWritten) await client.resumeThread({ threadId });
    else await client.listTurns({ threadId });
    await heard.until((events) => events.length > 0);
    if (isWritten) await client.shutdownThread({ threadId });
    expect(await everythingOf(client)).toEqual(expected);
    await client.close();
  }
  const { name } = await filled(rollout);
  await damage(name, 'threads', (row) => ({ ...Object(row), projectionVersion: 1000 }));
  const client = await openDirectThreadStore({ name });
  expect(await failure(client.resumeThread({ threadId }))).toMatchObject({
    code: 'unavailable',
    retryable: false,
  });
  expect((await client.listTurns({ threadId })).turns).toHaveLength(5);
  await client.close();
});
