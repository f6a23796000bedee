import { expect, test } from 'vitest';
import type { JsonObject } from 'idb-thread-store';
import type { ParsedLine } from '../../../src/rollout/line.ts';
import type { Surface } from '../../../src/rollout/projection.ts';
import {
  aborted,
  answer,
  asked,
  completed,
  event,
  itemDone,
  line,
  LINE_TIME,
  question,
  started,
} from './make-lines.ts';
import { replay, wireTurns } from './replay.ts';

const turnsOf = async (lines: ParsedLine[], surface: Surface = 'extended') =>
  wireTurns(await replay(lines, { format: 'paginated', surface }), 'full', 'paginated');

async function summaryIds(lines: ParsedLine[]): Promise<unknown[]> {
  const book = await replay(lines, { format: 'paginated' });
  return wireTurns(book, 'summary', 'paginated').map((turn) => turn.items.map((item) => item?.id));
}

test('[R30] each record of a turn says all of it; its first root turn stays', async () => {
  const [turn] = await turnsOf([
    started('a', { started_at: 1, root_turn_id: 'r' }),
    completed('a', { completed_at: 3, duration_ms: 4, root_turn_id: 's' }),
  ]);
  expect(turn).toEqual({
    id: 'a',
    status: 'completed',
    completedAt: 3,
    durationMs: 4,
    rootTurnId: 'r',
    itemsView: 'full',
    items: [],
  });
});

test('[R31] an end with an error failed; an abort interrupted; an abort of no turn is nothing', async () => {
  const turns = await turnsOf([
    started('a'),
    completed('a', {
      error: { message: 'no', codex_error_info: { http_connection_failed: { http_status_code: 503 } } },
    }),
    started('b'),
    aborted('b', { error: { message: 'too much' } }),
    started('c'),
    aborted(null),
  ]);
  expect(turns).toMatchObject([
    {
      status: 'failed',
      error: { message: 'no', codexErrorInfo: { httpConnectionFailed: { httpStatusCode: 503 } } },
    },
    { status: 'interrupted', error: { message: 'too much' } },
    { status: 'interrupted' },
  ]);
});

test('[R32] a turn that ended does not change; its items may, but its summary has none that came later', async () => {
  const lines = [
    started('a'),
    itemDone('a', question('q', 'x')),
    itemDone('a', answer('y', 'first', 'final_answer')),
    completed('a', { completed_at: 1 }),
    started('a'),
    aborted('a'),
    itemDone('a', answer('y', 'changed', 'final_answer')),
    itemDone('a', answer('z', 'late', 'final_answer')),
  ];
  const [turn] = await turnsOf(lines);
  expect(turn).toMatchObject({ status: 'completed', completedAt: 1 });
  expect(turn?.items).toMatchObject([{ id: 'q' }, { text: 'changed' }, { text: 'late' }]);
  expect(await summaryIds(lines)).toEqual([['q', 'y']]);
});

test('[R33] a turn has its place from its first record; items that came before it keep theirs', async () => {
  const lines = [
    itemDone('outer', { type: 'EnteredReviewMode', id: 'e', user_facing_hint: 'look' }),
    started('inner'),
    itemDone('inner', answer('y', 'x')),
    completed('inner'),
    completed('outer', { started_at: 1 }),
  ];
  const book = await replay(lines, { format: 'paginated' });
  expect(book.turns.map((turn) => turn.turnId)).toEqual(['inner', 'outer']);
  expect(book.turns.map((turn) => [...turn.items.values()].map((item) => item.ordinal))).toEqual([[1], [0]]);
  expect(await turnsOf([itemDone('never', answer('y', 'x'))])).toEqual([]);
});

test('[R34] a turn whose items are many before its record begins without one', async () => {
  const long = 'x'.repeat(100_000);
  const turns = await turnsOf([0, 1, 2].map((n) => itemDone('a', answer(`y${n}`, long))));
  expect(turns).toMatchObject([{ id: 'a', items: [{}, {}, {}] }]);
});

