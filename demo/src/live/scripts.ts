import type { CommandExecutionItem, StoredTurnError, ThreadItem } from 'idb-thread-store';

/** One move of the assistant: an item appears or changes, then some time passes. */
export interface Move {
  item: ThreadItem;
  /** Milliseconds until the next move. */
  pause: number;
}

/** What the assistant does in a turn. It gives why the turn failed, or nothing when it ends well. */
export interface Script {
  /** What one chooses it by. */
  title: string;
  play: (asked: string) => Generator<Move, StoredTurnError | undefined>;
}

/** Where the assistant pretends to work. */
export const workFolder = '/home/you/lighthouse';

/** The assistant's parts, in the order in which they are offered. */
export const scripts = {
  works: { title: 'works with tools', play: works },
  explains: { title: 'explains', play: explains },
  fails: { title: 'loses its connection', play: fails },
  keepsWriting: { title: 'writes for two minutes', play: keepsWriting },
} as const satisfies Record<string, Script>;

export type ScriptName = keyof typeof scripts;

function* explains(asked: string): Generator<Move, undefined> {
  yield* thinks('reasoning-1', ['**Finding the shortest answer**', `They asked: “${asked.slice(0, 200)}”`]);
  yield* says('answer', explanation, 'final_answer');
  return undefined;
}

function* works(asked: string): Generator<Move, undefined> {
  yield* thinks('reasoning-1', ['**Looking before touching**', `The request is “${asked.slice(0, 200)}”.`]);
  yield* says('note-1', 'I look at what is there first.', 'commentary');
  yield* runs('command-1', 'ls -la src', ['total 24\n', 'beam.ts\n', 'horn.ts\n', 'lamp.ts\n'], 0);
  yield* runs('command-2', 'npm test -- lamp', testOutput, 1);
  yield* says('note-2', 'One test fails: the lamp never turns **back on** after a fault.', 'commentary');
  yield* calls('tool-1', 'manuals', 'search', { query: 'restart after fault' }, undefined);
  yield* calls('tool-2', 'harbour', 'forecast', { hours: 12 }, 'the harbour office does not answer');
  yield { item: fileChange('inProgress'), pause: 700 };
  yield { item: fileChange('completed'), pause: 300 };
  yield* runs(
    'command-3',
    'npm test -- lamp',
    [' ✓ lamp.test.ts (4 tests) 12ms\n', '4 passed, 0 failed\n'],
    0,
  );
  yield* says('answer', workDone, 'final_answer');
  return undefined;
}

function* fails(asked: string): Generator<Move, StoredTurnError> {
  yield* thinks('reasoning-1', [
    '**A long way round**',
    `For “${asked.slice(0, 200)}” the whole log is needed.`,
  ]);
  yield* runs(
    'command-1',
    'tail -f /var/log/lighthouse.log',
    ['03:12 fog\n', '03:14 fog\n', '03:19 fo'],
    'running',
  );
  yield* says('note-1', 'The log stops in the middle of a line, which is', 'commentary');
  return {
    message: 'stream disconnected before completion: the assistant’s connection was lost',
    codexErrorInfo: 'responseStreamDisconnected',
  };
}

function* keepsWriting(): Generator<Move, undefined> {
  const hours = Array.from({ length: 40 }, (_, hour) => `${hour + 1}. ${logbook[hour % logbook.length]}`);
  yield* says('answer', `The keeper’s logbook, from dusk on:\n\n${hours.join('\n')}`, 'final_answer', 90);
  return undefined;
}

/** A message, word for word as it comes. */
function* says(id: string, text: string, phase: string, pause = 28): Generator<Move, void> {
  for (const end of wordEnds(text))
    yield { item: { type: 'agentMessage', id, text: text.slice(0, end), phase }, pause };
}

/** A thought, part by part. */
function* thinks(id: string, parts: string[]): Generator<Move, void> {
  for (let count = 1; count <= parts.length; count++)
    yield { item: { type: 'reasoning', id, summary: parts.slice(0, count), content: [] }, pause: 450 };
}

/**
 * A command, with its output as it comes.
 * @param end its exit code, or that it is left running
 */
