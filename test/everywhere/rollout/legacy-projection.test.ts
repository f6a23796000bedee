import { expect, test } from 'vitest';
import type { ParsedLine } from '../../../src/rollout/line.ts';
import type { Surface } from '../../../src/rollout/projection.ts';
import {
  aborted,
  answered,
  asked,
  completed,
  event,
  itemDone,
  line,
  meta,
  patched,
  ran,
  searched,
  started,
} from './make-lines.ts';
import { replay, wireTurns } from './replay.ts';

/** Each turn as `id status: item id, …`. */
async function outline(lines: ParsedLine[], surface: Surface = 'extended'): Promise<string[]> {
  const book = await replay(lines, { surface });
  return book.turns.map(
    (turn) => `${turn.turnId} ${turn.state.status}: ${Array.from(turn.items.keys()).join(', ')}`,
  );
}

async function itemsOf(...lines: ParsedLine[]): Promise<unknown[]> {
  const book = await replay(lines);
  return wireTurns(book, 'full').flatMap((turn) => turn.items);
}

const compacted = line('compacted', { message: 'shorter' });

test('[R10] a turn begins with its event and ends with its own end', async () => {
  const lines = [
    started('a', { started_at: 1 }),
    asked('x'),
    completed('a', { completed_at: 3, duration_ms: 9 }),
  ];
  const [turn] = wireTurns(await replay(lines), 'notLoaded');
  expect(turn).toMatchObject({ id: 'a', status: 'completed', startedAt: 1, completedAt: 3, durationMs: 9 });
  expect(await outline([started('a'), started('b')])).toEqual(['a inProgress: ', 'b inProgress: ']);
});

test('[R11] a turn that nothing names is named for its line, counting those that the limited policy keeps', async () => {
  const lines = [
    meta(),
    event('exec_command_output_delta'),
    line('world_state', {}),
    line('response_item', { type: 'ghost_snapshot' }),
    event('error', { message: 'not kept' }),
    line('response_item', { type: 'message', role: 'developer', content: [] }),
    event('token_count', { info: null }),
    asked('x'),
  ];
  expect(await outline(lines)).toEqual(['rollout-3 completed: item-1']);
  expect(await outline(lines, 'limited')).toEqual(['rollout-3 completed: item-1']);
});

test('[R12] a user message begins a turn, unless an event began the one in work: then it steers', async () => {
  expect(await outline([asked('x'), answered('y'), asked('z')])).toEqual([
    'rollout-0 completed: item-1, item-2',
    'rollout-2 completed: item-3',
  ]);
  expect(await outline([started('a'), asked('x'), asked('z')])).toEqual(['a inProgress: item-1, item-2']);
  expect(await outline([compacted, asked('x')])).toEqual(['rollout-0 completed: item-1']);
});

test('[R13] a user message has its text unless blank, then images, then local images', async () => {
  const elements = [{ byte_range: { start: 0, end: 1 }, placeholder: 'p' }];
  const lines = [
    asked(' x ', { images: ['u'], local_images: ['/l'], text_elements: elements }),
    asked(' \n', { images: null }),
  ];
  expect(await itemsOf(...lines)).toEqual([
    {
      type: 'userMessage',
      id: 'item-1',
      content: [
        { type: 'text', text: ' x ', text_elements: [{ byteRange: { start: 0, end: 1 }, placeholder: 'p' }] },
        { type: 'image', url: 'u' },
        { type: 'localImage', path: '/l' },
      ],
    },
    { type: 'userMessage', id: 'item-2', content: [] },
  ]);
});

test('[R14] an agent message without text is none; phase and citation are kept', async () => {
  const citation = { entries: [{ path: 'p', lineStart: 1, lineEnd: 2, note: 'n' }], rolloutIds: ['r'] };
  expect(
    await itemsOf(answered(''), answered('x', { phase: 'final_answer', memory_citation: citation })),
  ).toEqual([
    {
      type: 'agentMessage',
      id: 'item-1',
      text: 'x',
      phase: 'final_answer',
      memoryCitation: { entries: citation.entries, threadIds: ['r'] },
    },
  ]);
});

test('[R15] reasoning joins the reasoning before it, and begins anew after another item', async () => {
  const thought = (text: string) => event('agent_reasoning', { text });
  const raw = (text: string) => event('agent_reasoning_raw_content', { text });
  expect(await itemsOf(thought('a'), thought(''), raw('b'), thought('c'), searched('s'), raw('d'))).toEqual([
    { type: 'reasoning', id: 'item-1', summary: ['a', 'c'], content: ['b'] },
    expect.objectContaining({ id: 's' }),
    { type: 'reasoning', id: 'item-2', summary: [], content: ['d'] },
  ]);
});

