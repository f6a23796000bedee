import { rolloutFiles } from './recordings.mjs';

/** @typedef {{ method: string, result: object }} Answer */

/**
 * Asks our app-server every method that its dialect has, over everything that was recorded.
 * @param {(path: string) => Promise<any>} load loads a module of the sources
 * @param {'legacy' | 'paginated'} era
 * @param {'0.130' | 'latest'} protocol
 * @returns {Promise<{ answers: Answer[], notifications: Answer[] }>}
 */
export async function ourAnswers(load, era, protocol) {
  const { createMemoryThreadStore } = await load('/src/memory/index.ts');
  const { createAppServer } = await load('/src/app-server/index.ts');
  const store = createMemoryThreadStore();
  await store.importRollouts(rolloutFiles(era), { surface: 'extended' });
  const server = createAppServer(store, { protocol });
  /** @type {Answer[]} */
  const answers = [];
  /** @type {Answer[]} */
  const notifications = [];
  server.onNotification((/** @type {any} */ { method, params }) =>
    notifications.push({ method, result: params }),
  );
  const ask = async (/** @type {string} */ method, /** @type {object} */ params) => {
    const { result, error } = await server.handle({ id: answers.length, method, params });
    if (error) throw new Error(`${method} ${JSON.stringify(params)}: ${error.message}`);
    answers.push({ method, result });
    return result;
  };

  const capabilities = { experimentalApi: true };
  await ask('initialize', { clientInfo: { name: 'test', version: '1' }, capabilities });
  const { data } = await ask('thread/list', { limit: 100 });
  for (const { id: threadId, historyMode } of data) {
    await ask('thread/read', { threadId });
    await ask('thread/read', { threadId, includeTurns: true });
    for (const itemsView of ['notLoaded', 'summary', 'full'])
      await ask('thread/turns/list', { threadId, itemsView });
    if (protocol === '0.130') await askOldItems(ask, threadId);
    else if (historyMode === 'paginated') await askItems(ask, threadId);
    await ask('thread/fork', { threadId });
    await ask('thread/fork', { threadId, excludeTurns: true });
    await ask('thread/name/set', { threadId, name: `name of ${threadId}` });
    await ask('thread/metadata/update', { threadId, gitInfo: { branch: 'main' } });
    await ask('thread/archive', { threadId });
    await ask('thread/list', { archived: true });
    await ask('thread/unarchive', { threadId });
    if (protocol === '0.130') await ask('thread/rollback', { threadId, numTurns: 1 });
    else await ask('thread/delete', { threadId });
    await ask('thread/loaded/list', {});
  }
  if (protocol === 'latest') await revert(ask);
  await writeTurn(store, data[0].id);
  await store.close();
  return { answers, notifications };
}

/** @param {any} ask @param {string} threadId */
async function askOldItems(ask, threadId) {
  const { data } = await ask('thread/turns/list', { threadId, itemsView: 'notLoaded', limit: 2 });
  for (const { id: turnId } of data) await ask('thread/turns/items/list', { threadId, turnId });
}

/** @param {any} ask @param {string} threadId */
async function askItems(ask, threadId) {
  const { data } = await ask('thread/items/list', { threadId, limit: 100 });
  const [{ turnId, item } = { turnId: undefined, item: undefined }] = data;
  if (turnId === undefined) return;
  await ask('thread/items/read', { threadId, turnId, itemIds: [item.id] });
  const deferOutput = { commandExecution: true, mcpToolCall: true };
  for (const ofTurn of new Set(data.map((/** @type {any} */ entry) => entry.turnId))) {
    await ask('thread/items/list', { threadId, turnId: ofTurn, deferOutput });
  }
}

/** Reverts a fork, where the store can. @param {any} ask */
async function revert(ask) {
  const { data } = await ask('thread/list', { limit: 1 });
  const threadId = data[0].id;
  const turns = await ask('thread/turns/list', { threadId, limit: 1 });
  await ask('thread/revert', { threadId, beforeTurnId: turns.data[0].id }).catch(
    (/** @type {Error} */ error) => {
      if (!error.message.includes('not supported yet')) throw error;
      console.log(`  thread/revert: ${error.message}`);
    },
  );
}

/** Writes one turn, to be told of it. @param {any} store @param {string} threadId */
async function writeTurn(store, threadId) {
  const items = (await store.listThreads({ pageSize: 1 })).items;
  const live = items.find((/** @type {any} */ thread) => thread.threadId === threadId) ?? items[0];
  await store.resumeThread({ threadId: live.threadId });
  const event = (/** @type {object} */ payload) => ({ type: 'event_msg', payload });
  const content = [{ type: 'text', text: 'hello', text_elements: [] }];
  const turn_id = 'a-new-turn';
  await store.appendItems({
    threadId: live.threadId,
    items: [
      event({ type: 'task_started', turn_id }),
      live.historyMode === 'paginated'
        ? event({
            type: 'item_completed',
            thread_id: live.threadId,
            turn_id,
            item: { type: 'UserMessage', id: 'u', content },
          })
        : event({ type: 'user_message', message: 'hello', images: [], local_images: [], text_elements: [] }),
      event({ type: 'task_complete', turn_id }),
    ],
  });
  await store.shutdownThread({ threadId: live.threadId });
  await new Promise((done) => setTimeout(done, 50));
}
