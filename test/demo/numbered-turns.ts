import { expect } from 'vitest';
import type { ThreadStoreClient } from 'idb-thread-store';

export const threadId = '01a20000-0000-7000-8000-000000000001';
const timestamp = '2026-11-22T16:00:00.000Z';

/** Puts a thread into a store in which every turn has one message: its number, from 0, or what `say` makes of it. */
export async function importTurns(
  store: ThreadStoreClient,
  count: number,
  say: (number: number) => string = String,
): Promise<void> {
  const meta = {
    id: threadId,
    timestamp,
    cwd: '/app',
    originator: 'test',
    cli_version: '0.169.0',
    source: 'cli',
  };
  const lines = [line('session_meta', { ...meta, model_provider: 'mock', history_mode: 'paginated' })];
  for (let number = 0; number < count; number++) {
    const turn_id = `turn-${number}`;
    const item = {
      type: 'UserMessage',
      id: `item-${number}`,
      content: [{ type: 'text', text: say(number), text_elements: [] }],
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
