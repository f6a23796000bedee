import type { ThreadStoreClient } from 'idb-thread-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aMoment, connect, stores, until, type Client } from './clients.ts';
import { rolloutFile, threadIdOf, turnIdOf, turnLines } from './rollout-text.ts';

const threadId = threadIdOf(1);
const child = threadIdOf(2);
const grandchild = threadIdOf(3);

function spawnedBy(parent: string): unknown {
  return { subagent: { thread_spawn: { parent_thread_id: parent, depth: 1 } } };
}

describe.each(stores)('writing over $name', ({ open }) => {
  let store: ThreadStoreClient;
  let client: Client;
  let old: Client;

  beforeEach(async () => {
    store = await open();
    client = await connect(store);
    old = await connect(store, { protocol: '0.130' });
  });
  afterEach(() => store.close());

  const family = () =>
    store.importRollouts([
      rolloutFile({ threadId }),
      rolloutFile({ threadId: child, source: spawnedBy(threadId) }),
      rolloutFile({ threadId: grandchild, source: spawnedBy(child) }),
    ]);
  const archivedOnes = async () => {
    const { items } = await store.listThreads({ archived: true });
    return items.map((thread) => thread.threadId).sort();
  };

  test('[A12] a thread goes into the archive and out of it with those that its agents were spawned into', async () => {
    await family();
    expect((await client.call('thread/archive', { threadId })).result).toEqual({});
    expect(await archivedOnes()).toEqual([threadId, child, grandchild]);
    expect((await client.call('thread/archive', { threadId })).error?.message).toBe(
      `no rollout found for thread id ${threadId}`,
    );
    expect((await client.call('thread/name/set', { threadId, name: 'x' })).error?.code).toBe(-32600);
    expect((await client.call('thread/unarchive', { threadId })).result.thread).toMatchObject({
      id: threadId,
    });
    expect(await archivedOnes()).toEqual([]);
    expect((await client.call('thread/unarchive', { threadId })).error?.message).toBe(
      `no archived rollout found for thread id ${threadId}`,
    );
  });

  test('[A12] 0.130 brings back the thread alone', async () => {
    await family();
    await old.call('thread/archive', { threadId });
    await old.call('thread/unarchive', { threadId });
    expect(await archivedOnes()).toEqual([child, grandchild]);
  });

  test('[A12] a thread is deleted after those that its agents were spawned into', async () => {
    await family();
    await store.archiveThread({ threadId: child });
    const sawDeleted = () => client.told.filter(({ method }) => method === 'thread/deleted');
    expect((await client.call('thread/delete', { threadId })).result).toEqual({});
    await until(() => sawDeleted().length === 3);
    expect(sawDeleted().at(-1)?.params).toEqual({ threadId });
    for (const id of [threadId, child, grandchild]) {
      expect((await client.call('thread/read', { threadId: id })).error?.message).toBe(
        `thread not loaded: ${id}`,
      );
    }
    expect((await client.call('thread/delete', { threadId })).error?.code).toBe(-32600);
  });

  test('[A13] a name is trimmed, and told also when it is the same', async () => {
    await store.importRollouts([rolloutFile({ threadId })]);
    for (const name of [' one ', 'one', 'two']) {
      expect((await client.call('thread/name/set', { threadId, name })).result).toEqual({});
    }
    await aMoment();
    const names = client.told
      .filter(({ method }) => method === 'thread/name/updated')
      .map(({ params }) => params);
    expect(names).toEqual([
      { threadId, threadName: 'one' },
      { threadId, threadName: 'one' },
      { threadId, threadName: 'two' },
    ]);
    expect((await client.call('thread/name/set', { threadId, name: ' ' })).error?.message).toBe(
      'thread name must not be empty',
    );
    expect((await client.call('thread/read', { threadId })).result.thread.name).toBe('two');
  });

  test("[A13] Git's fields change one by one", async () => {
    await store.importRollouts([rolloutFile({ threadId })]);
    await store.archiveThread({ threadId });
    const update = async (gitInfo: object) =>
      (await old.call('thread/metadata/update', { threadId, gitInfo })).result?.thread.gitInfo;
    expect(await update({ sha: 'f00', branch: ' main ' })).toEqual({
      sha: 'f00',
      branch: 'main',
      originUrl: null,
    });
    expect(await update({ branch: null })).toEqual({ sha: 'f00', branch: null, originUrl: null });
    expect(await update({ sha: null })).toBeNull();
    for (const [gitInfo, words] of [
      [{}, 'at least one field'],
      [null, 'at least one field'],
      [{ sha: ' ' }, 'gitInfo.sha must not be empty'],
      [{ branch: 5 }, '`gitInfo.branch` must be a string'],
    ] as const) {
      for (const { call } of [old, client]) {
        const { error } = await call('thread/metadata/update', { threadId, gitInfo });
        expect(error).toMatchObject({ code: -32600, message: expect.stringContaining(words) });
      }
    }
  });

  describe.each(['legacy', 'paginated'] as const)('a fork of a %s thread', (historyMode) => {
    const messages = ['one', 'two', 'three'];
    const textsOf = (turns: { items: { type: string; content: { text: string }[] }[] }[]) =>
      turns.map(({ items }) => items.find(({ type }) => type === 'userMessage')?.content[0]?.text);

    beforeEach(() => store.importRollouts([rolloutFile({ threadId, historyMode, messages })]));

    test('[A14] is a thread of its own with the same history', async () => {
      const { result } = await client.call('thread/fork', {
        threadId,
        model: 'm',
        cwd: '/other',
        threadSource: 'user',
      });
      expect(result).toMatchObject({ model: 'm', cwd: '/other', modelProvider: 'mock', serviceTier: null });
      const { thread } = result;
      expect(thread).toMatchObject({
        forkedFromId: threadId,
        preview: 'one',
        historyMode,
        threadSource: 'user',
        cwd: '/other',
      });
      expect(textsOf(thread.turns)).toEqual(messages);
      await client.call('thread/delete', { threadId });
      const read = await client.call('thread/read', { threadId: thread.id, includeTurns: true });
      expect(textsOf(read.result.thread.turns)).toEqual(messages);
      await store.resumeThread({ threadId: thread.id });
      await store.appendItems({
        threadId: thread.id,
        items: turnLines(thread.id, 9, 'four', historyMode === 'paginated'),
      });
      await store.shutdownThread({ threadId: thread.id });
      const later = await client.call('thread/turns/list', { threadId: thread.id, limit: 1 });
      expect(textsOf(later.result.data)).toEqual(['four']);
    });

    test('[A14] goes through a turn or up to one', async () => {
      const fork = async (boundary: object) => {
        const { result, error } = await client.call('thread/fork', { threadId, ...boundary });
        return error?.message ?? textsOf(result.thread.turns);
      };
      expect(await fork({ lastTurnId: turnIdOf(threadId, 2) })).toEqual(['one', 'two']);
      expect(await fork({ lastTurnId: turnIdOf(threadId, 3) })).toEqual(messages);
      expect(await fork({ beforeTurnId: turnIdOf(threadId, 2) })).toEqual(['one']);
      expect(await fork({ beforeTurnId: turnIdOf(threadId, 1) })).toEqual([]);
      expect(await fork({ lastTurnId: 'x' })).toBe('turn not found: x');
      expect(await fork({ beforeTurnId: '' })).toBe('turn not found: ');
      expect(await fork({ lastTurnId: 'x', beforeTurnId: 'y' })).toContain('cannot be combined');
    });

    test('[A14] is told as one new thread, not as turns that happen', async () => {
      await client.call('thread/fork', { threadId, excludeTurns: true });
      await aMoment();
      expect(client.told.map(({ method }) => method)).toEqual(['thread/started']);
    });
  });

  test('[A14] a fork of a turn that is being written has it interrupted', async () => {
    await store.importRollouts([rolloutFile({ threadId, messages: ['one'] })]);
    await store.resumeThread({ threadId });
    await store.appendItems({ threadId, items: turnLines(threadId, 2, 'two', true).slice(0, 2) });
    await store.flushThread({ threadId });
    const { result } = await client.call('thread/fork', { threadId });
    expect(result.thread.turns.map(({ status }: { status: string }) => status)).toEqual([
      'completed',
      'interrupted',
    ]);
    const running = await client.call('thread/fork', { threadId, lastTurnId: turnIdOf(threadId, 2) });
    expect(running.error?.message).toContain('in progress');
    await store.shutdownThread({ threadId });
  });

  test('[A14] what cannot be forked is refused, and leaves nothing behind', async () => {
    await store.importRollouts([rolloutFile({ threadId })]);
    const refused = async ({ call }: Client, params: object) =>
      (await call('thread/fork', params)).error?.message;
    expect(await refused(client, { threadId: child })).toBe(`no rollout found for thread id ${child}`);
    expect(await refused(client, { threadId, ephemeral: true })).toContain('not supported yet');
    expect(await refused(client, { threadId, path: 'nope.jsonl' })).toContain('nope.jsonl');
    await store.archiveThread({ threadId });
    expect(await refused(client, { threadId })).toContain('is archived');
    expect(await refused(old, { threadId, excludeTurns: true })).toBeUndefined();
    expect((await store.listThreads({})).items).toHaveLength(1);
  });

  test('[A15] 0.130 takes back the last turns of a legacy thread, at rest or live', async () => {
    await store.importRollouts([
      rolloutFile({ threadId, historyMode: 'legacy', messages: ['one', 'two', 'three'] }),
    ]);
    const rollback = async (numTurns: number) =>
      (await old.call('thread/rollback', { threadId, numTurns })).result.thread.turns;
    expect(await rollback(1)).toHaveLength(2);
    await store.resumeThread({ threadId });
    expect(await rollback(1)).toHaveLength(1);
    await store.appendItems({ threadId, items: turnLines(threadId, 7, 'more', false) });
    await store.shutdownThread({ threadId });
    expect(await rollback(50)).toHaveLength(0);
    expect((await store.listTurns({ threadId })).turns).toEqual([]);
  });

  test('[A15] a rollback is refused where it cannot be', async () => {
    await store.importRollouts([
      rolloutFile({ threadId }),
      rolloutFile({ threadId: child, historyMode: 'legacy' }),
    ]);
    const refused = async (params: object) => (await old.call('thread/rollback', params)).error?.message;
    expect(await refused({ threadId: 'x', numTurns: 0 })).toBe('numTurns must be >= 1');
    expect(await refused({ threadId, numTurns: 1 })).toBe('paginated threads do not support thread/rollback');
    expect(await refused({ threadId: grandchild, numTurns: 1 })).toBe(`thread not found: ${grandchild}`);
    await store.resumeThread({ threadId: child });
    await store.appendItems({
      threadId: child,
      items: turnLines(child, 2, 'two', false).slice(0, 2),
    });
    expect(await refused({ threadId: child, numTurns: 1 })).toContain('in progress');
    await store.shutdownThread({ threadId: child });
  });

  test('[A15] a thread is reverted where the store can, and the client is told once', async () => {
    await store.importRollouts([rolloutFile({ threadId, messages: ['one', 'two'] })]);
    const request = { threadId, beforeTurnId: turnIdOf(threadId, 2) };
    if (!('revertThread' in store)) {
      expect((await client.call('thread/revert', request)).error).toEqual({
        code: -32601,
        message: 'thread/revert is not supported yet',
      });
      return;
    }
    const { result } = await client.call('thread/revert', request);
    expect(result).toMatchObject({ thread: { id: threadId, turns: [] } });
    const turns = await client.call('thread/turns/list', { threadId, cursor: result.turnsBackwardsCursor });
    expect(turns.result.data.map(({ id }: { id: string }) => id)).toEqual([turnIdOf(threadId, 1)]);
    const items = await client.call('thread/items/list', {
      threadId,
      cursor: result.itemsBackwardsCursor,
      sortDirection: 'desc',
    });
    expect(items.result.data).toHaveLength(2);
    expect((await client.call('thread/revert', request)).error?.code).toBe(-32600);
    await aMoment();
    expect(client.told.map(({ method }) => method)).toEqual(['thread/reverted']);
  });

  test('[A16] threads with a live writer are loaded, as far as the store tells', async () => {
    await store.importRollouts([rolloutFile({ threadId }), rolloutFile({ threadId: child })]);
    await store.resumeThread({ threadId });
    await store.resumeThread({ threadId: child });
    const { result } = await client.call('thread/loaded/list', { limit: 1 });
    if (!('listLiveThreads' in store)) return expect(result).toEqual({ data: [], nextCursor: null });
    expect(result).toEqual({ data: [threadId], nextCursor: threadId });
    expect((await client.call('thread/loaded/list', { cursor: threadId })).result).toEqual({
      data: [child],
      nextCursor: null,
    });
    expect((await client.call('thread/loaded/list', { cursor: 'x' })).error?.message).toBe(
      'invalid cursor: x',
    );
  });
});
