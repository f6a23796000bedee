import { expect, test } from 'vitest';
import { rolloutLineText } from '../../../src/rollout/bare-line.ts';
import { parseRolloutLine } from '../../../src/rollout/line.ts';
import { rolloutNameOf } from '../../../src/rollout/rollout-name.ts';
import { joinShellWords } from '../../../src/rollout/shell-words.ts';
import { meta } from './make-lines.ts';

const parse = (value: unknown) => parseRolloutLine(JSON.stringify(value));

test.each([
  ['{"type":', 'not JSON'],
  ['[1]', 'not a JSON object'],
  ['null', 'not a JSON object'],
  ['{"payload":{}}', 'has no type'],
  ['{"type":"event_msg"}', 'has no payload'],
  ['{"type":"event_msg","payload":{}}', 'event_msg has no type'],
  ['{"type":"event_msg","payload":{"type":"agent_message","message":7}}', 'malformed agent_message: message'],
  ['{"type":"event_msg","payload":{"type":"task_started"}}', 'malformed task_started: turn_id'],
  ['{"type":"event_msg","payload":{"type":"item_completed","turn_id":"t","item":{"type":"Plan"}}}', 'item'],
  ['{"type":"response_item","payload":{"type":"message","role":"user"}}', 'malformed message: content'],
  ['{"type":"session_meta","payload":{"id":"x"}}', 'malformed session_meta'],
  ['{"type":"compacted","payload":{}}', 'malformed compacted'],
])('[R3] %s is rejected, and why', (text, reason) => {
  expect(parseRolloutLine(text)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
});

test.each([
  { type: 'world_state', payload: { full: true } },
  { type: 'event_msg', payload: { type: 'from_the_future', x: [1] } },
  { type: 'x', payload: null },
])('[R4] a line of an unknown type is kept as it stands, and means nothing: %j', (value) => {
  expect(parse(value)).toMatchObject({ ok: true, item: value, meaning: { kind: 'other' } });
});

test('[R5] a line tells its time, its ordinal and its size', () => {
  const text = '{"timestamp":"2026-11-22T12:00:00.123Z","ordinal":7,"type":"x","payload":{}}';
  const expected = { timestampMs: Date.UTC(2026, 10, 22, 12, 0, 0, 123), ordinal: 7, bytes: text.length };
  expect(parseRolloutLine(text)).toMatchObject(expected);
  expect(parse({ timestamp: 'soon', type: 'x', payload: {} })).toMatchObject({ timestampMs: undefined });
});

test('[R6] lines without an envelope are those of the oldest files, and come out as they went in', () => {
  const header = {
    id: 'old',
    timestamp: '2025-08-01T10:00:00.000Z',
    instructions: null,
    git: { branch: 'main' },
  };
  const lines = [header, { record_type: 'state' }, { type: 'message', role: 'user', content: [] }];
  for (const value of lines) {
    const line = parse(value);
    expect(line.ok && rolloutLineText(line.item)).toBe(JSON.stringify(value));
  }
  expect(parse(header)).toMatchObject({
    meaning: {
      kind: 'bareHeader',
      threadId: 'old',
      createdAtMs: Date.UTC(2025, 7, 1, 10),
      gitInfo: { branch: 'main' },
    },
  });
});

test.each([
  ['cli', 'cli'],
  ['mcp', 'appServer'],
  ['from_the_future', 'unknown'],
  [{ custom: 'x' }, { custom: 'x' }],
  [{ subagent: 'review' }, { subAgent: 'review' }],
  [{ internal: 'x' }, 'unknown'],
])('[R7] the source %j is %j on the wire', (source, expected) => {
  expect(meta({ source }).meaning).toMatchObject({ meta: { source: expected } });
});

test('[R7] a spawned agent is called as its session_meta says, else as its source does', () => {
  const source = {
    subagent: { thread_spawn: { parent_thread_id: 'p', depth: 1, agent_nickname: 'a', agent_type: 'b' } },
  };
  expect(meta({ source, agent_nickname: 'c' }).meaning).toMatchObject({
    meta: {
      agentNickname: 'c',
      agentRole: 'b',
      source: { subAgent: { thread_spawn: { parent_thread_id: 'p', agent_nickname: 'c', agent_role: 'b' } } },
    },
  });
});

test('[R8] session_meta names the rollout in which the history begins', () => {
  const base = { thread_id: 'r', end_ordinal_exclusive: 45, end_byte_offset: 34_812 };
  expect(meta({ history_mode: 'paginated', history_base: base }).meaning).toMatchObject({
    meta: {
      historyMode: 'paginated',
      historyBase: { rolloutId: 'r', endOrdinalExclusive: 45, endByteOffset: 34_812 },
    },
  });
});

const A = '01a20418-fcd4-71b3-a869-8656a4d7eddc';
const B = '01a20418-ff67-7ea0-83d0-7ae967d06434';

test.each([
  [`rollout-2026-11-22T16-31-16-${A}.jsonl`, { threadId: A, rolloutId: A, archived: false }],
  [
    `sessions/2026/11/22/rollout-2026-11-22T16-31-16-${A}_${B}.jsonl.zst`,
    { threadId: A, rolloutId: B, archived: false },
  ],
  [
    `C:\\codex\\archived_sessions\\rollout-2026-11-22T16-31-16-${A}.jsonl.gz`,
    { threadId: A, archived: true },
  ],
  ['archived_sessions/notes.txt', { fileName: 'notes.txt', archived: true }],
])('[R9] the name %s tells its ids', (name, expected) => {
  expect(rolloutNameOf(name)).toMatchObject(expected);
});

test('[R28] a command is joined as one would type it in a shell', () => {
  const cases: [string[], string][] = [
    [['bash', '-lc', 'seq 1 8; echo x'], "bash -lc 'seq 1 8; echo x'"],
    [['', 'a=b', "it's"], "'' 'a=b' \"it's\""],
    [["'$'", '^x', 'a^'], "\"'\"'$'\"'\" '^x' a'^'"],
    [['\\', 'é'], '"\\\\" \'é\''],
  ];
  for (const [words, expected] of cases) expect(joinShellWords(words)).toBe(expected);
});
