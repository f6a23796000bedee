import { describe, expect, onTestFinished, test } from 'vitest';
import type { ListTurnsParams, ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { TurnWindow, type TurnWindowState } from '../../demo/src/conversation/turn-window.ts';

const threadId = '01a20000-0000-7000-8000-000000000001';
const timestamp = '2026-11-22T16:00:00.000Z';

describe('a window on turns', () => {
  test('opens at the newest turns, oldest of them first', async () => {
    const { state } = await openWindow(50);
    expect(numbers(state())).toEqual(range(30, 50));
    expect(state()).toMatchObject({ atStart: false, atEnd: true });
  });

  test('reads back to the start, every turn once and no page of more than asked', async () => {
    const { window, state, requests } = await openWindow(50);
    await until(() => {
      window.loadOlder();
      return state().atStart;
    });
    expect(numbers(state())).toEqual(range(0, 50));
    expect(requests.every(({ pageSize }) => pageSize === 20)).toBe(true);
    expect(requests).toHaveLength(3);
  });

  test('reads from the start to the newest turn', async () => {
    const { window, state } = await openWindow(50);
    window.jumpTo('start');
    await until(() => state().jump.to === 'start');
    expect(numbers(state())).toEqual(range(0, 20));
    await until(() => {
      window.loadNewer();
      return state().atEnd;
    });
    expect(numbers(state())).toEqual(range(0, 50));
  });

  test('keeps a bounded number of turns, and finds its way back', async () => {
    const { window, state } = await openWindow(200);
    await until(() => {
      window.loadOlder();
      expect(state().turns.length).toBeLessThanOrEqual(120);
      return state().atStart;
    });
    expect(state().atEnd).toBe(false);
    await until(() => {
      window.loadNewer();
      expect(numbers(state())).toEqual(consecutive(state()));
      expect(state().turns.length).toBeLessThanOrEqual(120);
      return state().atEnd;
    });
    expect(state().atStart).toBe(false);
    expect(numbers(state()).at(-1)).toBe(199);
    await until(() => {
      window.loadOlder();
      expect(numbers(state())).toEqual(consecutive(state()));
      return state().atStart;
    });
  });

  test('shows new turns when it is at the end', async () => {
    const { store, state } = await openWindow(30);
    await importTurns(store, 33);
    await until(() => state().growth > 0);
    expect(numbers(state())).toEqual(range(10, 33));
    expect(state().atEnd).toBe(true);
  });

  test('does not ask again for what is far from the end, and still finds the new turns', async () => {
    const { store, window, state, requests } = await openWindow(200);
    window.jumpTo('start');
    await until(() => state().jump.to === 'start');
    const before = requests.length;
    await importTurns(store, 203);
    expect(requests).toHaveLength(before);
    await until(() => {
      window.loadNewer();
      return state().atEnd;
    });
    expect(numbers(state()).at(-1)).toBe(202);
  });
});

/** A window on a thread of so many turns, with what it asks the store for. */
async function openWindow(count: number) {
  const store = createMemoryThreadStore();
  await importTurns(store, count);
  const requests: ListTurnsParams[] = [];
  const listTurns = store.listTurns.bind(store);
  store.listTurns = (params) => {
    requests.push(params);
    return listTurns(params);
  };
  const window = new TurnWindow(store, threadId);
  onTestFinished(window.connect());
  const state = () => window.snapshot.get();
  await until(() => state().loaded);
  return { store, window, state, requests };
}

async function importTurns(store: ThreadStoreClient, count: number): Promise<void> {
  const meta = {
    id: threadId,
    timestamp,
    cwd: '/app',
    originator: 'test',
    cli_version: '0.169.0',
    source: 'cli',
  };
  const lines = [line('session_meta', { ...meta, model_provider: 'mock', history_mode: 'paginated' })];
  for (const number of range(0, count)) {
    const turn_id = `turn-${number}`;
    const item = {
      type: 'UserMessage',
      id: `item-${number}`,
      content: [{ type: 'text', text: String(number), text_elements: [] }],
    };
    lines.push(
      line('event_msg', { type: 'task_started', turn_id }),
      line('event_msg', { type: 'item_completed', thread_id: threadId, turn_id, item }),
      line('event_msg', { type: 'task_complete', turn_id }),
    );
  }
  const data = lines.map((text, ordinal) => `${JSON.stringify({ ...text, ordinal })}\n`).join('');
  const report = await store.importRollouts([
    { name: `rollout-2026-11-22T16-00-00-${threadId}.jsonl`, data },
  ]);
  expect(report).toMatchObject({ threadIds: [threadId], files: [{ rejectedLineCount: 0 }] });
}

function line(type: string, payload: object) {
  return { timestamp, type, payload };
}

/** The numbers of a window's turns, as their users sent them. */
function numbers({ turns }: TurnWindowState): number[] {
  return turns.map(({ turnId }) => Number(turnId.replace('turn-', '')));
}

/** As many numbers as the window has turns, from its first one on. */
function consecutive(state: TurnWindowState): number[] {
  const [first = 0] = numbers(state);
  return range(first, first + state.turns.length);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 0));
}
