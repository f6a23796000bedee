import type { ThreadStore, ThreadStoreClient, ThreadStoreEvent } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { freshName } from '../../support/stores.ts';
import { aMoment, connect, stores, until, type Client } from './clients.ts';
import { rolloutFile, threadIdOf, turnIdOf, turnLines } from './rollout-text.ts';

const threadId = threadIdOf(1);

describe.each(stores)('what a client is told over $name', ({ open }) => {
  let store: ThreadStoreClient;
  let client: Client;
  let old: Client;

  beforeEach(async () => {
    store = await open();
    client = await connect(store);
    old = await connect(store, { protocol: '0.130' });
  });
  afterEach(() => store.close());

  test('[A17] what others do to a thread that the client knows is told once', async () => {
    await store.importRollouts([rolloutFile({ threadId })]);
    await client.call('thread/list', {});
    await store.archiveThread({ threadId });
    await store.unarchiveThread({ threadId });
    await until(() => client.told.length >= 2);
    await store.updateThreadMetadata({ threadId, patch: { name: 'theirs' } });
    await store.deleteThread({ threadId });
    await until(() => client.told.some(({ method }) => method === 'thread/deleted'));
    expect(client.told.filter(({ method }) => method === 'thread/deleted')).toHaveLength(1);
  });

  test('[A17] turns and items that are being written are told as they begin and end', async () => {
    await store.importRollouts([rolloutFile({ threadId, messages: ['one'] })]);
    await store.resumeThread({ threadId });
    const lines = turnLines(threadId, 2, 'two', true);
    await store.appendItems({ threadId, items: lines.slice(0, 2) });
    await store.flushThread({ threadId });
    await until(() => client.told.length >= 3);
    await store.appendItems({ threadId, items: lines.slice(2) });
    await store.shutdownThread({ threadId });
    await until(() => client.told.length >= 6 && old.told.length >= 6);
    expect(client.told.map(({ method }) => method)).toEqual([
      'turn/started',
      'item/started',
      'item/completed',
      'item/started',
      'item/completed',
      'turn/completed',
    ]);
    const turnId = turnIdOf(threadId, 2);
    expect(client.told.map(({ params }) => params)).toMatchObject([
      { threadId, turn: { id: turnId, status: 'inProgress', items: [], completedAt: null } },
      { threadId, turnId, item: { type: 'userMessage' }, startedAtMs: expect.any(Number) },
      { threadId, turnId, item: { type: 'userMessage' }, completedAtMs: expect.any(Number) },
      { threadId, turnId, item: { type: 'agentMessage', text: 'answer to two' } },
      { threadId, turnId, item: { type: 'agentMessage' } },
      { threadId, turn: { id: turnId, status: 'completed', items: [] } },
    ]);
    expect(client.told.every(({ emittedAtMs }) => typeof emittedAtMs === 'number')).toBe(true);
    expect(old.told.map(({ method }) => method)).toEqual(client.told.map(({ method }) => method));
    expect(old.told.some((notification) => 'emittedAtMs' in notification)).toBe(false);
  });

  test('[A17] nothing is told of an import, to who did not introduce himself, or of what was opted out', async () => {
    await store.importRollouts([rolloutFile({ threadId })]);
    const deaf = await connect(store, { optOut: ['thread/archived'] });
    for (const { call } of [client, deaf]) await call('thread/list', {});
    await store.archiveThread({ threadId });
    await store.updateThreadMetadata({ threadId, includeArchived: true, patch: { name: 'n' } });
    await until(() => deaf.told.length > 0);
    await aMoment();
    expect(deaf.told.map(({ method }) => method)).toEqual(['thread/name/updated']);
    expect(client.told.map(({ method }) => method)).toEqual(['thread/archived', 'thread/name/updated']);
  });
});

test('[A17] what another store on the same database writes, as in another tab, is told, too', async () => {
  const name = freshName();
  const [here, there] = [await openDirectThreadStore({ name }), await openDirectThreadStore({ name })];
  await here.importRollouts([rolloutFile({ threadId, messages: ['one'] })]);
  const { call, told } = await connect(here);
  await call('thread/list', {});
  await there.resumeThread({ threadId });
  await there.appendItems({ threadId, items: turnLines(threadId, 2, 'two', true) });
  await there.shutdownThread({ threadId });
  await until(() => told.some(({ method }) => method === 'turn/completed'));
  await there.archiveThread({ threadId });
  await until(() => told.some(({ method }) => method === 'thread/archived'));
  expect(told.map(({ method }) => method)).toEqual([
    'turn/started',
    'item/started',
    'item/completed',
    'item/started',
    'item/completed',
    'turn/completed',
    'thread/archived',
  ]);
  await Promise.all([here.close(), there.close()]);
});

test('[A17] what became of the threads that a client knows, while a new worker was started, is told then', async () => {
  const store = createMemoryThreadStore();
  const [renamed, archived, deleted, same, unknown] = [
    threadIdOf(1),
    threadIdOf(2),
    threadIdOf(3),
    threadIdOf(4),
    threadIdOf(5),
  ];
  for (const one of [renamed, archived, deleted, same, unknown])
    await store.importRollouts([rolloutFile({ threadId: one })]);
  let tell: (event: ThreadStoreEvent) => void = () => undefined;
  // Of what happens meanwhile nobody tells.
  store.subscribe = (listener) => {
    tell = listener;
    return () => undefined;
  };
  const { call, told } = await connect(store);
  for (const one of [renamed, archived, deleted, same]) await call('thread/read', { threadId: one });
  await store.updateThreadMetadata({ threadId: renamed, patch: { name: 'theirs' } });
  for (const one of [archived, unknown]) await store.archiveThread({ threadId: one });
  await store.deleteThread({ threadId: deleted });
  expect(told).toEqual([]);
  for (let times = 0; times < 2; times++) tell({ type: 'restarted', mode: 'worker', reason: 'a test' });
  await until(() => told.length >= 3);
  await aMoment();
  expect(told).toMatchObject([
    { method: 'thread/name/updated', params: { threadId: renamed, threadName: 'theirs' } },
    { method: 'thread/archived', params: { threadId: archived } },
    { method: 'thread/deleted', params: { threadId: deleted } },
  ]);
});

describe('a store without events', () => {
  test('[A17] the client hears of what it did itself', async () => {
    const whole = createMemoryThreadStore();
    await whole.importRollouts([rolloutFile({ threadId })]);
    const methods = ['readThread', 'listThreads', 'archiveThread', 'updateThreadMetadata'] as const;
    const plain = Object.fromEntries(
      methods.map((name) => [name, whole[name].bind(whole)]),
    ) as unknown as ThreadStore;
    const { call, told } = await connect(plain);
    await call('thread/name/set', { threadId, name: 'n' });
    await call('thread/archive', { threadId });
    expect(told.map(({ method }) => method)).toEqual(['thread/name/updated', 'thread/archived']);
  });
});
