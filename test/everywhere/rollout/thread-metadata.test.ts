import { expect, test } from 'vitest';
import { parseRolloutValue, type ParsedLine } from '../../../src/rollout/line.ts';
import {
  addToThreadMetadata,
  emptyThreadMetadata,
  type ThreadMetadata,
} from '../../../src/rollout/thread-metadata.ts';
import { asked, event, itemDone, line, LINE_TIME, meta, question, started } from './make-lines.ts';
import { replay, wireTurns } from './replay.ts';

function metadataOf(...lines: ParsedLine[]): ThreadMetadata {
  const metadata = emptyThreadMetadata();
  for (const each of lines) addToThreadMetadata(metadata, each);
  return metadata;
}

test('[R50] the first session_meta says who the thread is; copies of another thread’s do not count', () => {
  const copy = meta({ id: 'source', cwd: '/other', git: { branch: 'other' } });
  const metadata = metadataOf(meta({ forked_from_id: 'source', git: { branch: 'main' } }), copy, asked('x'));
  expect(metadata).toMatchObject({
    threadId: 'thread',
    forkedFromId: 'source',
    cwd: '/work',
    source: 'cli',
    originator: 'test',
    modelProvider: 'openai',
    gitInfo: { branch: 'main' },
    createdAt: Date.UTC(2026, 10, 22, 11),
  });
});

test('[R51] the thread’s own session_meta comes again with what changed in git', () => {
  const metadata = metadataOf(
    meta({ git: { commit_hash: 'c', branch: 'main' } }),
    meta({ cwd: '/other', git: { branch: 'next' }, memory_mode: 'disabled' }),
    meta(),
  );
  expect(metadata).toMatchObject({
    cwd: '/work',
    gitInfo: { sha: 'c', branch: 'next' },
    memoryMode: 'disabled',
  });
});

test('[R51] the thread’s own session_meta comes again with what changed, not another thread’s', () => {
  const again = meta({ cwd: '/other', model_provider: 'mock' });
  const foreign = meta({ id: 'source', cwd: '/foreign', model_provider: 'foreign' });
  expect(metadataOf(meta(), again, foreign)).toMatchObject({ cwd: '/other', modelProvider: 'mock' });
  const silent = meta({ cwd: '', model_provider: null });
  expect(metadataOf(meta(), again, silent)).toMatchObject({ cwd: '/other', modelProvider: 'mock' });
});

test.each([
  [[asked('  hello\n')], 'hello'],
  [[asked(' '), asked('second')], 'second'],
  [[asked('', { images: ['u'] }), asked('second')], '[Image]'],
  [[asked('# Context\n\n## My request for Codex:\nreal ')], 'real'],
  [[asked('<environment_context>')], '<environment_context>'],
  [[itemDone('a', question('q', ' x ')), itemDone('a', question('r', 'y'))], 'x'],
  [
    [itemDone('a', { type: 'UserMessage', id: 'q', content: [{ type: 'local_image', path: '/x' }] })],
    '[Image]',
  ],
  [[], ''],
])('[R52] the preview is what the user first wrote', (lines, preview) => {
  expect(metadataOf(meta(), ...lines)).toMatchObject({ preview });
});

test.each([
  [
    [asked('', { images: ['u'] }), asked(' '), asked('## My request for Codex:\n second '), asked('third')],
    'second',
  ],
  [[asked('', { local_images: ['/x'] }), asked('[Image]')], undefined],
  [[asked('', { images: ['u'] })], undefined],
  [[asked('first', { images: ['u'] }), asked('second')], undefined],
  [
    [
      itemDone('a', { type: 'UserMessage', id: 'q', content: [{ type: 'local_image', path: '/x' }] }),
      itemDone('a', question('r', 'second')),
    ],
    undefined,
  ],
])('[R52] a legacy thread that begins with images is called by the first text', (lines, name) => {
  expect(metadataOf(meta(), ...lines).name).toBe(name);
});

test('[R53] model, effort, approval and sandbox are the latest turn’s; the working directory is the thread’s, as its settings tell it last', () => {
  const context = {
    cwd: '/elsewhere',
    approval_policy: 'never',
    sandbox_policy: { type: 'read-only' },
    model: 'm',
  };
  const before = metadataOf(meta(), line('turn_context', { ...context, effort: 'high' }));
  expect(before).toMatchObject({
    cwd: '/work',
    model: 'm',
    reasoningEffort: 'high',
    approvalMode: 'never',
    sandboxPolicy: { type: 'read-only' },
  });
  addToThreadMetadata(before, event('thread_settings_applied', { thread_settings: { model: 'n' } }));
  expect(before).toMatchObject({ model: 'n', cwd: '/work' });
  expect(before).not.toHaveProperty('reasoningEffort');
  const moved = { thread_settings: { model: 'n', cwd: '/moved' } };
  addToThreadMetadata(before, event('thread_settings_applied', moved));
  expect(before.cwd).toBe('/moved');
});

test('[R54] updatedAt is the latest line’s time, recencyAt the latest turn’s begin; neither falls', () => {
  const early = line('x', {}, { timestamp: '2020-01-01T00:00:00.000Z' });
  const late = line('x', {}, { timestamp: '2030-01-01T00:00:00.000Z' });
  const metadata = metadataOf(meta(), started('a'), late, early);
  expect(metadata).toMatchObject({ updatedAt: Date.UTC(2030, 0, 1), recencyAt: LINE_TIME });
});

test('[R55] the token counts are the last ones told', () => {
  const count = (n: number) => event('token_count', { info: { total_token_usage: { total_tokens: n } } });
  const metadata = metadataOf(meta(), count(1), count(2), event('token_count', { info: null }));
  expect(metadata.tokenUsage).toEqual({ total_tokens: 2 });
});

const bare = (value: unknown): ParsedLine => {
  const parsed = parseRolloutValue(value, 1);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed;
};

test('[R60] a file without envelopes: each message of the user’s begins a turn; what Codex said in their name does not', async () => {
  const message = (role: string, type: string, text: string) =>
    bare({ type: 'message', role, content: [{ type, text }] });
  const lines = [
    bare({ id: 'old', timestamp: '2025-08-01T10:00:00.000Z', instructions: null }),
    bare({ record_type: 'state' }),
    message('user', 'input_text', '<environment_context>x</environment_context>'),
    message('user', 'input_text', 'first'),
    bare({ type: 'function_call', name: 'shell', arguments: '{}', call_id: 'c' }),
    message('assistant', 'output_text', 'answer'),
    message('user', 'input_text', 'second'),
  ];
  const turns = wireTurns(await replay(lines, { format: 'bare' }), 'full');
  expect(turns).toMatchObject([
    { id: 'rollout-3', status: 'completed', items: [{ id: 'item-1' }, { id: 'item-2', text: 'answer' }] },
    { id: 'rollout-6', items: [{ content: [{ text: 'second' }] }] },
  ]);
  expect(metadataOf(...lines)).toMatchObject({
    threadId: 'old',
    format: 'bare',
    preview: 'first',
    createdAt: Date.UTC(2025, 7, 1, 10),
  });
});
