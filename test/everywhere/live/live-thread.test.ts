import { LiveThread, type ThreadItem, type ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openFreshDirectStore } from '../../support/stores.ts';

const stores = [
  { name: 'memory', open: async () => createMemoryThreadStore() },
  { name: 'IndexedDB', open: openFreshDirectStore },
];

describe.each(stores)('LiveThread over $name', ({ open }) => {
  let store: ThreadStoreClient;
  beforeEach(async () => {
    store = await open();
  });
  afterEach(() => store.close());

  const turnsOf = async ({ threadId }: LiveThread) =>
    (await store.listTurns({ threadId, sortDirection: 'asc', itemsView: 'full' })).turns;
  const answer = (text: string): ThreadItem => ({
    type: 'agentMessage',
    id: 'a1',
    text,
    phase: 'final_answer',
  });

  test('[Y1] keeps a turn: what the user sent, the last state of every item, and how it ended', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai', model: 'gpt-x', cwd: '/w' });
    const turn = await thread.startTurn('How do I sort a list?', { turnId: 't1' });
    for (const text of ['Use', 'Use sort', 'Use sort()']) turn.upsert(answer(text));
    turn.upsert({ type: 'weather', id: 'w1', degrees: 21 });
    await turn.complete();
    const [kept, ...others] = await turnsOf(thread);
    expect(others).toEqual([]);
    expect(kept).toMatchObject({
      turnId: 't1',
      status: 'completed',
      items: [
        { type: 'userMessage', content: [{ type: 'text', text: 'How do I sort a list?' }] },
        answer('Use sort()'),
        { type: 'weather', id: 'w1', degrees: 21 },
      ],
    });
    expect(kept?.durationMs).toBeGreaterThanOrEqual(0);
    expect(await store.readThread({ threadId: thread.threadId })).toMatchObject({
      preview: 'How do I sort a list?',
      modelProvider: 'openai',
      model: 'gpt-x',
      cwd: '/w',
      historyMode: 'paginated',
      turnCount: 1,
      itemCount: 3,
    });
    await thread.close();
  });

  test('[Y2] stores nothing before the first turn, and the message before startTurn returns', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai' });
    expect((await store.listThreads({})).items).toEqual([]);
    await thread.startTurn('first');
    expect((await store.listThreads({})).items).toMatchObject([
      { threadId: thread.threadId, preview: 'first' },
    ]);
    await thread.close();
  });

  test('[Y3] writes states that follow each other quickly as few lines, and never loses the last', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai', writeIntervalMs: 20 });
    const turn = await thread.startTurn('stream');
    for (let i = 1; i <= 5000; i++) turn.upsert(answer(`state ${i}`));
    await turn.settle();
    expect((await turnsOf(thread))[0]?.items[1]).toMatchObject({ text: 'state 5000' });
    const { items } = await store.loadHistory({ threadId: thread.threadId });
    expect(items.length).toBeLessThan(50);
    turn.upsert(answer('end'));
    await turn.complete();
    expect((await turnsOf(thread))[0]?.items[1]).toMatchObject({ text: 'end' });
    await thread.close();
  });

  test('[Y3] writes a state by itself, while nobody waits for it', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai', writeIntervalMs: 1 });
    const turn = await thread.startTurn('stream');
    const written = new Promise<void>((resolve) => {
      store.subscribe((event) => {
        if (event.type === 'threadChanged' && event.changes?.items.some(({ itemId }) => itemId === 'a1'))
          resolve();
      });
    });
    turn.upsert(answer('by itself'));
    await written;
    expect((await turnsOf(thread))[0]?.items[1]).toMatchObject({ text: 'by itself' });
    await thread.close();
  });

  test('[Y4] ends a turn as failed with its error, or as interrupted', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai' });
    await (
      await thread.startTurn('one')
    ).fail({ message: 'no more credit', codexErrorInfo: 'usageLimitExceeded' });
    await (await thread.startTurn('two')).interrupt();
    await thread.startTurn('three');
    await thread.close();
    expect(await turnsOf(thread)).toMatchObject([
      { status: 'failed', error: { message: 'no more credit', codexErrorInfo: 'usageLimitExceeded' } },
      { status: 'interrupted' },
      { status: 'interrupted' },
    ]);
  });

  test('[Y5] has one turn at a time, and none of it after its end', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai' });
    const turn = await thread.startTurn('one');
    await expect(thread.startTurn('two')).rejects.toMatchObject({ code: 'invalid_request' });
    await turn.complete();
    expect(() => turn.upsert(answer('late'))).toThrowError(/has ended/);
    await expect(turn.complete()).rejects.toMatchObject({ code: 'invalid_request' });
    await thread.close();
  });

  test('[Y6] goes on with a thread, and ends the turn that a dead tab left', async () => {
    const first = await LiveThread.start(store, { threadId: 'my thread/1', modelProvider: 'openai' });
    const left = await first.startTurn('one', { turnId: 't1' });
    left.upsert(answer('half'));
    await left.settle();
    await store.discardThread({ threadId: first.threadId });
    expect(await turnsOf(first)).toMatchObject([{ turnId: 't1', status: 'interrupted' }]);
    const again = await LiveThread.resume(store, { threadId: 'my thread/1' });
    await (await again.startTurn('two', { turnId: 't2' })).complete();
    expect(await turnsOf(again)).toMatchObject([
      { turnId: 't1', status: 'interrupted', items: [{}, { text: 'half' }] },
      { turnId: 't2', status: 'completed' },
    ]);
    await again.close();
    await expect(LiveThread.resume(store, { threadId: 'nobody' })).rejects.toMatchObject({
      code: 'thread_not_found',
    });
  });

  test('[Y7] refuses a second writer, and a legacy thread, which stays as it was', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai' });
    await thread.startTurn('one');
    const { threadId } = thread;
    await expect(LiveThread.resume(store, { threadId })).rejects.toMatchObject({ code: 'invalid_request' });
    await thread.close();
    await store.createThread({ threadId: 'legacy', metadata: { modelProvider: 'openai' } });
    await store.persistThread({ threadId: 'legacy' });
    await store.shutdownThread({ threadId: 'legacy' });
    await expect(LiveThread.resume(store, { threadId: 'legacy' })).rejects.toMatchObject({
      code: 'unsupported',
    });
    // No writer is left behind.
    await store.resumeThread({ threadId: 'legacy' });
  });

  test('[Y8] makes ids that are UUIDv7 and takes any others up to 128 characters', async () => {
    const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    const thread = await LiveThread.start(store, { modelProvider: 'openai' });
    const turn = await thread.startTurn('one');
    expect([thread.threadId, turn.turnId]).toEqual([
      expect.stringMatching(uuid7),
      expect.stringMatching(uuid7),
    ]);
    const odd = `${'\u0000\u202e"\'/\\ é🙂\ud800'}${'x'.repeat(100)}`;
    const other = await LiveThread.start(store, { threadId: odd, modelProvider: 'openai' });
    await (await other.startTurn('two', { turnId: odd })).complete();
    expect((await turnsOf(other))[0]?.turnId).toBe(odd);
    await expect(
      LiveThread.start(store, { threadId: 'x'.repeat(129), modelProvider: 'openai' }),
    ).rejects.toMatchObject({ code: 'invalid_request' });
  });

  test('[Y9] gives the same when its lines are imported elsewhere', async () => {
    const thread = await LiveThread.start(store, { modelProvider: 'openai' });
    const turn = await thread.startTurn([{ type: 'image', url: 'data:image/png;base64,AAAA' }]);
    turn.upsert({ type: 'reasoning', id: 'r1', summary: ['thinking'], content: [] });
    turn.upsert(answer('done'));
    await turn.complete();
    const { items } = await store.loadHistory({ threadId: thread.threadId });
    const other = createMemoryThreadStore();
    const data = items.map((item) => `${JSON.stringify(item)}\n`).join('');
    await other.importRollouts([{ name: 'rollout.jsonl', data }]);
    const page = { threadId: thread.threadId, itemsView: 'full' } as const;
    expect((await other.listTurns(page)).turns).toEqual((await store.listTurns(page)).turns);
    await other.close();
    await thread.close();
  });
});