test('[R35] a repeated item keeps its place and the first times that are told; 0 is no end', async () => {
  const book = await replay(
    [
      started('a'),
      itemDone('a', answer('y', 'one'), { started_at_ms: 5, completed_at_ms: 0 }),
      itemDone('a', question('q', 'x')),
      itemDone('a', answer('y', 'two'), { started_at_ms: 6, completed_at_ms: 7 }),
    ],
    { format: 'paginated' },
  );
  const [first, second] = book.turns[0]?.items.values() ?? [];
  expect(first).toMatchObject({ itemId: 'y', ordinal: 0, updatedAtOrdinal: 2, createdAtMs: 5 });
  expect(first?.item).toMatchObject({ text: 'two', startedAtMs: 5, completedAtMs: 7 });
  expect(second).toMatchObject({ ordinal: 1, createdAtMs: LINE_TIME });
});

test('[R36] an item of a kind that is not known is shown as it stands, and hidden on the limited surface', async () => {
  const lines = [started('a'), itemDone('a', { type: 'Mystery', id: 'm', any: { deep: [1] } })];
  expect(await turnsOf(lines)).toMatchObject([{ items: [{ type: 'Mystery', id: 'm', any: { deep: [1] } }] }]);
  expect(await turnsOf(lines, 'limited')).toMatchObject([{ items: [] }]);
});

test('[R37] nothing else counts: no rollback, no events of a legacy thread, no implicit turns', async () => {
  const lines = [
    started('a'),
    itemDone('a', question('q', 'x')),
    asked('x'),
    event('thread_rolled_back', { num_turns: 1 }),
    event('error', { message: 'x' }),
    event('item_started', { turn_id: 'a', item: answer('s', 'x') }),
    line('compacted', { message: 'x' }),
  ];
  expect(await turnsOf(lines)).toMatchObject([{ id: 'a', items: [{ id: 'q' }] }]);
});

test('[R38] a summary has the first question and the final answer, or the last without a phase once it ended', async () => {
  const open = [
    started('a'),
    itemDone('a', answer('c', 'x', 'commentary')),
    itemDone('a', question('q', 'x')),
    itemDone('a', question('steering', 'x')),
    itemDone('a', answer('n', 'x')),
  ];
  expect(await summaryIds(open)).toEqual([['q']]);
  expect(await summaryIds([...open, aborted('a')])).toEqual([['q', 'n']]);
  const final = [
    started('a'),
    itemDone('a', answer('f', 'x', 'final_answer')),
    itemDone('a', answer('n', 'x')),
  ];
  expect(await summaryIds([...final, itemDone('a', question('q', 'x')), completed('a')])).toEqual([
    ['f', 'q'],
  ]);
});

test('[R39] a file that a command read has its whole path; a command that printed nothing has no output', async () => {
  const read = (path: string) => ({ type: 'read', cmd: 'cat', name: 'a', path });
  const command = (id: string, cwd: string, parsed_cmd: JsonObject[], aggregated_output: string) =>
    itemDone('a', {
      type: 'CommandExecution',
      id,
      command: ['cat'],
      cwd,
      parsed_cmd,
      source: 'agent',
      status: 'completed',
      aggregated_output,
    });
  const [turn] = await turnsOf([
    started('a'),
    command(
      'c1',
      'file:///w/app',
      [read('../b/./c'), read('/d'), { type: 'search', cmd: 'rg', path: 'e' }],
      '',
    ),
    command('c2', 'file:///C:/w', [read('a/b'), read('D:\\c')], '\n'),
  ]);
  expect(turn?.items).toMatchObject([
    { commandActions: [{ path: '/w/b/c' }, { path: '/d' }, { path: 'e' }] },
    { commandActions: [{ path: 'C:\\w\\a\\b' }, { path: 'D:\\c' }], aggregatedOutput: '\n' },
  ]);
  expect(turn?.items[0]).not.toHaveProperty('aggregatedOutput');
});

test('[R40] a review is shown with its findings, each with its place', async () => {
  const code_location = { absolute_file_path: '/a.ts', line_range: { start: 1, end: 2 } };
  const finding = { title: 'T', body: 'B\nC', code_location };
  const review = (overall_explanation: string, ...findings: JsonObject[]) =>
    itemDone('a', {
      type: 'ExitedReviewMode',
      id: `r${findings.length}`,
      review_output: { overall_explanation, findings },
    });
  const [turn] = await turnsOf([
    started('a'),
    review(' Fine. '),
    review('', finding),
    review('E', finding, finding),
  ]);
  const shown = '- T — /a.ts:1-2\n  B\n  C';
  expect(turn?.items).toMatchObject([
    { review: 'Fine.' },
    { review: `Review comment:\n\n${shown}` },
    { review: `E\n\nFull review comments:\n\n${shown}\n\n${shown}` },
  ]);
});
