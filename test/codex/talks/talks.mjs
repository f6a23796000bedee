import { join } from 'node:path';
import { agentCalls } from './agent-calls.mjs';
import { called, patched, ran, said, thought } from './model-server.mjs';
import { PIXEL, text } from './talker.mjs';

/** @typedef {import('./talker.mjs').Talker} Talker */
/** @typedef {import('./model-server.mjs').Reply} Reply */

/** @param {...object} items @returns {Reply} */
const gives = (...items) => ({ items });
/** @param {...object} items @returns {Reply} */
const hangs = (...items) => ({ items, end: 'hangs' });
/** @param {string} mode */
const inMode = (mode) => ({
  collaborationMode: {
    mode,
    settings: { model: 'gpt-test', reasoning_effort: null, developer_instructions: null },
  },
});

/**
 * What people and models do. Each makes one thread or more, which are compared once all talks are over.
 * @type {Record<string, (talker: Talker) => Promise<void>>}
 */
export const talks = {
  plain: async (talker) => {
    const thread = await talker.thread();
    await talker.turn(thread, 'hello 🙂');
    const thinks = [thought('**Think**\n\nhm'), said('first', 'commentary'), ran('echo hi; seq 1 3')];
    await talker.turn(thread, 'again\n\nwith lines', [gives(...thinks), gives(said('last', 'final_answer'))]);
  },
  'an image first': async (talker) => {
    const thread = await talker.thread();
    await talker.turn(thread, [{ type: 'image', url: PIXEL }]);
    await talker.turn(thread, 'what is it?');
  },
  'inputs of all kinds': async (talker) => {
    const thread = await talker.thread();
    const path = join(talker.cwd, 'pixel.png');
    await talker.turn(thread, [{ type: 'localImage', path }, text('look')]);
    await talker.turn(thread, [text('a'), text('b'), { type: 'image', url: PIXEL, detail: 'high' }]);
    const elements = [{ byteRange: { start: 4, end: 9 }, placeholder: '@file' }];
    await talker.turn(thread, [
      { ...text('see @file $skill'), text_elements: elements },
      { type: 'mention', name: 'file', path },
      { type: 'skill', name: 'none', path: join(talker.cwd, 'SKILL.md') },
    ]);
    await talker.turn(thread, '   ');
    await talker.turn(thread, 'a\u0000b \u2028 "q" \\');
    await talker.turn(thread, '<environment_context>not really</environment_context>');
  },
  steered: async (talker) => {
    const thread = await talker.thread();
    const turn = await talker.begin(thread, 'run', [gives(ran('sleep 1')), gives(said('took it'))]);
    const more = { clientUserMessageId: 'client-1' };
    await talker.steer(thread, turn, [text('and this'), { type: 'image', url: PIXEL }], more);
    await talker.ended(thread);
    const hanging = await talker.begin(thread, 'hang', [hangs(said('partly')), hangs()]);
    await talker.steer(thread, hanging, 'steered');
    await talker.pause(500);
    await talker.interrupt(thread, hanging);
    await talker.turn(thread, 'after');
  },
  interrupted: async (talker) => {
    const thread = await talker.thread();
    for (const reply of [hangs(), hangs(thought('t')), gives(thought('t'), ran('sleep 20'))])
      await talker.interrupt(thread, await talker.begin(thread, 'hang', [reply]));
    await talker.turn(thread, 'go on');
  },
  failing: async (talker) => {
    const thread = await talker.thread();
    const limit = {
      type: 'usage_limit_reached',
      message: 'limit',
      plan_type: 'pro',
      resets_at: 1_800_000_000,
    };
    /** @type {Reply[]} */
    const failures = [
      { status: 500 },
      { status: 401 },
      { status: 429, error: limit },
      { status: 400, error: { code: 'invalid_prompt', message: 'bad' } },
      { status: 400, error: { code: 'context_length_exceeded', message: 'too long' } },
      { status: 503, error: { code: 'server_is_overloaded', message: 'busy' } },
      { items: [said('half')], end: 'breaksOff' },
    ];
    for (const failure of failures) await talker.turn(thread, 'fail', [failure]);
    await talker.turn(thread, 'fine');
  },
  'tools of all kinds': async (talker) => {
    const thread = await talker.thread();
    const plan = { explanation: 'e', plan: [{ step: 'one', status: 'in_progress' }] };
    await talker.turn(thread, 'plan', [gives(called('update_plan', plan))]);
    await talker.turn(thread, 'patch', [
      gives(patched('*** Add File: note.txt\n+hello')),
      gives(patched('*** Update File: note.txt\n*** Move to: moved.txt\n@@\n-hello\n+bye')),
      gives(patched('*** Update File: not-there.txt\n@@\n-x\n+y')),
    ]);
    await talker.turn(thread, 'image', [gives(called('view_image', { path: 'pixel.png' }))]);
    const search = { type: 'web_search_call', status: 'completed' };
    await talker.turn(thread, 'web', [
      gives(
        { ...search, id: 'ws_1', action: { type: 'search', query: 'q', queries: ['q', 'r'] } },
        { ...search, id: 'ws_2', action: { type: 'open_page', url: 'https://x.test' } },
        { ...search, id: 'ws_3', action: { type: 'find_in_page', url: 'https://x.test', pattern: 'p' } },
        { type: 'image_generation_call', id: 'ig_1', status: 'completed', result: PIXEL.split(',')[1] },
        said('seen'),
      ),
    ]);
    await talker.turn(thread, 'unknown', [gives(called('no_such_tool', { a: 1 }))]);
  },
  commands: async (talker) => {
    const thread = await talker.thread();
    const first = [
      'mkdir sub',
      'ls -la sub',
      'rg -n foo src',
      'cat sub/a.txt',
      'cd sub && cat b.txt',
      'exit 3',
    ];
    const second = ['head -5 /etc/hosts', 'sed -n 1,3p x.txt', 'find . -name a', 'true', 'grep -r x .'];
    await talker.turn(thread, 'many', [
      gives(...first.map((cmd) => ran(cmd))),
      gives(...second.map((cmd) => ran(cmd)), ran('cat a.txt', { workdir: '/tmp' })),
      gives(ran('cat a.txt', { workdir: 'sub' }), ran('printf "\\xff\\033[31m\\r\\n"'), ran('seq 1 30000')),
    ]);
    const session = { session_id: 1, chars: '', yield_time_ms: 1500 };
    await talker.turn(thread, 'in the background', [
      gives(ran('sleep 1; echo late', { yield_time_ms: 250 })),
      gives(called('write_stdin', session)),
    ]);
  },
  'asked for approval': async (talker) => {
    const thread = await talker.thread({ approvalPolicy: 'untrusted', sandbox: 'read-only' });
    talker.decisions = ['accept', 'decline', 'acceptForSession', 'cancel'];
    for (const file of ['a', 'b', 'c', 'd']) await talker.turn(thread, file, [gives(ran(`touch ${file}`))]);
    await talker.turn(thread, 'declined', [gives(patched('*** Add File: declined.txt\n+hello'))]);
    talker.decisions = [];
  },
  'tools of servers and clients': async (talker) => {
    const { isLatest } = talker.setup;
    const dynamicTools = [
      {
        ...(isLatest ? { type: 'function' } : {}),
        name: 'lookup',
        description: 'd',
        inputSchema: { type: 'object', properties: {} },
      },
    ];
    const thread = await talker.thread({ dynamicTools });
    const ofTiny = (/** @type {string} */ tool, /** @type {object} */ args) =>
      isLatest ? called(tool, args, 'mcp__tiny') : called(`mcp__tiny__${tool}`, args);
    const tools = ['echo', 'plain', 'fails', 'rich', 'none'];
    await talker.turn(
      thread,
      'all',
      tools.map((tool) => gives(ofTiny(tool, { a: { b: [1] } }))),
    );
    await talker.turn(thread, 'the client’s', [gives(called('lookup', { q: 1 }))]);
  },
  'many messages': async (talker) => {
    const thread = await talker.thread();
    const comment = (/** @type {string} */ words) => said(words, 'commentary');
    await talker.turn(thread, 'x', [
      gives(comment('1'), thought('a'), comment('2'), ran('true')),
      gives(comment('3'), said('4', 'final_answer'), said('5', 'final_answer')),
    ]);
    await talker.turn(thread, 'nothing said', [gives(thought('only'))]);
    await talker.turn(thread, 'nothing', [gives()]);
    const parts = [
      { type: 'output_text', text: 'part 1 ' },
      { type: 'output_text', text: 'part 2' },
    ];
    await talker.turn(thread, 'parts', [gives({ ...said('x'), content: parts }, said(''), said('more'))]);
    await talker.turn(thread, 'same ids', [
      gives({ ...said('1'), id: 'same' }, { ...said('2'), id: 'same' }),
    ]);
    const same = { call_id: 'same' };
    const calls = [gives({ ...ran('echo 1'), ...same }), gives({ ...ran('echo 2'), ...same })];
    await talker.turn(thread, 'same calls', calls);
    const raw = [{ type: 'reasoning_text', text: 'raw' }];
    await talker.turn(thread, 'reasoning', [
      gives({ ...thought('a'), content: raw }, { ...thought(''), summary: [], content: raw }, said('done')),
    ]);
  },
  reviews: async (talker) => {
    const thread = await talker.thread();
    await talker.turn(thread, 'before');
    const review = (/** @type {object} */ target, /** @type {string} */ found) =>
      talker.whole(thread, 'review/start', { delivery: 'inline', target }, [
        gives(thought('r'), said(found)),
      ]);
    const code_location = { absolute_file_path: '/a.ts', line_range: { start: 1, end: 2 } };
    const finding = { title: 'T', body: 'B\n\nC\n', confidence_score: 0.5, priority: 1, code_location };
    const output = {
      findings: [finding],
      overall_correctness: 'patch is incorrect',
      overall_explanation: ' Because.',
      overall_confidence_score: 0.7,
    };
    await review({ type: 'custom', instructions: 'look well' }, JSON.stringify(output));
    const twice = { ...output, findings: [finding, finding] };
    await review({ type: 'commit', sha: 'abc', title: 'Title' }, JSON.stringify(twice));
    await review({ type: 'uncommittedChanges' }, 'no JSON');
    await talker.turn(thread, 'after');
  },
  'killed in a review': async (talker) => {
    const thread = await talker.thread();
    await talker.turn(thread, 'before');
    const target = { type: 'custom', instructions: 'look' };
    await talker.begin(thread, '', [hangs(thought('deep'))], 'review/start', { delivery: 'inline', target });
    await talker.kill();
  },
  compacted: async (talker) => {
    const thread = await talker.thread();
    await talker.turn(thread, 'one');
    await talker.whole(thread, 'thread/compact/start', {}, [gives(said('so far'))]);
    await talker.turn(thread, 'two');
    await talker.whole(thread, 'thread/compact/start', {}, [{ status: 500 }]);
    await talker.turn(thread, 'three');
  },
  forked: async (talker) => {
    const thread = await talker.thread();
    const [, second] = [await talker.turn(thread, 'one'), await talker.turn(thread, 'two')];
    const upTo = talker.setup.isLatest ? { lastTurnId: second } : {};
    await talker.turn(thread, 'three');
    const { thread: fork } = await talker.ask('thread/fork', { threadId: thread, ...upTo });
    await talker.turn(fork.id, 'forked');
    const { thread: forkOfFork } = await talker.ask('thread/fork', { threadId: fork.id });
    await talker.turn(forkOfFork.id, 'forked again');
    await talker.ask('thread/fork', { threadId: fork.id });
    await talker.turn(thread, 'four');
  },
  reverted: async (talker) => {
    const thread = await talker.thread();
    const turns = /** @type {string[]} */ ([]);
    for (const words of ['one', 'two', 'three', 'four'])
      turns.push(await talker.turn(thread, words, [gives(thought('t'), said(words))]));
    const revert = async (/** @type {number} */ count) => {
      // 0.130 tells of the end of a turn a little before it takes the next request.
      await talker.pause(200);
      await talker.ask(
        talker.setup.isLatest ? 'thread/revert' : 'thread/rollback',
        talker.setup.isLatest
          ? { threadId: thread, beforeTurnId: turns.splice(-count)[0] }
          : { threadId: thread, numTurns: count },
      );
    };
    await revert(1);
    await revert(2);
    turns.push(await talker.turn(thread, 'instead'));
    await revert(1);
    await talker.turn(thread, 'at last');
  },
  'reverted to nothing': async (talker) => {
    const thread = await talker.thread();
    const turn = await talker.turn(thread, 'one');
    await talker.turn(thread, 'two');
    await talker.pause(200);
    await (talker.setup.isLatest
      ? talker.ask('thread/revert', { threadId: thread, beforeTurnId: turn })
      : talker.ask('thread/rollback', { threadId: thread, numTurns: 2 }));
  },
  named: async (talker) => {
    const threads = [await talker.thread(), await talker.thread()];
    for (const threadId of threads) {
      await talker.turn(threadId, 'one');
      await talker.ask('thread/name/set', { threadId, name: 'A first name' });
    }
    await talker.ask('thread/name/set', { threadId: threads[0], name: '  Another 名前 ' });
    await talker.turn(threads[1] ?? '', 'two');
  },
  'settings change': async (talker) => {
    const thread = await talker.thread({ model: 'gpt-a' });
    await talker.turn(thread, 'one', [], { effort: 'low' });
    await talker.turn(thread, 'two', [], { model: 'gpt-b', effort: 'high', summary: 'detailed' });
  },
  'a shell command of the user’s': async (talker) => {
    const thread = await talker.thread();
    await talker.whole(thread, 'thread/shellCommand', { command: 'echo first' });
    await talker.turn(thread, 'one');
    const turn = await talker.begin(thread, 'hang', [hangs()]);
    await talker.ask('thread/shellCommand', { threadId: thread, command: 'echo meanwhile; exit 2' });
    await talker.pause(500);
    await talker.interrupt(thread, turn);
  },
  killed: async (talker) => {
    const thread = await talker.thread();
    await talker.turn(thread, 'one');
    const saidSoFar = [thought('deep'), said('half', 'commentary'), ran('sleep 20')];
    await talker.begin(thread, 'hang', [hangs(...saidSoFar)]);
    await talker.kill();
    await talker.ask('thread/resume', { threadId: thread, excludeTurns: true });
    await talker.turn(thread, 'after');
    await talker.begin(thread, 'hang again', [hangs(said('half'))]);
    await talker.kill();
    await talker.begin(await talker.thread(), 'first of all', [hangs()]);
    await talker.kill();
  },
  planned: async (talker) => {
    const thread = await talker.thread();
    const plan = 'before\n<proposed_plan>\n# Plan\n- one\n</proposed_plan>\nafter';
    await talker.turn(thread, 'plan it', [gives(said(plan))], inMode('plan'));
    const questions = [{ id: 'q', header: 'H', question: 'Q?', options: [{ label: 'a', description: 'd' }] }];
    const asks = gives(called('request_user_input', { questions }));
    await talker.turn(thread, 'ask me', [asks], inMode('plan'));
    await talker.turn(thread, 'do it', [], inMode('default'));
  },
  archived: async (talker) => {
    const thread = await talker.thread();
    await talker.turn(thread, 'archived and back');
    await talker.ask('thread/archive', { threadId: thread });
    await talker.ask('thread/unarchive', { threadId: thread });
  },
  'with agents': async (talker) => {
    const thread = await talker.thread();
    let step = 0;
    talker.answerBy((request) => {
      if (!request.includes('PARENT')) return gives(said('the agent’s answer'));
      const [, agent] = /(?:agent_id|thread_id)\\*":\\*"([0-9a-f-]{36})/.exec(request) ?? [];
      const [name, args] = agentCalls(agent, talker.setup.features.includes('multi_agent_v2'))[step++] ?? [];
      if (name === undefined) return gives(said('all done'));
      const space = talker.setup.features.includes('multi_agent_v2') ? 'collaboration' : 'multi_agent_v1';
      return gives(called(name, args ?? {}, talker.setup.isLatest ? space : undefined));
    });
    await talker.turn(thread, 'PARENT');
    await talker.pause(500);
    talker.answerBy(undefined);
  },
  'asked by features of tomorrow': async (talker) => {
    if (!talker.setup.features.includes('send_message_to_user_async')) return;
    const thread = await talker.thread();
    await talker.turn(thread, 'go', [
      gives(called('send_message_to_user_async', { message: 'meanwhile' })),
      gives(called('curr_time', {}, 'clock')),
      gives(said('done')),
    ]);
  },
  long: async (talker) => {
    const thread = await talker.thread();
    for (let turn = 0; turn < 12; turn++)
      await talker.turn(thread, `q${turn}`, [gives(thought(`t${turn}`), said(`a${turn}`))]);
  },
};
