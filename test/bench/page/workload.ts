/** The conversation that is measured: turn n is the same in every store and in every run. */
import { isItemOf, type ThreadItem } from 'idb-thread-store';

/**
 * How large a turn is.
 * - `lite`: a question of 200 bytes, six commands with 0.1 to 1.6 KB of output, an answer of 1.5 KB
 * - `full`: as lite, with outputs of 0.5 to 8 KB, and one in 200 of 400 KB
 * - `tiny`: a question and an answer of 60 bytes
 */
export type TurnSize = 'tiny' | 'lite' | 'full';

/** A turn as the stores give it in a page, without what only some of them know. */
export interface WorkTurn {
  turnId: string;
  ordinal: number;
  status: 'completed';
  /** Unix seconds. */
  startedAt: number;
  completedAt: number;
  durationMs: number;
  items: ThreadItem[];
}

/** A thread as a list shows it: with as many fields as Codex gives it. */
export interface WorkThread {
  threadId: string;
  preview: string;
  firstUserMessage: string;
  createdAt: number;
  updatedAt: number;
  recencyAt: number;
  turnCount: number;
  itemCount: number;
  bytes: number;
  rolloutPath: string;
  modelProvider: string;
  model: string;
  cwd: string;
  cliVersion: string;
  originator: string;
  source: string;
  historyMode: string;
}

const START = Date.UTC(2026, 0, 1);
const TURN_MS = 60_000;
const TOOLS = 6;

/** The id of the n-th thread or turn, of the form of Codex's own: they rise with time. */
export function idOf(kind: 'thread' | 'turn', n: number): string {
  const family = kind === 'thread' ? '8000' : '9000';
  return `01a20400-0000-7000-${family}-${n.toString(16).padStart(12, '0')}`;
}

/** The small thread with number n, of one turn: what a list of many threads is made of. */
export function smallThread(n: number): WorkThread {
  return threadOf(idOf('thread', 0x1000 + n), textOf(n * 7919, 60).trim(), START + (n + 1) * 1000, 1);
}

/** The thread that is read. */
export const MAIN_THREAD = idOf('thread', 1);

/** Its record. */
export function mainThread(turns: number, size: TurnSize): WorkThread {
  const [question] = turnOf(0, size).items;
  const part = question && isItemOf(question, 'userMessage') ? question.content[0] : undefined;
  return threadOf(MAIN_THREAD, part?.type === 'text' ? part.text.trim() : '', START, turns);
}

function threadOf(threadId: string, preview: string, createdAt: number, turnCount: number): WorkThread {
  return {
    threadId,
    preview,
    firstUserMessage: preview,
    createdAt,
    updatedAt: createdAt,
    recencyAt: createdAt,
    turnCount,
    itemCount: turnCount * 2,
    bytes: turnCount * 2000,
    rolloutPath: `rollout-2026-01-01T00-00-00-${threadId}.jsonl`,
    modelProvider: 'openai',
    model: 'gpt-5.1-codex',
    cwd: '/workspace/app',
    cliVersion: '0.169.0',
    originator: 'bench',
    source: 'cli',
    historyMode: 'paginated',
  };
}

/** The n-th turn, with all its items. */
export function turnOf(n: number, size: TurnSize): WorkTurn {
  const startedAtMs = START + n * TURN_MS;
  const random = randomOf(n);
  const at = (step: number) => ({
    startedAtMs: startedAtMs + step * 1000,
    completedAtMs: startedAtMs + step * 1000,
  });
  const small = size === 'tiny';
  const items: ThreadItem[] = [
    {
      type: 'userMessage',
      id: `user_${n}`,
      content: [{ type: 'text', text: textOf(random(), small ? 60 : 200), text_elements: [] }],
      ...at(0),
    },
  ];
  for (let tool = 0; tool < (small ? 0 : TOOLS); tool++) {
    const command = `rg ${
      textOf(random(), 40)
        .match(/[a-z]+/g)
        ?.join(' ') ?? 'store'
    }`;
    const { startedAtMs: begun } = at(tool + 1);
    items.push({
      type: 'commandExecution',
      id: `call_${n}_${tool}`,
      command,
      cwd: '/workspace/app',
      processId: String(1000 + (n % 9000)),
      source: 'unifiedExecStartup',
      status: 'completed',
      commandActions: [{ type: 'unknown', command }],
      aggregatedOutput: textOf(random(), outputBytes(size, random)),
      exitCode: 0,
      durationMs: 28,
      startedAtMs: begun,
      completedAtMs: begun + 28,
    });
  }
  items.push({
    type: 'agentMessage',
    id: `agent_${n}`,
    phase: 'final_answer',
    text: textOf(random(), small ? 60 : 1500),
    ...at(TOOLS + 1),
  });
  const startedAt = startedAtMs / 1000;
  const status = 'completed';
  return {
    turnId: idOf('turn', n),
    ordinal: n,
    status,
    startedAt,
    completedAt: startedAt + 9,
    durationMs: 9000,
    items,
  };
}

function outputBytes(size: TurnSize, random: () => number): number {
  const share = random() / 2 ** 32;
  if (size === 'lite') return 100 + Math.floor(share * 1500);
  return share < 0.005 ? 400_000 : 500 + Math.floor(share * 7500);
}

/** What a summary shows of a turn. */
export function summaryOf(turn: WorkTurn): ThreadItem[] {
  return turn.items.filter((_, index) => index === 0 || index === turn.items.length - 1);
}

/** What a row of a turn says beside its items. */
export function withoutItems({ items: _, ...turn }: WorkTurn): Omit<WorkTurn, 'items'> {
  return turn;
}

/** Numbers that look random, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x6d2b79f5) >>> 0;
    return (state ^ (state >>> 13)) >>> 0;
  };
}

const WORDS =
  `the a of to in is it and for on with as by at from that this be are was store thread turn item page cursor row key value
  record index range read write commit log line file path name type test build run fix error null undefined const let function
  return import export async await promise string number boolean object array map set class interface extends default
  src/store/list-turns.ts src/index.ts package.json README.md node_modules npm install passed failed warning expected
  received at Object.<anonymous> => { } ( ) [ ] ; , . : = + - 0 1 2 3 10 42 100 200 404 500 true false → ✓ naïve`.split(
    /\s+/,
  );

/** A supply of words with line breaks, of which every text is a piece: it compresses as prose and logs do. */
const SUPPLY = (() => {
  const random = randomOf(4711);
  let supply = '';
  while (supply.length < 1_000_000) {
    // Frequent words come first in the list.
    const rank = Math.floor(WORDS.length * (random() / 2 ** 32) ** 1.7);
    supply += WORDS[rank] + (random() % 12 === 0 ? '\n' : ' ');
  }
  return supply;
})();

/** A text of so many characters; which one, `seed` says. */
function textOf(seed: number, length: number): string {
  const at = seed % (SUPPLY.length - length);
  return SUPPLY.slice(at, at + length);
}

/** An item of so many bytes, about, as a live turn gets one after the other. */
export function fillerItem(n: number, bytes: number): ThreadItem {
  let output = '';
  while (output.length < bytes)
    output += textOf(n * 104_729 + output.length, Math.min(bytes - output.length, 100_000));
  return {
    type: 'commandExecution',
    id: `live_${n}`,
    command: 'rg store',
    cwd: '/workspace/app',
    processId: '1',
    source: 'unifiedExecStartup',
    status: 'completed',
    commandActions: [{ type: 'unknown', command: 'rg store' }],
    aggregatedOutput: output,
    exitCode: 0,
    durationMs: 28,
    startedAtMs: START + n,
    completedAtMs: START + n,
  };
}
