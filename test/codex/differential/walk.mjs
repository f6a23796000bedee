/** @typedef {import('../real-server.mjs').Call} Call */
/** @typedef {import('../real-server.mjs').RpcAnswer} RpcAnswer */
/** @typedef {{ method: string, label: string, answer: RpcAnswer }} Answered */

const VIEWS = ['notLoaded', 'summary', 'full'];
const DIRECTIONS = ['asc', 'desc'];
const MAX_PAGES = 4;

/** Asks everything about one thread that the recordings ask. @param {Call} call @param {string} threadId @param {'0.130' | 'latest'} protocol @param {boolean} deeply @returns {Promise<Answered[]>} */
export async function askAboutThread(call, threadId, protocol, deeply) {
  /** @type {Answered[]} */
  const answered = [];
  const ask = async (
    /** @type {string} */ label,
    /** @type {string} */ method,
    /** @type {object} */ params,
  ) => {
    const answer = await call(method, { threadId, ...params });
    answered.push({ method, label: `${method} ${label}`, answer });
    return answer.result;
  };
  /** Pages through a list, and from each page back. @param {string} method @param {object} params @param {string} name @param {string} sortDirection @param {number} limit */
  const page = async (method, params, name, sortDirection, limit) => {
    let cursor = null;
    for (let number = 1; number <= MAX_PAGES; number++) {
      const label = `${name}/${sortDirection}/${limit} page ${number}`;
      const result = await ask(label, method, { ...params, cursor, limit, sortDirection });
      if (!result) return;
      const opposite = sortDirection === 'asc' ? 'desc' : 'asc';
      if (number <= 2 && result.backwardsCursor) {
        const back = { ...params, cursor: result.backwardsCursor, limit };
        await ask(`${label}, back`, method, { ...back, sortDirection: opposite });
        await ask(`${label}, first row again`, method, { ...back, sortDirection });
      }
      cursor = result.nextCursor;
      if (!cursor) return;
      if (number <= 2)
        await ask(`${label}, next turned round`, method, {
          ...params,
          cursor,
          limit,
          sortDirection: opposite,
        });
    }
  };
  await page('thread/turns/list', {}, 'by default', 'asc', 100);
  await ask('with turns', 'thread/read', { includeTurns: true });
  if (protocol !== '0.130') await page('thread/items/list', {}, 'all', 'asc', 100);
  if (!deeply) return answered;
  for (const sortDirection of DIRECTIONS) {
    for (const itemsView of VIEWS)
      await page('thread/turns/list', { itemsView }, itemsView, sortDirection, 100);
    await page('thread/turns/list', { itemsView: 'notLoaded' }, 'notLoaded', sortDirection, 2);
    if (protocol !== '0.130') await page('thread/items/list', {}, 'all', sortDirection, 3);
  }
  if (protocol !== '0.130') await askAboutItems(call, threadId, ask, page);
  return answered;
}

/** @param {Call} call @param {string} threadId @param {any} ask @param {any} page */
async function askAboutItems(call, threadId, ask, page) {
  const { result } = await call('thread/turns/list', { threadId, itemsView: 'notLoaded', limit: 100 });
  for (const { id: turnId } of result?.data.slice(0, 2) ?? []) {
    await page('thread/items/list', { turnId }, turnId, 'desc', 2);
    const deferOutput = { commandExecution: true, mcpToolCall: true };
    const items = await ask(turnId, 'thread/items/list', { turnId, limit: 100, deferOutput });
    const itemIds = items?.data.map((/** @type {any} */ { item }) => item.id) ?? [];
    await ask(turnId, 'thread/items/read', {
      turnId,
      itemIds: [...itemIds.slice(0, 3).reverse(), 'not-there'],
    });
    if (!itemIds[1]) continue;
    const cursor = { type: 'item', itemId: itemIds[1] };
    for (const sortDirection of DIRECTIONS)
      await ask(`${turnId} beside an item, ${sortDirection}`, 'thread/items/list', {
        turnId,
        sortDirection,
        cursor,
        limit: 2,
      });
  }
}

/** Asks for threads: in all orders, filtered in all ways. @param {Call} call @param {string[]} sortKeys @returns {Promise<Answered[]>} */
export async function askForThreads(call, sortKeys) {
  /** @type {Answered[]} */
  const answered = [];
  const all = {
    sourceKinds: ['cli', 'vscode', 'exec', 'appServer', 'subAgent', 'unknown'],
    modelProviders: [],
  };
  const list = async (/** @type {string} */ name, /** @type {object} */ params, pages = 100) => {
    let cursor = null;
    for (let number = 1; number <= pages; number++) {
      const answer = await call('thread/list', { ...params, cursor });
      answered.push({ method: 'thread/list', label: `thread/list ${name} page ${number}`, answer });
      if (number === 2 && answer.result?.backwardsCursor) {
        const sortDirection = 'sortDirection' in params && params.sortDirection === 'asc' ? 'desc' : 'asc';
        const back = await call('thread/list', {
          ...params,
          sortDirection,
          cursor: answer.result.backwardsCursor,
        });
        answered.push({
          method: 'thread/list',
          label: `thread/list ${name} page ${number}, back`,
          answer: back,
        });
      }
      cursor = answer.result?.nextCursor;
      if (!cursor) return;
    }
  };
  for (const sortDirection of DIRECTIONS)
    for (const sortKey of sortKeys)
      await list(`${sortKey} ${sortDirection}`, { ...all, sortKey, sortDirection, limit: 100 });
  await list('in pages of 7', { ...all, limit: 7 }, 5);
  await list('by default', {}, 3);
  await list('archived', { ...all, archived: true, limit: 100 });
  await list('of agents', { sourceKinds: ['subAgentThreadSpawn'], limit: 100 });
  await list('of reviews', { sourceKinds: ['subAgentReview', 'subAgentOther'], limit: 100 });
  await list('of exec', { sourceKinds: ['exec', 'appServer'], limit: 100 });
  await list('in a folder', { ...all, cwd: '/домой/工作/größe 🙂', limit: 100 });
  await list('of a provider', { ...all, modelProviders: ['another'], limit: 100 });
  await list('with a word', { ...all, searchTerm: 'Hello', limit: 100 });
  await list('with a word of another case', { ...all, searchTerm: 'hello', limit: 100 });
  return answered;
}
