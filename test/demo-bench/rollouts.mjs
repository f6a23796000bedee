import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';

/** Unix seconds at which everything begins. */
const BEGIN = 1_767_225_600;

/** What is asked and answered: sentences of a length that real ones have, with some Markdown. */
const SENTENCES = [
  'The test fails only when the clock passes midnight in the middle of a run.',
  'I moved the check **before** the write, so that a refused row leaves nothing behind.',
  'See `src/store/writer.ts` for the queue, and its test for the order of commits.',
  '- a page holds twenty turns\n- a turn holds its summary\n- an item is read when it is asked for',
  '```ts\nconst page = await store.listTurns({ threadId, pageSize: 20 });\n```',
  'Nothing else in the folder uses this, so the old name can go.',
];

/**
 * Writes the rollout of one thread of so many turns, and those of so many threads of one turn.
 * @param {string} folder
 * @param {{ turns: number, threads: number }} counts
 */
export async function writeRollouts(folder, { turns, threads }) {
  const long = createWriteStream(join(folder, nameOf(threads)));
  long.write(head(threads));
  for (let number = 0; number < turns; number++) {
    const text = turn(idOf(threads), number, BEGIN + threads * 60 + number * 30, 1 + number * LINES_PER_TURN);
    if (!long.write(text)) await once(long, 'drain');
  }
  long.end();
  await once(long, 'finish');
  for (let number = 0; number < threads; number++) {
    const day = join(folder, String(number % 50));
    mkdirSync(day, { recursive: true });
    writeFileSync(join(day, nameOf(number)), head(number) + turn(idOf(number), 0, BEGIN + number * 60, 1));
  }
}

/**
 * A thread's id, which begins with its number.
 * @param {number} number
 */
function idOf(number) {
  return `${number.toString(16).padStart(8, '0')}-0000-7000-8000-000000000000`;
}

/** @param {number} number */
function nameOf(number) {
  return `rollout-2026-01-01T00-00-00-${idOf(number)}.jsonl`;
}

/** @param {number} number */
function head(number) {
  const timestamp = new Date((BEGIN + number * 60) * 1000).toISOString();
  const payload = {
    id: idOf(number),
    timestamp,
    cwd: `/home/you/project-${number % 40}`,
    originator: 'bench',
    cli_version: '0.169.0',
    source: 'cli',
    model_provider: 'openai',
    history_mode: 'paginated',
  };
  return `${JSON.stringify({ timestamp, ordinal: 0, type: 'session_meta', payload })}\n`;
}

const LINES_PER_TURN = 5;

/**
 * The lines of a turn: what was asked, a command, what was answered.
 * @param {string} thread_id
 * @param {number} number
 * @param {number} started_at Unix seconds
 * @param {number} ordinal the first line's
 */
function turn(thread_id, number, started_at, ordinal) {
  const timestamp = new Date(started_at * 1000).toISOString();
  const turn_id = `turn-${number}`;
  // Every length there is from one to ten sentences, as if by chance.
  const answer = Array.from({ length: 1 + ((number * 7) % 10) }, (_, part) => SENTENCES[(number + part) % 6]);
  const items = [
    {
      type: 'UserMessage',
      id: `${turn_id}-asked`,
      content: [{ type: 'text', text: `Question ${number}: why is that so?`, text_elements: [] }],
    },
    {
      type: 'CommandExecution',
      id: `${turn_id}-ran`,
      command: ['npm', 'test'],
      cwd: 'file:///home/you/project',
      parsed_cmd: [{ type: 'unknown', cmd: 'npm test' }],
      source: 'unified_exec_startup',
      status: 'completed',
      aggregated_output: '12 passed, 0 failed\n'.repeat(1 + (number % 12)),
      exit_code: 0,
      duration: { secs: 1, nanos: 0 },
    },
    {
      type: 'AgentMessage',
      id: `${turn_id}-answered`,
      content: [{ type: 'Text', text: answer.join('\n\n') }],
      phase: 'final_answer',
    },
  ];
  const payloads = [
    { type: 'task_started', turn_id, root_turn_id: turn_id, started_at },
    ...items.map((item) => ({
      type: 'item_completed',
      thread_id,
      turn_id,
      item,
      started_at_ms: started_at * 1000,
      completed_at_ms: started_at * 1000 + 900,
    })),
    { type: 'task_complete', turn_id, started_at, completed_at: started_at + 9, duration_ms: 9000 },
  ];
  return payloads
    .map(
      (payload, line) =>
        `${JSON.stringify({ timestamp, ordinal: ordinal + line, type: 'event_msg', payload })}\n`,
    )
    .join('');
}
