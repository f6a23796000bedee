import type { ThreadStoreClient } from 'idb-thread-store';
import { expect } from 'vitest';

export const threadId = '01a20000-0000-7000-8000-000000000001';
const timestamp = '2026-11-22T16:00:00.000Z';

/** Imports a thread of so many turns, `turn-0` and on, each with its number, or what `say` makes of it, as its one message. */
export async function importTurns(
  store: ThreadStoreClient,
  count: number,
  id = threadId,
  say: (number: number) => string = String,
): Promise<void> {
  const meta = { id, timestamp, cwd: '/app', originator: 'test', cli_version: '0.169.0', source: 'cli' };
  const lines = [line('session_meta', { ...meta, model_provider: 'mock', history_mode: 'paginated' })];
  for (const number of range(0, count)) {
    const turn_id = `turn-${number}`;
    const content = [{ type: 'text', text: say(number), text_elements: [] }];
    const item = { type: 'UserMessage', id: `item-${number}`, content };
    lines.push(
      line('event_msg', { type: 'task_started', turn_id }),
      line('event_msg', { type: 'item_completed', thread_id: id, turn_id, item }),
      line('event_msg', { type: 'task_complete', turn_id }),
    );
  }
  const data = lines.map((text, ordinal) => `${JSON.stringify({ ...text, ordinal })}\n`).join('');
  const report = await store.importRollouts([{ name: `rollout-2026-11-22T16-00-00-${id}.jsonl`, data }]);
  expect(report).toMatchObject({ threadIds: [id], files: [{ rejectedLineCount: 0 }] });
}

function line(type: string, payload: object) {
  return { timestamp, type, payload };
}

/** The whole numbers from `from` to before `to`. */
export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Waits until something is so. */
export async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Every call of a store's list method, from now on. */
export function watchCalls<Name extends 'listTurns' | 'listItems' | 'listThreads' | 'readThread'>(
  store: ThreadStoreClient,
  name: Name,
): Parameters<ThreadStoreClient[Name]>[0][] {
  const calls: Parameters<ThreadStoreClient[Name]>[0][] = [];
  const method: ThreadStoreClient[Name] = store[name];
  Object.defineProperty(store, name, {
    configurable: true,
    writable: true,
    value: (params: Parameters<ThreadStoreClient[Name]>[0]) => {
      calls.push(params);
      return Reflect.apply(method, store, [params]);
    },
  });
  return calls;
}
