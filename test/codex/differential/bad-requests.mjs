/** @typedef {import('../real-server.mjs').Call} Call */
/** @typedef {import('./walk.mjs').Answered} Answered */
/** @typedef {{ threadId: string, otherId: string, turnId: string | undefined }} Known threads, and a turn of the first */

const ODD_VALUES = [
  null,
  true,
  5,
  0,
  -1,
  1.5,
  4_294_967_295,
  4_294_967_296,
  '',
  'x',
  [],
  ['x'],
  {},
  { type: 'item' },
];
const NOBODY = '01a203d6-0000-7000-8000-000000000000';
const ODD_IDS = [
  NOBODY,
  'not-a-uuid',
  ' ',
  '{01a203d6-0000-7000-8000-000000000000}',
  '01a203d600007000800000000000000',
];

/** The fields that each method takes, beside threadId. @type {Record<string, string[]>} */
const fields0130 = {
  'thread/list': [
    'cursor',
    'limit',
    'sortKey',
    'sortDirection',
    'modelProviders',
    'sourceKinds',
    'archived',
    'cwd',
    'useStateDbOnly',
    'searchTerm',
  ],
  'thread/read': ['threadId', 'includeTurns'],
  'thread/turns/list': ['threadId', 'cursor', 'limit', 'sortDirection', 'itemsView'],
  'thread/loaded/list': ['cursor', 'limit'],
};
/** @type {Record<string, string[]>} */
const fieldsLatest = {
  ...fields0130,
  'thread/list': [
    ...(fields0130['thread/list'] ?? []),
    'excludedThreadIds',
    'parentThreadId',
    'ancestorThreadId',
    'originators',
    'includeAttachedThreads',
    'sectionId',
  ],
  'thread/items/list': ['threadId', 'turnId', 'cursor', 'limit', 'sortDirection', 'deferOutput'],
  'thread/items/read': ['threadId', 'turnId', 'itemIds'],
};

/**
 * Asks what a client should not ask. What of it is answered is not compared, only what is refused, and how.
 * @param {Call} call @param {'0.130' | 'latest'} protocol @param {Known} known
 * @returns {Promise<Answered[]>}
 */
export async function askBadly(call, protocol, { threadId, otherId, turnId }) {
  /** @type {Answered[]} */
  const answered = [];
  const ask = async (
    /** @type {string} */ method,
    /** @type {unknown} */ params,
    /** @type {string} */ label = '',
  ) => {
    const answer = await call(method, params);
    answered.push({ method, label: `${method} ${label || JSON.stringify(params)}`, answer });
    return answer.result;
  };
  const good = { threadId, turnId, itemIds: ['x'] };
  for (const [method, fields] of Object.entries(protocol === '0.130' ? fields0130 : fieldsLatest)) {
    const takes = (/** @type {string} */ field) => fields.includes(field);
    const plain = Object.fromEntries(Object.entries(good).filter(([field]) => takes(field)));
    for (const field of fields)
      for (const value of ODD_VALUES) await ask(method, { ...plain, [field]: value });
    for (const params of [undefined, null, [], [threadId], 'x', 5, {}]) await ask(method, params);
    await ask(method, { ...plain, of_tomorrow: 1 });
    if (takes('threadId')) for (const id of ODD_IDS) await ask(method, { ...plain, threadId: id });
  }
  for (const method of ['thread/bogus', '', 'thread', 'Thread/List', 'thread/list ']) await ask(method, {});
  for (const method of [
    'thread/archive',
    'thread/unarchive',
    'thread/fork',
    ...(protocol === '0.130' ? [] : ['thread/delete', 'thread/items/list']),
  ])
    for (const id of [...ODD_IDS, 5]) await ask(method, { threadId: id });
  for (const id of ODD_IDS) {
    await ask('thread/name/set', { threadId: id, name: 'n' });
    await ask('thread/metadata/update', { threadId: id, gitInfo: { branch: 'b' } });
  }
  for (const name of ['', '  ', 5, null]) await ask('thread/name/set', { threadId, name });
  for (const gitInfo of [null, {}, { sha: '' }, { branch: ' ' }, { originUrl: 5 }, 'x', { other: 1 }])
    await ask('thread/metadata/update', { threadId, gitInfo });
  await askWithForeignCursors(ask, protocol, { threadId, otherId, turnId });
  return answered;
}

/** @param {(method: string, params: unknown, label: string) => Promise<any>} ask @param {'0.130' | 'latest'} protocol @param {Known} known */
async function askWithForeignCursors(ask, protocol, { threadId, otherId, turnId }) {
  const lists = [
    { name: 'turns', method: 'thread/turns/list', params: { threadId, limit: 1 } },
    { name: 'turns of another thread', method: 'thread/turns/list', params: { threadId: otherId, limit: 1 } },
    {
      name: 'turns, whole',
      method: 'thread/turns/list',
      params: { threadId, limit: 1, itemsView: 'full', sortDirection: 'asc' },
    },
    { name: 'threads', method: 'thread/list', params: { limit: 1 } },
    {
      name: 'threads by change',
      method: 'thread/list',
      params: { limit: 1, sortKey: 'updated_at', sortDirection: 'asc' },
    },
    ...(protocol === '0.130'
      ? []
      : [
          { name: 'items', method: 'thread/items/list', params: { threadId, limit: 1 } },
          {
            name: 'items of a turn',
            method: 'thread/items/list',
            params: { threadId, turnId, limit: 1, sortDirection: 'desc' },
          },
          {
            name: 'items of another thread',
            method: 'thread/items/list',
            params: { threadId: otherId, limit: 1 },
          },
        ]),
  ];
  /** @type {[string, string][]} */
  const cursors = [
    ['garbage', 'garbage'],
    ['JSON', '{}'],
    ['nothing', ''],
  ];
  for (const { name, method, params } of lists) {
    const page = await ask(method, params, `${name}: first page`);
    if (page?.nextCursor) cursors.push([`next of ${name}`, page.nextCursor]);
    if (page?.backwardsCursor) cursors.push([`back of ${name}`, page.backwardsCursor]);
  }
  for (const { name, method, params } of lists)
    for (const [from, cursor] of cursors)
      await ask(method, { ...params, cursor }, `${name} with cursor ${from}`);
}

/** How a server refuses, without the words of its parser. @param {Answered['answer'] | undefined} answer */
export function refusal(answer) {
  if (!answer?.error) return 'answered';
  const { code, message } = answer.error;
  if (/unknown variant `[^`]*`, expected one of `initialize`|unknown method/.test(message))
    return `${code} unknown method`;
  if (message.startsWith('Invalid request: missing field')) return `${code} ${message}`;
  if (message.startsWith('Invalid request:')) return `${code} malformed`;
  return `${code} ${message.replace(/(invalid cursor|invalid (?:(?:excluded |parent |ancestor )?thread|session) id): .*$/s, '$1')}`;
}
