import { LiveThread, ThreadStoreError } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ListState } from '../../../src/react/list-state.ts';
import { TurnWindow } from '../../../src/react/turn-window.ts';
import type { StoredTurn } from 'idb-thread-store';
import { importTurns, range, threadId, until, watchCalls } from './numbered-turns.ts';

describe('a window on turns', () => {
  test('[U1] opens at the newest turns, oldest of them first', async () => {
    const { state } = await openWindow(50);
    expect(numbers(state())).toEqual(range(30, 50));
    expect(state()).toMatchObject({ atOldest: false, atNewest: true });
  });

  test('[U2] reads back to the oldest turn, every turn once and no page of more than asked', async () => {
    const { window, state, calls } = await openWindow(50);
    await until(() => {
      window.loadOlder();
      return state().atOldest;
    });
    expect(numbers(state())).toEqual(range(0, 50));
    expect(calls.every(({ pageSize }) => pageSize === 20)).toBe(true);
    expect(calls).toHaveLength(3);
  });

  test('[U2] reads from the oldest to the newest turn', async () => {
    const { window, state } = await openWindow(50);
    window.jumpTo('oldest');
    await until(() => state().jump.to === 'oldest');
    expect(numbers(state())).toEqual(range(0, 20));
    await until(() => {
      window.loadNewer();
      return state().atNewest;
    });
    expect(numbers(state())).toEqual(range(0, 50));
  });

  test('[U1] opens at the turn that a cursor names, and [U2] reads on from there both ways', async () => {
    const { store, window, state } = await openWindow(90);
    const { nextCursor } = await store.listTurns({ threadId, sortDirection: 'asc', pageSize: 40 });
    if (nextCursor === undefined) throw new Error('there are no turns after the first 40');
    window.jumpTo({ cursor: nextCursor });
    await until(() => typeof state().jump.to === 'object');
    expect(numbers(state())).toEqual(range(40, 60));
    expect(state()).toMatchObject({ atOldest: false, atNewest: false });
    await until(() => {
      window.loadOlder();
      window.loadNewer();
      return state().atOldest && state().atNewest;
    });
    expect(numbers(state())).toEqual(range(0, 90));
  });

  test('[U1] opens at the newest turns where the one that a cursor names is gone', async () => {
    const { window, state } = await openWindow(50);
    window.jumpTo({ cursor: JSON.stringify(['turn', threadId, 'gone', 7, true]) });
    await until(() => state().jump.number === 2);
    expect(numbers(state())).toEqual(range(30, 50));
  });

  test('[U3] keeps a bounded number of turns, and finds its way back', async () => {
    const { window, state } = await openWindow(200);
    await until(() => {
      window.loadOlder();
      expect(state().rows.length).toBeLessThanOrEqual(120);
      return state().atOldest;
    });
    expect(state().atNewest).toBe(false);
    await until(() => {
      window.loadNewer();
      expect(numbers(state())).toEqual(consecutive(state()));
      expect(state().rows.length).toBeLessThanOrEqual(120);
      return state().atNewest;
    });
    expect(state().atOldest).toBe(false);
    expect(numbers(state()).at(-1)).toBe(199);
    await until(() => {
      window.loadOlder();
      expect(numbers(state())).toEqual(consecutive(state()));
      return state().atOldest;
    });
  });

  test('[U4] shows new turns when it is at the end', async () => {
    const { store, state } = await openWindow(30);
    await importTurns(store, 33);
    await until(() => state().growth > 0);
    expect(numbers(state())).toEqual(range(10, 33));
    expect(state().atNewest).toBe(true);
  });

  test('[U4] finds the turns that came while it was far from the end', async () => {
    const { store, window, state } = await openWindow(200);
    window.jumpTo('oldest');
    await until(() => state().jump.to === 'oldest');
    await importTurns(store, 203);
    await until(() => {
      window.loadNewer();
      return state().atNewest;
    });
    expect(numbers(state()).at(-1)).toBe(202);
    expect(numbers(state())).toEqual(consecutive(state()));
  });

  test('[U5] reads no more of a turn that is being written than that turn, and keeps the others as they are', async () => {
    const { store, state, calls } = await openWindow(30);
    const before = state().rows;
    const thread = await LiveThread.resume(store, { threadId, writeIntervalMs: 0 });
    const turn = await thread.startTurn('now', { turnId: 'turn-30' });
    await until(() => numbers(state()).includes(30));
    calls.length = 0;
    for (const text of ['a', 'ab', 'abc']) {
      turn.upsert({ type: 'agentMessage', id: 'answer', text, phase: 'final_answer' });
      await turn.settle();
    }
    await until(() => JSON.stringify(state().rows.at(-1)).includes('"abc"'));
    const read = await Promise.all(calls.map((params) => store.listTurns(params)));
    for (const page of read) expect(page.turns.length).toBeLessThanOrEqual(2);
    expect(
      state()
        .rows.slice(0, 20)
        .every((row, index) => row === before[index]),
    ).toBe(true);
    await thread.close();
  });

  test('[U5] reads nothing when another thread changes, or what a thread is called', async () => {
    const { store, state, calls } = await openWindow(30);
    const before = state();
    calls.length = 0;
    await importTurns(store, 3, '01a20000-0000-7000-8000-000000000002');
    await store.updateThreadMetadata({ threadId, patch: { name: 'another' } });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(calls).toEqual([]);
    expect(state()).toBe(before);
  });

  test('[U4] begins anew at the end when the turns that it shows were taken back', async () => {
    const store = createMemoryThreadStore();
    await importTurns(store, 30);
    const window = new TurnWindow(store, { threadId }, limits);
    onTestFinished(() => window.stop());
    await window.start();
    await store.deleteThread({ threadId });
    await importTurns(store, 5);
    await until(() => window.getState().rows.length === 5);
    expect(numbers(window.getState())).toEqual(range(0, 5));
  });

  test('[U6] says why it cannot read, and reads when it is told to try again, or when there is news', async () => {
    const { store, window, state } = await openWindow(50);
    const listTurns = store.listTurns.bind(store);
    store.listTurns = () => Promise.reject(new ThreadStoreError('unavailable', 'not now'));
    window.loadOlder();
    await until(() => state().error !== undefined);
    expect(state()).toMatchObject({ error: { code: 'unavailable' }, loadingOlder: false });
    expect(numbers(state())).toEqual(range(30, 50));
    store.listTurns = listTurns;
    await store.updateThreadMetadata({ threadId, patch: { name: 'another' } });
    await until(() => state().error === undefined);
    window.loadOlder();
    await until(() => state().rows.length === 40);

    const failing = new TurnWindow(store, { threadId: 'unknown' }, limits);
    await failing.start();
    expect(failing.getState()).toMatchObject({ loaded: false, error: { code: 'thread_not_found' } });
    failing.stop();
  });
});

const limits = { pageSize: 20, maxRows: 100, startAt: 'newest' } as const;

/** A window on a thread of so many turns, with what it asks the store for. */
async function openWindow(count: number) {
  const store = createMemoryThreadStore();
  await importTurns(store, count);
  const calls = watchCalls(store, 'listTurns');
  const window = new TurnWindow(store, { threadId }, limits);
  onTestFinished(() => window.stop());
  await window.start();
  return { store, window, state: window.getState, calls };
}

/** The numbers of a window's turns, as their users sent them. */
function numbers({ rows }: ListState<StoredTurn>): number[] {
  return rows.map(({ turnId }) => Number(turnId.replace('turn-', '')));
}

/** As many numbers as the window has turns, from its first one on. */
function consecutive(state: ListState<StoredTurn>): number[] {
  const [first = 0] = numbers(state);
  return range(first, first + state.rows.length);
}
