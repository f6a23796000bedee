import { expect, onTestFinished, test } from 'vitest';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { ThreadMap } from '../../demo/src/map/thread-map.ts';
import { importTurns, threadId, watchCalls } from '../everywhere/react/numbered-turns.ts';

test('a map has every turn, and reads no item', async () => {
  const { map, requests } = await readMap(2345);
  const { marks, complete } = map.snapshot.get();
  expect(complete).toBe(true);
  expect(marks.map(({ ordinal }) => ordinal)).toEqual(Array.from({ length: 2345 }, (_, index) => index));
  expect(marks.every(({ bytes, itemCount }) => bytes > 0 && itemCount === 1)).toBe(true);
  expect(requests.length).toBe(5);
  expect(requests.every(({ itemsView }) => itemsView === 'notLoaded')).toBe(true);
});

test('a map gives the way to every turn', async () => {
  const { store, map } = await readMap(2345);
  for (const ordinal of [0, 1, 344, 345, 844, 845, 2000, 2344]) {
    const cursor = await map.cursorOf(ordinal);
    expect(cursor).toBeDefined();
    const page = await store.listTurns({ threadId, cursor, sortDirection: 'asc', pageSize: 2 });
    expect(page.turns[0]?.ordinal).toBe(ordinal);
  }
});

test('a map gives no way to a turn that it does not have', async () => {
  const { map } = await readMap(3);
  expect(await map.cursorOf(3)).toBeUndefined();
});

test('a map follows the thread as it grows', async () => {
  const { store, map } = await readMap(30);
  await importTurns(store, 33);
  await expect.poll(() => map.snapshot.get().marks.length).toBe(33);
  expect(await map.cursorOf(32)).toBeDefined();
});

async function readMap(count: number) {
  const store = createMemoryThreadStore();
  await importTurns(store, count);
  const requests = watchCalls(store, 'listTurns');
  const map = new ThreadMap(store, threadId);
  onTestFinished(map.connect());
  await expect.poll(() => map.snapshot.get().complete).toBe(true);
  return { store, map, requests };
}
