import type { Json, JsonObject, RolloutItem, StoredThreadItem, ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { afterEach, expect, test, vi } from 'vitest';
import { expectReplay, liveThread, METADATA } from '../../src/testing/live-script.ts';
import { allItems, allTurns } from '../../src/testing/pages.ts';
import { RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import { freshName, openFreshDirectStore } from '../support/stores.ts';

afterEach(() => vi.useRealTimers());

/** Text that has broken stores: half a character, nothing, turned around, of every plane, and names of properties. */
const TEXTS = [
  '\ud800',
  '\udfff!',
  'a\u0000b',
  '\u202egnp.exe\u202c',
  '\u200f\u200e\u2066',
  '\ufeffmark',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  "'; DROP TABLE threads; --",
  '👩‍👩‍👧‍👦'.repeat(10),
  'é\u0301\u0327',
  '\u2028\u2029\r\n\t',
  'x'.repeat(128),
];

test('[Z8] ids and text of every odd character are kept as they are', async () => {
  const store = await openFreshDirectStore();
  for (const id of TEXTS) {
    await store.createThread({ threadId: id, historyMode: 'paginated', ...METADATA });
    const rollout = RolloutBuilder.paginated()
      .startTurn(id)
      .user(id, id)
      .command(id, id, id)
      .completeTurn(id);
    const lines = rollout.lines.slice(1).map((line): RolloutItem => JSON.parse(line));
    await store.appendItems({ threadId: id, items: lines });
    await store.flushThread({ threadId: id });
    const { turns } = await store.listTurns({ threadId: id });
    expect(turns.map(({ turnId }) => turnId)).toEqual([id]);
    const items = await allItems(store, { threadId: id, turnId: id });
    expect(items.map(({ turnId }) => turnId)).toEqual(items.map(() => id));
    expect(items.some(({ itemId }) => itemId === id)).toBe(true);
    const { items: history } = await store.loadHistory({ threadId: id });
    expect(history.slice(1).map(({ payload }) => payload)).toEqual(lines.map(({ payload }) => payload));
    await store.shutdownThread({ threadId: id });
  }
  const { items } = await store.listThreads({ pageSize: 100 });
  expect(items.map(({ threadId }) => threadId).sort()).toEqual([...TEXTS].sort());
  await store.close();
});

test('[Z8] keys that are no fields of their own are kept, and change nothing else', async () => {
  const store = await openFreshDirectStore();
  const script = await liveThread(store, 'paginated');
  const { threadId } = script;
  const payload: unknown = JSON.parse(
    '{"type":"odd","__proto__":{"polluted":true},"constructor":{"prototype":1}}',
  );
  await store.appendItems({ threadId, items: [{ type: 'odd', payload } as RolloutItem] });
  await store.flushThread({ threadId });
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  const { items } = await store.loadHistory({ threadId });
  expect(JSON.stringify(items.at(-1)?.payload)).toBe(JSON.stringify(payload));
  await store.close();
});

/** Lists in lists. */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let depth = 0; depth < levels; depth++) value = [value];
  return value;
}

/** What cannot be a line, or cannot be anything. */
function monsters(): [string, unknown][] {
  const cyclic: Record<string, unknown> = { type: 'odd' };
  cyclic['payload'] = cyclic;
  return [
    ['cyclic', cyclic],
    ['a BigInt', { type: 'odd', payload: 1n }],
    ['a function', { type: 'odd', payload: () => 1 }],
    ['a symbol', { type: 'odd', payload: Symbol('odd') }],
    [
      'a getter that throws',
      {
        type: 'odd',
        payload: {
          get boom() {
            throw new Error('boom');
          },
        },
      },
    ],
    ['127 levels deep', { type: 'odd', payload: nested(126) }],
    ['128 levels deep', { type: 'odd', payload: nested(127) }],
    ['10,000 deep', { type: 'odd', payload: nested(10_000) }],
    ['a date out of range', { type: 'odd', payload: new Date(Number.NaN) }],
    ['no object', 'text'],
    ['nothing', undefined],
  ];
}

