import { extendedEvents } from './extended-events.mjs';

/**
 * @typedef {import('./random.mjs').Random} Random
 * @typedef {{ timestamp?: string, ordinal?: number, type: string, payload: any }} Line
 * @typedef {'legacy' | 'paginated'} Era
 * @typedef {object} Given
 * @property {Line[]} lines those of the file; to be changed in place, or given back anew
 * @property {Era} era
 * @property {Random} random
 * @property {Line[]} other the lines of another recording of the era
 */

/**
 * What can happen to a file on a real machine, as a change of its lines. The ordinals of a paginated file are counted
 * anew afterwards, as the writer of such lines would have.
 * @type {Record<string, (given: Given) => Line[] | void>}
 */
export const lineMutations = {
  asRecorded: () => {},
  'last lines gone': ({ lines, random }) => lines.slice(0, random.between(2, lines.length)),
  'line repeated': ({ lines, random }) => {
    const at = random.between(1, lines.length);
    lines.splice(at, 0, structuredClone(pick(lines, at)));
  },
  'line gone': ({ lines, random }) => {
    lines.splice(random.between(1, lines.length), 1);
  },
  'lines swapped': ({ lines, random }) => {
    const at = random.between(1, lines.length - 1);
    lines.splice(at, 2, pick(lines, at + 1), pick(lines, at));
  },
  'lines in disorder': ({ lines, random }) => [pick(lines, 0), ...random.shuffled(lines.slice(1))],
  'unknown lines': ({ lines, random }) => {
    insert(lines, random, event({ type: 'of_tomorrow', turn_id: 'x', message: 'new' }));
    insert(lines, random, { type: 'line_of_tomorrow', payload: { message: 'new' } });
    insert(lines, random, { type: 'response_item', payload: { type: 'item_of_tomorrow', id: 'x' } });
  },
  'unknown fields': ({ lines }) => {
    for (const line of lines) line.payload.of_tomorrow = { deep: [1, null, 'x'] };
  },
  'fields are null': ({ lines, random }) => {
    for (const line of lines.slice(1)) nullify(line.payload, random);
  },
  'field of another type': ({ lines, random }) => {
    for (let count = 0; count < 3; count++)
      spoil(pick(lines, random.between(1, lines.length)).payload, random);
  },
  'field gone': ({ lines, random }) => {
    for (let count = 0; count < 3; count++) {
      const { payload } = pick(lines, random.between(1, lines.length));
      const [key] = random.shuffled(Object.keys(payload).filter((name) => name !== 'type'));
      if (key !== undefined) delete payload[key];
    }
  },
  'compacted within turns': ({ lines, random, era }) => {
    for (let count = 0; count < 3; count++) {
      insert(lines, random, { type: 'compacted', payload: { message: 'so far', replacement_history: [] } });
      if (era === 'legacy') insert(lines, random, event({ type: 'context_compacted' }));
    }
  },
  'rolled back, then more': ({ lines, random, other }) => {
    const at = random.between(2, lines.length);
    return [
      ...lines.slice(0, at),
      event({ type: 'thread_rolled_back', num_turns: random.between(1, 3) }),
      ...turnsOf(other),
    ];
  },
  'rolled back twice': ({ lines, random }) => {
    insert(lines, random, event({ type: 'thread_rolled_back', num_turns: 1 }));
    insert(lines, random, event({ type: 'thread_rolled_back', num_turns: 50 }));
  },
  'interrupted before any item': ({ lines, random }) => {
    for (const [turn_id, reason] of /** @type {const} */ ([
      ['empty-1', 'interrupted'],
      ['empty-2', 'replaced'],
      ['empty-3', 'budget_limited'],
    ])) {
      const at = random.between(1, lines.length);
      lines.splice(
        at,
        0,
        event({ type: 'task_started', turn_id }),
        event({ type: 'turn_aborted', turn_id, reason }),
      );
    }
  },
  'interrupted within': ({ lines, random }) => {
    const starts = lines.filter(({ payload }) => payload.type === 'task_started');
    for (const { payload } of random.shuffled(starts).slice(0, 2)) {
      const { turn_id } = payload;
      insert(lines, random, event({ type: 'turn_aborted', turn_id, reason: 'interrupted', duration_ms: 5 }));
    }
    insert(lines, random, event({ type: 'turn_aborted', reason: 'interrupted' }));
    insert(lines, random, event({ type: 'turn_aborted', turn_id: 'of-nobody', reason: 'interrupted' }));
  },
  'turns failed': ({ lines, random }) => {
    const codes = [
      'usage_limit_exceeded',
      'server_overloaded',
      { http_connection_failed: { http_status_code: 503 } },
    ];
    insert(lines, random, event({ type: 'error', message: 'no', codex_error_info: 'other' }));
    for (const { payload } of lines) {
      if (payload.type !== 'task_complete' || random.below(2) === 0) continue;
      payload.error = { message: 'it broke', codex_error_info: random.of(codes) };
    }
  },
  'turns without end': ({ lines, random }) =>
    lines.filter(({ payload }) => payload.type !== 'task_complete' || random.below(2) === 0),
  'turns without start': ({ lines, random }) =>
    lines.filter(({ payload }) => payload.type !== 'task_started' || random.below(2) === 0),
  'turn within a turn': ({ lines, random }) => {
    const at = random.between(2, lines.length);
    const inner = structuredClone(lines.filter(({ payload }) => payload.turn_id !== undefined)).map(
      (line) => {
        line.payload.turn_id = 'inner';
        return line;
      },
    );
    lines.splice(at, 0, ...inner.slice(0, 6));
  },
  'a turn begins again': ({ lines, random }) => {
    const starts = lines.filter(({ payload }) => payload.type === 'task_started');
    for (const line of starts.slice(0, 2)) insert(lines, random, structuredClone(line));
  },
  'ends come late': ({ lines }) => {
    const isEnd = (/** @type {Line} */ { payload }) => payload.type === 'task_complete';
    return [...lines.filter((line) => !isEnd(line)), ...lines.filter(isEnd)];
  },
  'ends come twice': ({ lines }) => [
    ...lines,
    ...structuredClone(lines.filter(({ payload }) => payload.type === 'task_complete')).map((line) => {
      line.payload.completed_at = 1_800_000_000;
      line.payload.duration_ms = 1;
      return line;
    }),
  ],
  'several session_metas': ({ lines, random }) => {
    const [first] = lines;
    if (!first) return;
    const again = structuredClone(first);
    again.payload.git = { commit_hash: 'abc', branch: 'größer', repository_url: 'https://example.com/r.git' };
    again.payload.cwd = '/elsewhere';
    again.payload.memory_mode = 'disabled';
    insert(lines, random, again);
    const foreign = structuredClone(first);
    foreign.payload.id = '01a20500-0000-7000-8000-000000000009';
    foreign.payload.cwd = '/of/somebody/else';
    insert(lines, random, foreign);
  },
  'other thread’s session_meta follows': ({ lines, other }) => {
    lines.splice(1, 0, structuredClone(pick(other, 0)));
  },
  'session_meta is late': ({ lines }) => {
    const [first, second] = lines;
    if (first && second) lines.splice(0, 2, second, first);
  },
  'no turn_context': ({ lines }) => lines.filter(({ type }) => type !== 'turn_context'),
  'settings change': ({ lines }) => {
    const contexts = lines.filter(({ type }) => type === 'turn_context');
    for (const [index, { payload }] of contexts.entries()) {
      payload.model = `model-${index}`;
      payload.effort = ['low', 'high', null, 'xhigh'][index % 4];
      payload.cwd = `/workspace/turn-${index}`;
    }
  },
  'no response items': ({ lines }) => lines.filter(({ type }) => type !== 'response_item'),
  'no user messages': ({ lines }) => lines.filter((line) => !isUserMessage(line)),
  'blank user message first': ({ lines }) => {
    const first = lines.find(isUserMessage);
    if (!first) return;
    if (first.payload.item) first.payload.item.content = [{ type: 'text', text: '  \n', text_elements: [] }];
    else first.payload.message = '  \n';
  },
  'image alone first': ({ lines }) => {
    const first = lines.find(isUserMessage);
    if (!first) return;
    const url = 'data:image/png;base64,AAAA';
    if (first.payload.item) first.payload.item.content = [{ type: 'image', image_url: url }];
    else Object.assign(first.payload, { message: '', images: [url], text_elements: [] });
  },
  'request after editor context': ({ lines }) => {
    const first = lines.find(isUserMessage);
    const text =
      '# Context from my IDE setup:\n\n## Active file: a.ts\n\n## My request for Codex:\n  do it\n';
    if (!first) return;
    if (first.payload.item) first.payload.item.content = [{ type: 'text', text, text_elements: [] }];
    else first.payload.message = text;
  },
  'non-ASCII names': ({ lines }) => {
    for (const payload of ownMetas(lines)) payload.cwd = '/домой/工作/größe 🙂';
    for (const line of lines.filter(isUserMessage)) {
      const text = 'Ünïcödé 次のステップ مرحبا 👩‍👩‍👧‍👦 \u2028 \u0000 \\ "x"';
      if (line.payload.item) line.payload.item.content = [{ type: 'text', text, text_elements: [] }];
      else line.payload.message = text;
    }
  },
  'very long line': ({ lines }) => {
    const answer = lines.find(
      ({ payload }) => payload.type === 'agent_message' || payload.item?.type === 'AgentMessage',
    );
    const text = 'long 長い '.repeat(200_000);
    if (answer?.payload.item) answer.payload.item.content = [{ type: 'Text', text }];
    else if (answer) answer.payload.message = text;
  },
  'an agent’s thread': ({ lines, random }) => {
    const parent_thread_id = '01a20500-0000-7000-8000-000000000002';
    const spawned = {
      source: { subagent: { thread_spawn: { parent_thread_id, depth: 1, agent_path: '/root/x' } } },
      agent_nickname: random.of(['Ada', 'Österreich', null]),
      agent_role: random.of(['explorer', null]),
      thread_source: 'subagent',
    };
    for (const payload of ownMetas(lines)) Object.assign(payload, spawned);
  },
  'a review’s thread': ({ lines, random }) => {
    const source = { subagent: random.of(['review', 'compact', { other: 'guardian' }]) };
    for (const payload of ownMetas(lines)) payload.source = source;
  },
  'run by exec': ({ lines, random }) => {
    const source = random.of(['exec', 'cli', 'mcp', 'of_tomorrow', { custom: 'atlas' }]);
    for (const payload of ownMetas(lines)) payload.source = source;
  },
  'no source and provider': ({ lines }) => {
    delete pick(lines, 0).payload.source;
    delete pick(lines, 0).payload.model_provider;
  },
  'in git': ({ lines }) => {
    pick(lines, 0).payload.git = { branch: 'main' };
  },
  'timestamps gone': ({ lines, random }) => {
    for (const line of lines.slice(1)) if (random.below(3) === 0) delete line.timestamp;
  },
  'timestamps of other forms': ({ lines }) => {
    for (const line of lines.slice(1)) line.timestamp = line.timestamp?.replace('Z', '+00:00') ?? '';
  },
  'another talk follows': ({ lines, other }) => [...lines, ...turnsOf(other)],
  'two talks in one': ({ lines, other, random }) => {
    const rest = turnsOf(other);
    const mixed = [pick(lines, 0)];
    const mine = lines.slice(1);
    while (mine.length + rest.length > 0)
      mixed.push(...(random.below(2) ? mine : rest).splice(0, random.between(1, 5)));
    return mixed;
  },
  'extended events': ({ lines, random }) => {
    const starts = lines.filter(({ payload }) => payload.type === 'task_started');
    const turn_id = starts.length > 0 ? random.of(starts).payload.turn_id : '';
    for (const payload of extendedEvents(turn_id)) insert(lines, random, event(payload));
  },
  'hook prompts': ({ lines, random }) => {
    const text = '<hook_prompt hook_run_id="run-1">do &amp; &lt;this&gt;</hook_prompt>';
    const content = [{ type: 'input_text', text }];
    insert(lines, random, { type: 'response_item', payload: { type: 'message', role: 'user', content } });
  },
  'plans and other whole items': ({ lines, random }) => {
    const starts = lines.filter(({ payload }) => payload.type === 'task_started');
    const turn_id = starts.length > 0 ? random.of(starts).payload.turn_id : '';
    const thread_id = pick(lines, 0).payload.id;
    for (const item of [
      { type: 'Plan', id: 'plan-1', text: '1. one' },
      { type: 'Plan', id: 'plan-2', text: '' },
      { type: 'Plan', id: 'plan-1', text: '1. one, again' },
      { type: 'OfTomorrow', id: 'new-1', text: 'x' },
      { type: 'AgentMessage', id: 'a-1', content: [{ type: 'Text', text: 'said' }], phase: 'commentary' },
    ])
      insert(
        lines,
        random,
        event({ type: 'item_completed', thread_id, turn_id, item, completed_at_ms: 1_795_365_000_000 }),
      );
  },
  'agent messages of all phases': ({ lines, random }) => {
    for (const { payload } of lines) {
      const said =
        payload.type === 'agent_message'
          ? payload
          : payload.item?.type === 'AgentMessage'
            ? payload.item
            : undefined;
      if (said) said.phase = random.of(['commentary', 'final_answer', null]);
    }
  },
};

