import { ThreadStoreError, UnsupportedThreadStore } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { describe, expect, test } from 'vitest';
import { createAppServer } from '../../../src/app-server/create-app-server.ts';
import { connect } from './clients.ts';
import { rolloutFile, threadIdOf } from './rollout-text.ts';

class StoreWithNothing extends UnsupportedThreadStore {}

const unknown = threadIdOf(9999);
const clientInfo = { name: 'test', version: '1' };

describe.each(['0.130', 'latest'] as const)('requests in %s', (protocol) => {
  test('[A6] a client introduces itself first, once, and with what is needed', async () => {
    const server = createAppServer(createMemoryThreadStore(), { protocol, codexHome: '/home' });
    const ask = (method: string, params: unknown) => server.handle({ id: 'a', method, params });
    expect(await ask('thread/list', {})).toEqual({
      id: 'a',
      error: { code: -32600, message: 'Not initialized' },
    });
    expect(await ask('initialize', {})).toMatchObject({
      error: { code: -32600, message: 'Invalid request: missing field `clientInfo`' },
    });
    expect(await ask('initialize', { clientInfo })).toMatchObject({
      result: { codexHome: '/home', platformFamily: 'unix', userAgent: expect.stringContaining('test/1') },
    });
    expect(await ask('initialize', { clientInfo })).toMatchObject({
      error: { message: 'Already initialized' },
    });
  });

  test.each([
    [undefined, 'missing field `params`'],
    [null, 'missing field `params`'],
    [[], '`params` must be an object'],
    ['text', '`params` must be an object'],
    [{}, 'missing field `threadId`'],
    [{ threadId: 5 }, '`threadId` must be a string'],
    [{ threadId: null }, '`threadId` must be a string'],
    [{ threadId: unknown, includeTurns: 'yes' }, '`includeTurns` must be true or false'],
    [{ threadId: unknown, includeTurns: null }, '`includeTurns` must be true or false'],
  ])('[A6] thread/read with %j is refused by the name of its field', async (params, words) => {
    const { call } = await connect(createMemoryThreadStore(), { protocol });
    const message = `Invalid request: ${words}`;
    expect(await call('thread/read', params)).toMatchObject({ error: { code: -32600, message } });
  });

  test.each([-1, 1.5, '5', true, 2 ** 32, NaN])('[A9] a limit of %j is refused', async (limit) => {
    const { call } = await connect(createMemoryThreadStore(), { protocol });
    for (const method of ['thread/list', 'thread/loaded/list']) {
      const { error } = await call(method, { limit });
      expect(error).toMatchObject({ code: -32600, message: expect.stringContaining('`limit`') });
    }
  });

  test('[A6] a method that the dialect does not have is refused', async () => {
    const { call } = await connect(createMemoryThreadStore(), { protocol });
    const foreign =
      protocol === '0.130'
        ? ['thread/items/list', 'thread/items/read', 'thread/delete', 'thread/revert', 'thread/search']
        : ['thread/turns/items/list', 'thread/rollback'];
    for (const method of [...foreign, 'turn/start', '', 'constructor', '__proto__']) {
      const { error } = await call(method, {});
      expect(error).toMatchObject({
        code: -32600,
        message: expect.stringContaining(`unknown method \`${method}\``),
      });
    }
  });

  test('[A8] a thread may be named by any form of its UUID', async () => {
    const store = createMemoryThreadStore();
    const threadId = threadIdOf(10);
    await store.importRollouts([rolloutFile({ threadId })]);
    const { call } = await connect(store, { protocol });
    const forms = [
      threadId,
      threadId.toUpperCase(),
      threadId.replaceAll('-', ''),
      `urn:uuid:${threadId}`,
      `{${threadId}}`,
    ];
    for (const form of forms) {
      expect(await call('thread/read', { threadId: form })).toMatchObject({
        result: { thread: { id: threadId } },
      });
    }
    for (const form of ['', 'x', ` ${threadId}`, `${threadId}0`]) {
      const { error } = await call('thread/read', { threadId: form });
      expect(error).toMatchObject({ code: -32600, message: expect.stringContaining('invalid thread id') });
      const named = protocol === 'latest' ? 'session' : 'thread';
      for (const method of ['thread/archive', 'thread/unarchive', 'thread/fork']) {
        const refused = await call(method, { threadId: form });
        expect(refused.error?.message).toContain(`invalid ${named} id`);
      }
    }
  });

  test('[A4] over a store that does nothing, every method says so', async () => {
    const { call } = await connect(new StoreWithNothing(), { protocol });
    const threadId = unknown;
    const requests: [string, object][] = [
      ['thread/list', {}],
      ['thread/read', { threadId }],
      ['thread/turns/list', { threadId }],
      ['thread/archive', { threadId }],
      ['thread/unarchive', { threadId }],
      ['thread/name/set', { threadId, name: 'x' }],
      ['thread/metadata/update', { threadId, gitInfo: { branch: 'x' } }],
      ['thread/fork', { threadId }],
      ...(protocol === '0.130'
        ? ([
            ['thread/turns/items/list', { threadId: 'thr_123', turnId: 'turn_456' }],
            ['thread/rollback', { threadId, numTurns: 1 }],
          ] satisfies [string, object][])
        : ([
            ['thread/items/list', { threadId }],
            ['thread/items/read', { threadId, turnId: 't', itemIds: ['i'] }],
            ['thread/delete', { threadId }],
            ['thread/revert', { threadId, beforeTurnId: 't' }],
            ['thread/timeline/list', { threadId }],
          ] satisfies [string, object][])),
    ];
    for (const [method, params] of requests) {
      expect(await call(method, params)).toEqual({
        id: expect.anything(),
        error: { code: -32601, message: `${method} is not supported yet` },
      });
    }
    expect(await call('thread/loaded/list', {})).toMatchObject({ result: { data: [], nextCursor: null } });
  });

  test.each([
    ['conflict', protocol === '0.130' ? -32603 : -32600],
    ['invalid_request', -32600],
    ['resource_exhausted', -32603],
    ['internal', -32603],
    ['unavailable', -32603],
    ['aborted', -32603],
  ] as const)("[A5] a store's %s becomes %d with its words", async (code, expected) => {
    class FailingStore extends UnsupportedThreadStore {
      override listTurns(): Promise<never> {
        return Promise.reject(new ThreadStoreError(code, 'the words'));
      }
    }
    const { call } = await connect(new FailingStore(), { protocol });
    expect(await call('thread/turns/list', { threadId: unknown })).toMatchObject({
      error: { code: expected, message: 'the words' },
    });
  });

  test('[A5] whatever a store throws is an answer', async () => {
    for (const thrown of [
      new TypeError('oops'),
      'text',
      undefined,
      null,
      { message: 5 },
      Object.create(null),
    ]) {
      class ThrowingStore extends UnsupportedThreadStore {
        override listTurns(): never {
          throw thrown as Error;
        }
      }
      const { call } = await connect(new ThrowingStore(), { protocol });
      expect(await call('thread/turns/list', { threadId: unknown })).toMatchObject({
        error: { code: -32603 },
      });
    }
  });
});