test('[Z8] what cannot be a line is kept or refused with a typed error, and never by half', async () => {
  const store = await openFreshDirectStore();
  const script = await liveThread(store, 'paginated');
  const { threadId } = script;
  await store.persistThread({ threadId });
  let kept = 0;
  for (const [name, monster] of monsters()) {
    const good = { type: 'good', payload: { name } };
    const call = store.appendItems({ threadId, items: [good, monster as RolloutItem] });
    const isKept = await call.then(
      () => true,
      () => false,
    );
    if (/levels/.test(name)) expect(isKept, name).toBe(name.startsWith('127'));
    if (isKept) kept += 2;
    else
      expect(await failure(call), name).toMatchObject({ code: 'invalid_request', operation: 'appendItems' });
    await store.flushThread({ threadId });
    const { items } = await store.loadHistory({ threadId });
    expect(items.length - 1, name).toBe(kept);
  }
  await store.shutdownThread({ threadId });
  await expectReplay(store, threadId);
  await store.close();
});

test.each([
  { name: 'IndexedDB', open: openFreshDirectStore },
  { name: 'memory', open: () => createMemoryThreadStore() },
])('[Z8] what is no JSON is refused by every field that takes JSON, over $name', async ({ open }) => {
  const store = await open();
  const { threadId } = await liveThread(store);
  await store.persistThread({ threadId });
  const before = await store.readThread({ threadId });
  for (const [name, monster] of monsters()) {
    // Text is a source, and what is undefined is absent.
    if (typeof monster !== 'object') continue;
    const wrong = { monster } as unknown as JsonObject;
    const calls = {
      createThread: [
        store.createThread({ threadId: 'new', ...METADATA, source: wrong }),
        store.createThread({ threadId: 'new', ...METADATA, threadSource: wrong }),
        store.createThread({ threadId: 'new', ...METADATA, baseInstructions: wrong }),
        store.createThread({ threadId: 'new', ...METADATA, dynamicTools: [wrong] }),
      ],
      updateThreadMetadata: [store.updateThreadMetadata({ threadId, patch: { tokenUsage: wrong } })],
      listThreads: [store.listThreads({ allowedSources: [wrong] })],
      forkThread: [store.forkThread({ threadId, threadSource: wrong })],
    };
    for (const [operation, tries] of Object.entries(calls))
      for (const call of tries)
        expect(await failure(call), name).toMatchObject({ code: 'invalid_request', operation });
  }
  expect(await store.readThread({ threadId })).toEqual(before);
  expect((await store.listThreads({ pageSize: 10 })).items).toHaveLength(1);
  await store.close();
});

test('[Z8] JSON in a request nests as deep as fits into a line, and no deeper', async () => {
  const store = await openFreshDirectStore();
  const fields = (levels: number) => ({
    source: { deep: nested(levels - 1) } as JsonObject,
    threadSource: nested(levels) as Json,
    baseInstructions: nested(levels) as Json,
    dynamicTools: [nested(levels) as Json],
  });
  for (const [field, tooDeep] of Object.entries(fields(121))) {
    const call = store.createThread({ threadId: field, ...METADATA, [field]: tooDeep });
    expect(await failure(call), field).toMatchObject({ code: 'invalid_request', operation: 'createThread' });
  }
  await store.createThread({ threadId: 'deep', ...METADATA, ...fields(120) });
  await store.persistThread({ threadId: 'deep' });
  await store.shutdownThread({ threadId: 'deep' });
  await store.resumeThread({ threadId: 'deep' });
  await store.shutdownThread({ threadId: 'deep' });
  await expectReplay(store, 'deep');
  await store.close();
});

test('[Z8] a forged cursor gives a page of the thread that is asked for, or is refused', async () => {
  const store = await openFreshDirectStore();
  const [mine, other] = [
    RolloutBuilder.paginated().turns(...turnIds(5)),
    RolloutBuilder.paginated().turns('turn-x'),
  ];
  await imported(store, [mine, other]);
  const { threadId } = mine;
  const own = new Set((await allItems(store, { threadId })).map(({ itemId }) => itemId));
  const parts = [
    threadId,
    other.threadId,
    'turn-1',
    'turn-x',
    '',
    -1,
    0,
    3,
    1e300,
    0.5,
    null,
    true,
    [],
    {},
    '__proto__',
  ];
  let pages = 0;
  for (const kind of ['turn', 'item', 'update', 'createdAt', null]) {
    for (const a of parts)
      for (const b of parts) {
        for (const cursor of [
          JSON.stringify([kind, threadId, a, b, true]),
          JSON.stringify([kind, a, 'turn-1', b, false, 'x']),
          JSON.stringify([kind, threadId, 'turn-1', a, true, b]),
        ])
          pages += await pageOrRefusal(store, threadId, cursor, own);
      }
  }
  for (const cursor of ['', '[', 'null', '{}', '\ud800', 'x'.repeat(1_000_000), '['.repeat(100_000)])
    pages += await pageOrRefusal(store, threadId, cursor, own);
  expect(pages).toBeGreaterThan(0);
  await store.close();
});

