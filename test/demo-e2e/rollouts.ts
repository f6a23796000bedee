import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const timestamp = '2026-11-22T16:00:00.000Z';

/** An item as a rollout file has it. */
export interface RecordedItem {
  type: string;
  id: string;
  [key: string]: unknown;
}

/** What was asked. */
export function asked(id: string, text: string): RecordedItem {
  return { type: 'UserMessage', id, content: [{ type: 'text', text, text_elements: [] }] };
}

/** What was answered. */
export function answered(id: string, text: string): RecordedItem {
  return { type: 'AgentMessage', id, content: [{ type: 'Text', text }], phase: 'final_answer' };
}

/** Writes the rollout file of a thread of these turns, each its items, and gives its path. It is gone after the test. */
export function writeRollout(cwd: string, turns: readonly RecordedItem[][]): string {
  const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-rollout-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const id = '01a20000-0000-7000-8000-0000000000ff';
  const meta = { id, timestamp, cwd, originator: 'test', cli_version: '0.169.0', source: 'cli' };
  const lines = [
    line('session_meta', { ...meta, model_provider: 'mock', history_mode: 'paginated' }),
    ...turns.flatMap((items, number) => {
      const turn_id = `turn-${number}`;
      return [
        line('event_msg', { type: 'task_started', turn_id }),
        ...items.map((item) => line('event_msg', { type: 'item_completed', thread_id: id, turn_id, item })),
        line('event_msg', { type: 'task_complete', turn_id }),
      ];
    }),
  ];
  const path = join(folder, `rollout-2026-11-22T16-00-00-${id}.jsonl`);
  writeFileSync(path, lines.map((one, ordinal) => `${JSON.stringify({ ...one, ordinal })}\n`).join(''));
  return path;
}

function line(type: string, payload: object) {
  return { timestamp, type, payload };
}