/** @param {any} payload @returns {Line} */
function event(payload) {
  return { type: 'event_msg', payload };
}

/** @param {Line[]} lines @param {Random} random @param {Line} line */
function insert(lines, random, line) {
  lines.splice(random.between(1, lines.length + 1), 0, line);
}

/** @param {Line[]} lines @param {number} index */
function pick(lines, index) {
  const line = lines[index];
  if (!line) throw new Error(`there is no line ${index}`);
  return line;
}

/** The lines of a recording without what says whose they are. @param {Line[]} lines */
function turnsOf(lines) {
  return structuredClone(lines.filter(({ type }) => type !== 'session_meta'));
}

/** The payloads of the thread's own session_metas: Codex writes it again where something of it changes. @param {Line[]} lines */
function ownMetas(lines) {
  const { id } = pick(lines, 0).payload;
  return lines.flatMap(({ type, payload }) => (type === 'session_meta' && payload.id === id ? payload : []));
}

/** @param {Line} line */
function isUserMessage({ payload }) {
  return payload.type === 'user_message' || payload.item?.type === 'UserMessage';
}

/** @param {any} payload @param {Random} random */
function nullify(payload, random) {
  const optional = [
    'started_at',
    'completed_at',
    'duration_ms',
    'phase',
    'memory_citation',
    'images',
    'client_id',
    'info',
    'rate_limits',
    'last_agent_message',
    'root_turn_id',
    'effort',
    'time_to_first_token_ms',
  ];
  for (const field of optional) if (field in payload && random.below(2) === 0) payload[field] = null;
}

/** @param {any} payload @param {Random} random */
function spoil(payload, random) {
  const [key] = random.shuffled(Object.keys(payload).filter((name) => name !== 'type'));
  if (key === undefined) return;
  payload[key] = typeof payload[key] === 'string' ? 5 : 'spoiled';
}