/** Reads pages by a cursor; gives how many came. */
async function pageOrRefusal(
  store: ThreadStoreClient,
  threadId: string,
  cursor: string,
  own: Set<string>,
): Promise<number> {
  const answers = await Promise.allSettled([
    store.listTurns({ threadId, cursor }),
    store.listItems({ threadId, cursor }),
  ]);
  for (const answer of answers) {
    if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'invalid_request' });
    else if ('items' in answer.value)
      expect(answer.value.items.every(({ itemId }) => own.has(itemId))).toBe(true);
    else expect(answer.value.turns.every(({ turnId }) => /^turn-[1-5]$/.test(turnId))).toBe(true);
  }
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

test('[Z9] a clock that jumps back and forth reorders nothing and loses nothing', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const name = freshName();
  let store = await openDirectThreadStore({ name });
  const noon = Date.UTC(2026, 5, 1, 12);
  const times = [noon, noon - 86_400_000 * 365, noon + 3_600_000, 0, noon - 1, noon];
  vi.setSystemTime(noon);
  const script = await liveThread(store, 'paginated', { eventPersistenceMode: 'extended' });
  const { threadId } = script;
  const expected: string[] = [];
  let updatedAt = 0;
  for (const [index, time] of times.entries()) {
    vi.setSystemTime(time);
    script.lines.turns(`turn-${index}`);
    expected.push(`turn-${index}`);
    await script.write();
    await store.updateThreadMetadata({ threadId, patch: { name: `name ${index}` } });
    const thread = await store.readThread({ threadId });
    expect(thread.name).toBe(`name ${index}`);
    expect(thread.updatedAt).toBeGreaterThanOrEqual(updatedAt);
    updatedAt = thread.updatedAt;
    await script.shutdown();
    await store.close();
    store = await openDirectThreadStore({ name });
    await script.resume(store);
    const turns = await allTurns(store, { threadId, sortDirection: 'asc' });
    expect(turns.map(({ turnId }) => turnId)).toEqual(expected);
    const items = await allItems(store, { threadId });
    expect(items.map(({ ordinal }) => ordinal)).toEqual(items.map((_, at) => at));
  }
  await store.shutdownThread({ threadId });
  await expectReplay(store, threadId);
  await store.close();
});

/** An item so large that no line of any recording comes near it. */
const HUGE = 50 * 1024 * 1024;

test.each(['a writer', 'an import'])(
  '[Z8] an item of 50 MB that comes by %s is kept whole, and pages can be bounded',
  async (way) => {
    const store = await openFreshDirectStore();
    const rollout = RolloutBuilder.paginated().turns('turn-1').startTurn('turn-2');
    rollout.command('turn-2', 'huge', 'x'.repeat(HUGE)).command('turn-2', 'small', 'output');
    const { threadId } = rollout;
    if (way === 'an import') await imported(store, [rollout]);
    else {
      await store.createThread({
        threadId,
        historyMode: 'paginated',
        eventPersistenceMode: 'extended',
        ...METADATA,
      });
      const items = rollout.lines.slice(1).map((line): RolloutItem => JSON.parse(line));
      await store.appendItems({ threadId, items });
      await store.shutdownThread({ threadId });
    }
    // Without its output it is small.
    const turns = await store.listTurns({ threadId, itemsView: 'full', deferOutput: true });
    expect(JSON.stringify(turns).length).toBeLessThan(10_000);
    // A page of so many bytes ends before it, and goes on with it alone.
    const ids: string[][] = [];
    let huge: StoredThreadItem | undefined;
    let cursor: string | undefined;
    do {
      const page = await store.listItems({ threadId, maxBytes: 100_000, cursor });
      ids.push(page.items.map(({ itemId }) => itemId));
      huge ??= page.items.find(({ itemId }) => itemId === 'huge');
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(ids.slice(1)).toEqual([['huge'], ['small']]);
    expect(huge?.item).toHaveProperty('aggregatedOutput', 'x'.repeat(HUGE));
    await store.close();
  },
);