describe('experimental methods and fields', () => {
  test.each([
    ['0.130', 'thread/turns/list', { threadId: unknown }, 'thread/turns/list'],
    ['0.130', 'thread/turns/items/list', { threadId: unknown, turnId: 't' }, 'thread/turns/items/list'],
    ['0.130', 'thread/fork', { threadId: 'x', excludeTurns: true }, 'thread/fork.excludeTurns'],
    ['latest', 'thread/items/read', { threadId: unknown, turnId: 't', itemIds: ['i'] }, 'thread/items/read'],
    ['latest', 'thread/search', { searchTerm: '' }, 'thread/search'],
    ['latest', 'thread/searchOccurrences', { threadId: 'x', searchTerm: '' }, 'thread/searchOccurrences'],
    ['latest', 'thread/timeline/list', { threadId: 'x' }, 'thread/timeline/list'],
    ['latest', 'thread/fork', { threadId: 'x', beforeTurnId: 't' }, 'thread/fork.beforeTurnId'],
    ['latest', 'thread/list', { parentThreadId: unknown }, 'thread/list.parentThreadId'],
    ['latest', 'thread/list', { ancestorThreadId: unknown }, 'thread/list.ancestorThreadId'],
    [
      'latest',
      'thread/metadata/update',
      { threadId: 'x', projectId: 'p' },
      'thread/metadata/update.projectId',
    ],
  ] as const)(
    '[A5] %s refuses %s with %j without the capability',
    async (protocol, method, params, gated) => {
      const { call } = await connect(createMemoryThreadStore(), { protocol, experimentalApi: false });
      const message = `${gated} requires experimentalApi capability`;
      expect(await call(method, params)).toMatchObject({ error: { code: -32600, message } });
      const able = await connect(createMemoryThreadStore(), { protocol });
      expect((await able.call(method, params)).error?.message).not.toBe(message);
    },
  );

  test('[A5] what is malformed is said before that; what is set to nothing is not set', async () => {
    const store = createMemoryThreadStore();
    const old = await connect(store, { protocol: '0.130', experimentalApi: false });
    expect((await old.call('thread/turns/list', {})).error?.message).toContain('threadId');
    expect((await old.call('thread/fork', { threadId: 'x', excludeTurns: false })).error?.message).toContain(
      'UUID',
    );
    const today = await connect(store, { experimentalApi: false });
    expect((await today.call('thread/fork', { threadId: 'x', beforeTurnId: null })).error?.message).toContain(
      'UUID',
    );
    expect((await today.call('thread/turns/list', { threadId: unknown })).error?.message).toContain(
      'not loaded',
    );
  });
});
