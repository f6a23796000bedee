import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { branches, compareBranches, compareCuts } from './branches.mjs';
import { QUIET_CONFIG, withServer } from './real-server.mjs';

/**
 * Writes threads with LiveThread, gives their rollout files to a real Codex in an empty home, and compares what its
 * app-server lists with what our store does.
 * @param {string} codex the binary
 * @param {(path: string) => Promise<any>} load loads a source module
 * @returns {Promise<{ threads: number, turns: number, items: number, differences: string[] }>}
 */
export async function compareLiveThreads(codex, load) {
  const { createMemoryThreadStore } = await load('/src/memory/index.ts');
  const { LiveThread } = await load('/src/live/live-thread.ts');
  const store = createMemoryThreadStore();
  const home = mkdtempSync(join(tmpdir(), 'codex-home-'));
  const sessions = join(home, 'sessions', '2026', '01', '01');
  mkdirSync(sessions, { recursive: true });
  writeFileSync(join(home, 'config.toml'), QUIET_CONFIG);
  const result = { threads: 0, turns: 0, items: 0, differences: /** @type {string[]} */ ([]) };
  try {
    const threadIds = [
      await plainTalk(LiveThread, store),
      await allKinds(LiveThread, store),
      await endings(LiveThread, store),
    ];
    for (const threadId of threadIds) {
      const { rolloutPath } = await store.readThread({ threadId });
      const { items } = await store.loadHistory({ threadId });
      const lines = items.map((/** @type {unknown} */ item) => `${JSON.stringify(item)}\n`);
      writeFileSync(join(sessions, rolloutPath), lines.join(''));
    }
    const branched = await branches({ store, LiveThread, sessions });
    await withServer(codex, home, async (call) => {
      const ask = async (/** @type {string} */ method, /** @type {object} */ params) => {
        const { result, error } = await call(method, params);
        if (error) throw new Error(JSON.stringify(error));
        return result;
      };
      const listed = await ask('thread/list', { limit: 100, modelProviders: [] });
      const known = new Map(listed.data.map((/** @type {{ id: string }} */ thread) => [thread.id, thread]));
      for (const threadId of threadIds) {
        const ours = await store.readThread({ threadId });
        const theirs = known.get(threadId);
        const compare = differences(result.differences, threadId);
        compare('preview', ours.preview, theirs?.preview);
        compare('cwd', ours.cwd, theirs?.cwd);
        compare('modelProvider', ours.modelProvider, theirs?.modelProvider);
        // A thread that this server has not seen before lists its turns once it is resumed.
        await ask('thread/resume', { threadId });
        const page = await ask('thread/turns/list', {
          threadId,
          limit: 100,
          sortDirection: 'asc',
          itemsView: 'full',
        });
        const { turns } = await store.listTurns({
          threadId,
          pageSize: 100,
          sortDirection: 'asc',
          itemsView: 'full',
        });
        compare('turns', turns.map(turnToCompare), page.data.map(turnToCompare));
        result.threads++;
        result.turns += page.data.length;
        result.items += page.data.flatMap((/** @type {{ items: unknown[] }} */ turn) => turn.items).length;
      }
      await compareBranches(store, branched, ask, result.differences);
      await compareCuts(store, branched, ask, result.differences);
    });
    return result;
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {any} LiveThread @param {any} store */
async function plainTalk(LiveThread, store) {
  const thread = await LiveThread.start(store, { modelProvider: 'mock', cwd: '/workspace/app' });
  for (const question of ['How do I sort a list?', 'And backwards? 次 مرحبا 🙂']) {
    const turn = await thread.startTurn(question);
    for (const text of ['Use', 'Use sort', 'Use sort()']) {
      turn.upsert({ type: 'agentMessage', id: `answer-${turn.turnId}`, text, phase: 'final_answer' });
      await turn.settle();
    }
    await turn.complete();
  }
  await thread.close();
  return thread.threadId;
}

/** @param {any} LiveThread @param {any} store */
async function allKinds(LiveThread, store) {
  const thread = await LiveThread.start(store, { modelProvider: 'mock', cwd: '/workspace/app' });
  const turn = await thread.startTurn([
    { type: 'text', text: 'look', text_elements: [] },
    { type: 'image', url: 'data:image/png;base64,AAAA' },
  ]);
  const items = [
    { type: 'reasoning', id: 'r1', summary: ['**Thinking**'], content: [] },
    { type: 'plan', id: 'p1', text: '1. look' },
    {
      type: 'commandExecution',
      id: 'c1',
      command: 'npm test',
      cwd: '/workspace/app',
      source: 'agent',
      status: 'failed',
      commandActions: [{ type: 'read', command: 'cat a', name: 'a', path: '../a' }],
      aggregatedOutput: 'no\n',
      exitCode: 1,
      durationMs: 1234,
    },
    {
      type: 'fileChange',
      id: 'f1',
      status: 'completed',
      changes: [{ path: '/workspace/app/a.ts', kind: { type: 'add' }, diff: 'export {};\n' }],
    },
    {
      type: 'mcpToolCall',
      id: 'm1',
      server: 's',
      tool: 't',
      status: 'completed',
      arguments: { q: 1 },
      result: { content: [{ type: 'text', text: 'ok' }] },
      durationMs: 7,
    },
    { type: 'webSearch', id: 'w1', query: 'sort', action: { type: 'search', query: 'sort' } },
    { type: 'imageView', id: 'i1', path: '/workspace/app/a.png' },
    { type: 'contextCompaction', id: 'k1' },
    { type: 'enteredReviewMode', id: 'e1', review: 'look well' },
    { type: 'exitedReviewMode', id: 'e2', review: 'Fine.\n\nReview comment:\n\n- T — /a.ts:1-2\n  B' },
    { type: 'imageGeneration', id: 'g1', status: 'completed', result: 'AAAA', revisedPrompt: 'cat' },
    { type: 'sleep', id: 's1', durationMs: 5 },
    {
      type: 'dynamicToolCall',
      id: 'd1',
      tool: 'lookup',
      arguments: { q: 1 },
      status: 'completed',
      contentItems: [{ type: 'inputText', text: 'x' }],
      success: true,
      durationMs: 3,
    },
    { type: 'agentMessage', id: 'a1', text: 'done', phase: 'final_answer' },
  ];
  for (const item of items) turn.upsert(item);
  await turn.complete();
  await thread.close();
  return thread.threadId;
}

/** @param {any} LiveThread @param {any} store */
async function endings(LiveThread, store) {
  const thread = await LiveThread.start(store, { modelProvider: 'mock', cwd: '/workspace/app' });
  await (await thread.startTurn('fail')).fail({ message: 'no credit', codexErrorInfo: 'usageLimitExceeded' });
  await (await thread.startTurn('stop')).interrupt();
  await thread.startTurn('leave');
  await store.discardThread({ threadId: thread.threadId });
  const again = await LiveThread.resume(store, { threadId: thread.threadId });
  await (await again.startTurn('go on')).complete();
  await again.close();
  return thread.threadId;
}

/** @param {string[]} found @param {string} threadId */
function differences(found, threadId) {
  return (/** @type {string} */ what, /** @type {unknown} */ ours, /** @type {unknown} */ theirs) => {
    const [a, b] = [JSON.stringify(withoutNulls(ours)), JSON.stringify(withoutNulls(theirs))];
    if (a !== b) found.push(`${threadId} ${what}\n  ours:   ${a}\n  theirs: ${b}`);
  };
}

/** What both sides tell of a turn. @param {any} turn */
function turnToCompare({ turnId, id = turnId, status, error, items, startedAt, completedAt, durationMs }) {
  return { id, status, message: error?.message, items, startedAt, completedAt, durationMs };
}

/** A value with its fields in order and without `null`. @param {any} value @returns {unknown} */
function withoutNulls(value) {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(
    fields.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, withoutNulls(field)]),
  );
}