test('[R16] an end goes to the turn it names, else to the turn in work, which it closes', async () => {
  expect(await outline([started('a'), started('b'), completed('a'), asked('x')])).toEqual([
    'a completed: ',
    'b inProgress: item-1',
  ]);
  expect(await outline([started('a'), completed('unknown'), asked('x')])).toEqual([
    'a completed: ',
    'rollout-2 completed: item-1',
  ]);
  expect(await outline([completed('unknown')])).toEqual([]);
});

test('[R17] an abort interrupts without closing; what was interrupted stays so; the last end tells the times', async () => {
  expect(await outline([started('a'), aborted('a'), asked('x'), completed('a')])).toEqual([
    'a interrupted: item-1',
  ]);
  expect(await outline([started('a'), aborted(null)])).toEqual(['a interrupted: ']);
  expect(await outline([started('a'), completed('a'), started('b'), aborted('a')])).toEqual([
    'a interrupted: ',
    'b inProgress: ',
  ]);
  const lines = [started('a'), aborted('a', { completed_at: 1, duration_ms: 2 }), completed('a')];
  const [turn] = wireTurns(await replay(lines), 'notLoaded');
  expect(turn).toEqual({ id: 'a', status: 'interrupted', itemsView: 'notLoaded', items: [] });
});

test('[R18] an error fails the turn in work, on the extended surface; not one that the turn outlived', async () => {
  const failed = [
    started('a'),
    event('error', { message: 'no', codex_error_info: 'bad_request' }),
    completed('a'),
  ];
  const [turn] = wireTurns(await replay(failed), 'notLoaded');
  expect(turn).toMatchObject({ status: 'failed', error: { message: 'no', codexErrorInfo: 'badRequest' } });
  expect(await outline(failed, 'limited')).toEqual(['a completed: ']);
  const outlived = ['thread_rollback_failed', { active_turn_not_steerable: { turn_kind: 'review' } }];
  for (const info of outlived) {
    const lines = [started('a'), event('error', { message: 'no', codex_error_info: info })];
    expect(await outline(lines)).toEqual(['a inProgress: ']);
  }
  expect(await outline([event('error', { message: 'out of any turn' })])).toEqual([]);
  const told = [started('a'), completed('a', { error: { message: 'no' } })];
  expect(await outline(told)).toEqual(['a failed: ']);
  expect(await outline(told, 'limited')).toEqual(['a completed: ']);
});

test('[R19] a rollback drops turns; numbers go on after the items that remain', async () => {
  const rollBack = (count: number) => event('thread_rolled_back', { num_turns: count });
  expect(await outline([asked('a'), searched('s'), asked('b'), asked('c'), rollBack(2), asked('d')])).toEqual(
    ['rollout-0 completed: item-1, s', 'rollout-5 completed: item-3'],
  );
  expect(await outline([asked('a'), rollBack(7), asked('b')])).toEqual(['rollout-2 completed: item-1']);
  expect(await outline([asked('a'), rollBack(0), asked('b')])).toHaveLength(2);
});

test('[R20] a compaction alone makes a turn, without items; told as an event it is an item', async () => {
  expect(await outline([compacted])).toEqual(['rollout-0 completed: ']);
  expect(await itemsOf(event('context_compacted'))).toEqual([{ type: 'contextCompaction', id: 'item-1' }]);
});

test('[R21] review mode: its request, and its result or that there was none', async () => {
  const target = { type: 'uncommittedChanges' };
  const output = { findings: [], overall_explanation: ' fine ' };
  expect(
    await itemsOf(
      event('entered_review_mode', { target, user_facing_hint: 'look' }),
      event('entered_review_mode', { target }),
      event('exited_review_mode', { review_output: output }),
      event('exited_review_mode', { review_output: { ...output, overall_explanation: ' ' } }),
      event('exited_review_mode'),
    ),
  ).toMatchObject([
    { review: 'look' },
    { review: 'Review requested.' },
    { review: 'fine' },
    { review: 'Reviewer failed to output a response.' },
    { review: 'Reviewer failed to output a response.' },
  ]);
});