function* runs(
  id: string,
  command: string,
  output: string[],
  end: number | 'running',
): Generator<Move, void> {
  const item: CommandExecutionItem = {
    type: 'commandExecution',
    id,
    command,
    cwd: workFolder,
    source: 'agent',
    status: 'inProgress',
    commandActions: [],
  };
  yield { item, pause: 300 };
  for (let count = 1; count <= output.length; count++)
    yield { item: { ...item, aggregatedOutput: output.slice(0, count).join('') }, pause: 160 };
  if (end === 'running') return;
  const status = end === 0 ? 'completed' : 'failed';
  const aggregatedOutput = output.join('');
  const durationMs = 300 + 160 * output.length;
  yield { item: { ...item, aggregatedOutput, status, exitCode: end, durationMs }, pause: 250 };
}

/** A call of a tool, which fails where an error is given. */
function* calls(
  id: string,
  server: string,
  tool: string,
  args: Record<string, string | number>,
  error: string | undefined,
): Generator<Move, void> {
  const call = { type: 'mcpToolCall', id, server, tool, arguments: args } as const;
  yield { item: { ...call, status: 'inProgress' }, pause: 600 };
  const durationMs = 600;
  const result = {
    content: [{ type: 'text', text: 'See chapter 4: a fault clears only when it is acknowledged.' }],
  };
  yield {
    item:
      error === undefined
        ? { ...call, status: 'completed', result, durationMs }
        : { ...call, status: 'failed', error: { message: error }, durationMs },
    pause: 250,
  };
}

function fileChange(status: 'inProgress' | 'completed'): ThreadItem {
  const changes = [{ path: `${workFolder}/src/lamp.ts`, kind: { type: 'update' } as const, diff: lampDiff }];
  return { type: 'fileChange', id: 'change-1', status, changes };
}

/** Where each word of a text ends. */
function wordEnds(text: string): number[] {
  return [...text.matchAll(/\S+\s*/g)].map((word) => word.index + word[0].length);
}

const explanation = `A thread is kept as **lines**, and everything you see is made from them:

1. each line is appended, and never changed
2. turns and items are *projections* of the lines
3. a page of turns is one range read, however long the thread is

\`\`\`ts
const turn = await thread.startTurn('How do I sort a list?');
for await (const text of answer) turn.upsert({ type: 'agentMessage', id: 'a1', text });
await turn.complete();
\`\`\`

| what | when it is on disk |
| --- | --- |
| your message | before the answer begins |
| a word of the answer | within the write interval |
| the end of the turn | when \`complete()\` returns |

Open this conversation in a **second tab** to see it follow along, and close this tab in the middle of an answer: what was written stays, and the turn reads as interrupted.`;

const workDone = `The lamp turns back on after a fault now.

- \`src/lamp.ts\`: a fault is acknowledged before the restart
- all four tests of the lamp pass

The forecast could not be had, as the harbour office does not answer; nothing here needs it.`;

const testOutput = [
  '\n> lighthouse@1.0.0 test\n> vitest run lamp\n\n',
  ' ✓ turns on at dusk 3ms\n',
  ' ✓ turns off at dawn 2ms\n',
  ' ✓ stops on a fault 2ms\n',
  ' ✗ turns back on after a fault 5ms\n',
  '   expected "dark" to be "lit"\n\n',
  '3 passed, 1 failed\n',
];

const lampDiff = `@@ -12,6 +12,8 @@ export class Lamp {
   restart(): void {
-    if (this.fault) return;
+    // A fault clears only when it is acknowledged: manual, chapter 4.
+    this.acknowledge();
+    if (this.fault) throw new Error(\`the lamp still has a fault: \${this.fault}\`);
     this.light();
   }
`;

const logbook = [
  'Wind from the west, four. Lit the lamp and trimmed the wick.',
  'Two sails to the south, both heading home before the weather.',
  'Fog came in over the shoals. Sounded the horn every two minutes.',
  'The clockwork runs four seconds slow in the hour; wound and noted it.',
  'A heron on the gallery rail. It did not mind the light.',
  'Rain. Wiped the panes on the seaward side, and again half an hour later.',
  'All quiet. Wrote home.',
];
