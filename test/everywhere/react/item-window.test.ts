import { LiveThread, type StoredThreadItem } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { expect, onTestFinished, test } from 'vitest';
import { type ItemList, ItemWindow } from '../../../src/react/item-window.ts';
import type { ListState } from '../../../src/react/list-state.ts';
import { range, until, watchCalls } from './numbered-turns.ts';

test('[U2] a window on a turn reads its items from the first on, every one once', async () => {
  const { window, state } = await openWindow(130, 'oldest');
  expect(texts(state())).toEqual(range(0, 50));
  await until(() => {
    window.loadNewer();
    return state().atNewest;
  });
  expect(texts(state())).toEqual(range(0, 130));
});

test('[U3] a window on items keeps a bounded number of them, and finds its way back', async () => {
  const { window, state } = await openWindow(400, 'oldest');
  await until(() => {
    window.loadNewer();
    expect(state().rows.length).toBeLessThanOrEqual(250);
    return state().atNewest;
  });
  expect(state().atOldest).toBe(false);
  await until(() => {
    window.loadOlder();
    expect(texts(state())).toEqual(range(texts(state())[0] ?? 0, (texts(state()).at(-1) ?? 0) + 1));
    return state().atOldest;
  });
});

test('[U5] of items an item that streams is read alone, and the others stay as they are', async () => {
  const { store, turn, state } = await openWindow(30, 'newest');
  const before = state().rows;
  const calls = watchCalls(store, 'listItems');
  turn.upsert(message(17, 'seventeen'));
  await turn.settle();
  await until(() => state().rows !== before);
  expect(
    state()
      .rows.map((row, index) => row === before[index])
      .indexOf(false),
  ).toBe(17);
  expect(state().rows.filter((row, index) => row !== before[index])).toHaveLength(1);
  expect(state().rows[17]?.item).toMatchObject({ text: 'seventeen' });
  expect(calls).toHaveLength(1);
  const [page] = await Promise.all(calls.map((params) => store.listItems(params)));
  expect(page?.items.length).toBeLessThanOrEqual(1);
});

test('[U4] a window on items shows new ones at its end, and changes of old ones elsewhere', async () => {
  const { turn, window, state } = await openWindow(200, 'oldest');
  turn.upsert(message(3, 'three'));
  turn.upsert(message(150, 'later'));
  turn.upsert(message(200));
  await turn.settle();
  await until(() => JSON.stringify(state().rows[3]).includes('three'));
  expect(state().rows).toHaveLength(50);
  await until(() => {
    window.loadNewer();
    return state().atNewest;
  });
  expect(state().rows).toHaveLength(201);
  turn.upsert(message(201));
  await turn.settle();
  await until(() => state().rows.length === 202);
  expect(JSON.stringify(state().rows[150])).toContain('later');
  turn.upsert(message(201, 'changed'));
  turn.upsert(message(202));
  await turn.settle();
  await until(() => state().rows.length === 203 && JSON.stringify(state().rows[201]).includes('changed'));
});

/** A window on the items of a turn that is being written, and the turn. */
async function openWindow(count: number, startAt: 'oldest' | 'newest') {
  const store = createMemoryThreadStore();
  const thread = await LiveThread.start(store, { modelProvider: 'mock' });
  const turn = await thread.startTurn([]);
  for (const number of range(0, count)) turn.upsert(message(number));
  await turn.settle();
  const list: ItemList = { threadId: thread.threadId, turnId: turn.turnId };
  const window = new ItemWindow(store, list, { pageSize: 50, maxRows: 200, startAt });
  onTestFinished(async () => {
    window.stop();
    await thread.close();
  });
  await window.start();
  return { store, turn, window, state: window.getState };
}

function message(number: number, text = String(number)) {
  return { type: 'agentMessage', id: `item-${number}`, text, phase: 'commentary' } as const;
}

/** The numbers of a window's items. */
function texts({ rows }: ListState<StoredThreadItem>): number[] {
  return rows.map(({ itemId }) => Number(itemId.replace('item-', '')));
}