test('[R22] a command or patch goes to the turn it names, also late; of an unknown turn it is dropped', async () => {
  expect(
    await outline([started('a'), started('b'), ran('c', 'a'), patched('p', 'a'), patched('q', '')]),
  ).toEqual(['a inProgress: c, p', 'b inProgress: q']);
  expect(await outline([started('a'), ran('c', 'unknown'), patched('p', 'unknown')])).toEqual([
    'a inProgress: ',
  ]);
});

test('[R23] a repeated id replaces its item in place', async () => {
  const lines = [started('a'), patched('p', 'a', 'failed'), searched('s'), patched('p', 'a')];
  const book = await replay(lines);
  const [patch] = book.turns[0]?.items.values() ?? [];
  expect(patch).toMatchObject({
    itemId: 'p',
    ordinal: 0,
    updatedAtOrdinal: 2,
    item: { status: 'completed' },
  });
});

test('[R24] the limited surface shows what Codex shows; the extended one all that the file has', async () => {
  const lines = [
    started('a'),
    ran('c', 'a', { aggregated_output: '' }),
    event('view_image_tool_call', { call_id: 'v', path: '/x.png' }),
    event('dynamic_tool_call_request', { callId: 'd', turnId: 'a', tool: 't', arguments: null }),
    event('collab_waiting_end', {
      call_id: 'w',
      sender_thread_id: 's',
      statuses: { z: { completed: 'ok' }, b: 'not_found' },
    }),
    event('guardian_assessment', {
      turn_id: 'a',
      target_item_id: 'g',
      status: 'denied',
      action: { type: 'command', command: 'rm', cwd: '/' },
    }),
  ];
  expect(await outline(lines, 'limited')).toEqual(['a inProgress: ']);
  expect(await outline(lines)).toEqual(['a inProgress: c, v, d, w, g']);
  expect(await itemsOf(...lines)).toMatchObject([
    { type: 'commandExecution', command: 'ls -l', source: 'agent', exitCode: 0, durationMs: 1002 },
    { type: 'imageView', path: '/x.png' },
    { type: 'dynamicToolCall', status: 'inProgress' },
    {
      tool: 'wait',
      status: 'failed',
      receiverThreadIds: ['b', 'z'],
      agentsStates: { b: { status: 'notFound' } },
    },
    { type: 'commandExecution', status: 'declined', command: 'rm' },
  ]);
  expect((await itemsOf(...lines))[0]).not.toHaveProperty('aggregatedOutput');
});

test('[R25] whole items: plans that are not empty; others on the extended surface, unless events tell them', async () => {
  const lines = [
    started('a'),
    itemDone('a', { type: 'Plan', id: 'p', text: 'steps' }),
    itemDone('a', { type: 'Plan', id: 'q', text: '' }),
    itemDone('unknown', { type: 'Plan', id: 'r', text: 'steps' }),
    itemDone('a', { type: 'Reasoning', id: 'told', summary_text: [] }),
    itemDone('a', { type: 'Sleep', id: 's', duration_ms: 5 }),
    itemDone('a', { type: 'Mystery', id: 'm', any: [1] }),
  ];
  expect(await outline(lines, 'limited')).toEqual(['a inProgress: p']);
  expect(await outline(lines)).toEqual(['a inProgress: p, s, m']);
  expect((await itemsOf(...lines))[2]).toEqual({ type: 'Mystery', id: 'm', any: [1] });
});

test('[R26] a user message of hook prompts only is a hook prompt; other response items are no items', async () => {
  const message = (...texts: string[]) =>
    line('response_item', {
      type: 'message',
      role: 'user',
      content: texts.map((text) => ({ type: 'input_text', text })),
    });
  const hook = '<hook_prompt hook_run_id="h&amp;1">do &lt;it&gt;</hook_prompt>';
  expect(
    await itemsOf(asked('x'), message(hook, hook), message(hook, 'more'), message('plain')),
  ).toMatchObject([
    { type: 'userMessage' },
    {
      type: 'hookPrompt',
      id: 'hook-prompt-1',
      fragments: [
        { text: 'do <it>', hookRunId: 'h&1' },
        { text: 'do <it>', hookRunId: 'h&1' },
      ],
    },
  ]);
  expect(await itemsOf(message('<hook_prompt hook_run_id=" ">x</hook_prompt>'))).toEqual([]);
});

test('[R27] two turns that say they have the same id are two turns', async () => {
  expect(await outline([started('a'), asked('x'), started('a'), asked('y'), completed('a')])).toEqual([
    'a inProgress: item-1',
    'a#2 completed: item-2',
  ]);
});
