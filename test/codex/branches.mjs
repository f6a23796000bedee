import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Forks and reverts threads, here and in a real Codex: it reads what our store wrote, and cuts threads as ours does.
 * @param {object} tools
 * @param {any} tools.store
 * @param {any} tools.LiveThread
 * @param {string} tools.sessions the folder of the Codex home's rollout files
 */
export async function branches({ store, LiveThread, sessions }) {
  /** A thread of three turns, its file in the home. */
  const talk = async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'mock', cwd: '/workspace/app' });
    for (const question of ['one', 'two', 'three']) await answer(thread, question);
    await thread.close();
    await exportThread(thread.threadId);
    return thread.threadId;
  };
  /** Writes the lines of a thread's own file: those from the last session_meta on, after those of its base. */
  const exportThread = async (/** @type {string} */ threadId) => {
    const { rolloutPath } = await store.readThread({ threadId });
    const { items } = await store.loadHistory({ threadId });
    const start = items.findLastIndex((/** @type {any} */ { type }) => type === 'session_meta');
    const lines = items.slice(start).map((/** @type {unknown} */ item) => `${JSON.stringify(item)}\n`);
    writeFileSync(join(sessions, rolloutPath), lines.join(''));
  };

  const whole = await talk();
  const forked = await store.forkThread({ threadId: whole });
  const source = await talk();
  const [, second] = await turnsOf(store, source);
  const partly = await store.forkThread({ threadId: source, lastTurnId: second.turnId });
  const reverted = await talk();
  const [, , third] = await turnsOf(store, reverted);
  await store.revertThread({ threadId: reverted, beforeTurnId: third.turnId });
  for (const threadId of [forked.threadId, partly.threadId, reverted]) {
    const thread = await LiveThread.resume(store, { threadId });
    await answer(thread, 'and now');
    await thread.close();
    await exportThread(threadId);
  }
  return {
    forks: [
      { threadId: forked.threadId, source: whole },
      { threadId: partly.threadId, source },
    ],
    reverted,
    cut: await talk(),
    branched: await talk(),
  };
}

/**
 * Compares what the real Codex lists of forks and of a reverted thread that our store wrote. In a home that is new to it
 * Codex knows of a fork's base once that was resumed, and of a reverted thread the newest file only; of its own, too.
 * @param {any} store
 * @param {{ forks: { threadId: string, source: string }[], reverted: string }} threads
 * @param {(method: string, params: object) => Promise<any>} ask
 * @param {string[]} differences
 */
export async function compareBranches(store, { forks, reverted }, ask, differences) {
  for (const { threadId, source } of forks) {
    await ask('thread/resume', { threadId: source });
    await ask('thread/resume', { threadId });
    same(differences, 'fork read', await turnIds(store, threadId), await theirTurnIds(ask, threadId));
  }
  await ask('thread/resume', { threadId: reverted });
  const ours = await turnIds(store, reverted);
  same(differences, 'reverted thread', ours.slice(-1), await theirTurnIds(ask, reverted));
}

/**
 * Has the real Codex revert and fork threads that our store has, too, and compares what came of it.
 * @param {any} store
 * @param {{ cut: string, branched: string }} threads
 * @param {(method: string, params: object) => Promise<any>} ask
 * @param {string[]} differences
 */
export async function compareCuts(store, { cut, branched }, ask, differences) {
  const [, second] = await turnsOf(store, cut);
  const beforeTurnId = second.turnId;
  await ask('thread/resume', { threadId: cut });
  const before = await ask('thread/read', { threadId: cut });
  const theirs = await ask('thread/revert', { threadId: cut, beforeTurnId });
  const ours = await store.revertThread({ threadId: cut, beforeTurnId });
  same(differences, 'revert: turns', await turnIds(store, cut), await theirTurnIds(ask, cut));
  same(differences, 'revert: preview', ours.preview, theirs.thread.preview);
  same(differences, 'revert: recencyAt', Math.floor(ours.recencyAt / 1000), before.thread.recencyAt);

  const [first] = await turnsOf(store, branched);
  await ask('thread/resume', { threadId: branched });
  for (const boundary of [{}, { lastTurnId: first.turnId }, { beforeTurnId: first.turnId }]) {
    const { thread } = await ask('thread/fork', { threadId: branched, ...boundary });
    const fork = await store.forkThread({ threadId: branched, ...boundary });
    same(
      differences,
      `fork ${Object.keys(boundary).join()}: turns`,
      await turnIds(store, fork.threadId),
      await theirTurnIds(ask, thread.id),
    );
    same(differences, 'fork: forkedFromId', fork.forkedFromId, thread.forkedFromId);
  }
}

/** @param {string[]} differences @param {string} what @param {unknown} a @param {unknown} b */
function same(differences, what, a, b) {
  const [ours, theirs] = [JSON.stringify(a), JSON.stringify(b)];
  if (ours !== theirs) differences.push(`${what}\n  ours:   ${ours}\n  theirs: ${theirs}`);
}

/** @param {any} thread @param {string} question */
async function answer(thread, question) {
  const turn = await thread.startTurn(question);
  turn.upsert({
    type: 'agentMessage',
    id: `a-${turn.turnId}`,
    text: `about ${question}`,
    phase: 'final_answer',
  });
  await turn.complete();
}

/** @param {any} store @param {string} threadId */
async function turnsOf(store, threadId) {
  return (await store.listTurns({ threadId, sortDirection: 'asc' })).turns;
}

/** @param {any} store @param {string} threadId */
async function turnIds(store, threadId) {
  return (await turnsOf(store, threadId)).map((/** @type {any} */ turn) => turn.turnId);
}

/** @param {(method: string, params: object) => Promise<any>} ask @param {string} threadId */
async function theirTurnIds(ask, threadId) {
  const { data } = await ask('thread/turns/list', { threadId, sortDirection: 'asc', limit: 100 });
  return data.map((/** @type {any} */ turn) => turn.id);
}
