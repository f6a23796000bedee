import type { Json, JsonObject, ThreadStoreClient } from 'idb-thread-store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RolloutBuilder } from '../../../src/testing/rollout-builder.ts';
import { recording } from '../../support/corpus.ts';
import { connect, stores, type Client } from './clients.ts';
import { rolloutFile, threadIdOf, turnIdOf } from './rollout-text.ts';

interface Row {
  id: string;
}

describe.each(stores)('reading over $name', ({ open }) => {
  let store: ThreadStoreClient;
  let client: Client;

  beforeEach(async () => {
    store = await open();
    client = await connect(store);
  });
  afterEach(() => store.close());

  const listed = async (params: object) => {
    const { result, error } = await client.call('thread/list', params);
    expect(error).toBeUndefined();
    return result.data.map(({ id }: Row) => id) as string[];
  };

  test('[A10] a list shows the sessions of people, and others by their kinds', async () => {
    const spawn = { thread_spawn: { parent_thread_id: threadIdOf(1), depth: 1 } };
    const sources = [
      'cli',
      'vscode',
      'exec',
      'mcp',
      { subagent: 'review' },
      { subagent: spawn },
      { subagent: { other: 'x' } },
    ];
    const ids = sources.map((_, index) => threadIdOf(index + 1));
    await store.importRollouts(
      ids.map((threadId, index) => rolloutFile({ threadId, source: sources[index], second: index })),
    );
    const at = (...positions: number[]) => positions.map((position) => ids[position]);
    expect(await listed({})).toEqual(at(1, 0));
    expect(await listed({ sourceKinds: [] })).toEqual(at(1, 0));
    expect(await listed({ sourceKinds: ['exec', 'appServer'] })).toEqual(at(3, 2));
    expect(await listed({ sourceKinds: ['subAgent'] })).toEqual(at(6, 5, 4));
    expect(await listed({ sourceKinds: ['subAgentReview'] })).toEqual(at(4));
    expect(await listed({ sourceKinds: ['subAgentThreadSpawn', 'cli'] })).toEqual(at(5, 0));
    expect(await listed({ sourceKinds: ['subAgentOther'], sortDirection: 'asc' })).toEqual(at(6));
    expect(await listed({ parentThreadId: ids[0] })).toEqual(at(5));
    expect(await listed({ ancestorThreadId: ids[0] })).toEqual(at(5));
    expect(await listed({ excludedThreadIds: at(1) })).toEqual(at(0));
    expect(await listed({ sectionId: 'none' })).toEqual([]);
    expect(await listed({ sectionId: null, sortKey: 'section_position' })).toHaveLength(2);
  });

  test.each([
    [{ parentThreadId: threadIdOf(1), ancestorThreadId: threadIdOf(1) }, -32600, 'mutually exclusive'],
    [{ parentThreadId: 'x' }, -32600, 'invalid parent thread id'],
    [{ excludedThreadIds: ['x'] }, -32602, 'invalid excluded thread id'],
    [{ excludedThreadIds: Array.from({ length: 101 }, () => threadIdOf(1)) }, -32602, 'at most 100'],
    [{ originators: ['x'] }, -32602, 'originator'],
    [{ projectId: 'x' }, -32602, 'project not found: x'],
    [{ sortKey: 'section_position' }, -32600, 'requires a section filter'],
    [{ includeAttachedThreads: true }, -32600, 'requires a non-empty searchTerm'],
    [{ cursor: '' }, -32600, 'invalid cursor'],
  ])('[A10] a list refuses %j', async (params, code, words) => {
    expect((await client.call('thread/list', params)).error).toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  test('[A10] pages of what only the face can filter lose nothing and repeat nothing, in both directions', async () => {
    const files = Array.from({ length: 230 }, (_, index) => {
      const source =
        index % 7 === 3
          ? { subagent: { thread_spawn: { parent_thread_id: threadIdOf(500), depth: 1 } } }
          : 'vscode';
      return rolloutFile({ threadId: threadIdOf(index), source, second: index >> 2 });
    });
    await store.importRollouts(files);
    const params = { sourceKinds: ['subAgentThreadSpawn'], limit: 4 };
    const all = await listed({ ...params, limit: 100 });
    expect(all).toHaveLength(33);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const { result } = await client.call('thread/list', { ...params, cursor });
      const ids = result.data.map(({ id }: Row) => id);
      const back = await client.call('thread/list', {
        ...params,
        cursor: result.backwardsCursor,
        sortDirection: 'asc',
      });
      expect(back.result.data[0].id).toBe(ids[0]);
      found.push(...ids);
      cursor = result.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(all);
  });

  test('[A10] threads of the same second are listed one by one, none is lost', async () => {
    const ids = [1, 2, 3, 4, 5].map(threadIdOf);
    await store.importRollouts(ids.map((threadId) => rolloutFile({ threadId })));
    for (const protocol of ['0.130', 'latest'] as const) {
      const { call } = await connect(store, { protocol });
      const found: string[] = [];
      let cursor: string | null = null;
      do {
        const { result } = await call('thread/list', { limit: 1, cursor });
        found.push(...result.data.map(({ id }: Row) => id));
        cursor = result.nextCursor;
      } while (cursor !== null);
      expect(found.sort()).toEqual(ids);
    }
  });

  test('[A10] a directory has many names, and sessions in which nobody spoke are not listed', async () => {
    const [spoken, silent] = [threadIdOf(1), threadIdOf(2)];
    await store.importRollouts([
      rolloutFile({ threadId: spoken, cwd: '/workspace/app' }),
      rolloutFile({ threadId: silent, cwd: '/workspace/app', messages: [] }),
      rolloutFile({ threadId: threadIdOf(3), cwd: '/workspace/app', messages: [' '] }),
    ]);
    for (const cwd of [
      '/workspace/app',
      '/workspace/app/',
      '/workspace/./x/../app',
      ['/elsewhere', '/workspace//app'],
    ]) {
      expect(await listed({ cwd })).toEqual([spoken]);
    }
    for (const cwd of ['work/app', '/work', [], ['/work']]) expect(await listed({ cwd })).toEqual([]);
    expect(await client.call('thread/read', { threadId: silent, includeTurns: true })).toMatchObject({
      result: { thread: { id: silent, preview: '', turns: [] } },
    });
  });

  test('[A10] a row of the list tells neither what its thread was forked from nor by whom it was begun', async () => {
    const [source, threadId] = [threadIdOf(1), threadIdOf(2)];
    const fork = rolloutFile({ threadId, more: { forked_from_id: source, thread_source: 'user' } });
    await store.importRollouts([fork]);
    for (const protocol of ['0.130', 'latest'] as const) {
      const { call } = await connect(store, { protocol });
      const [row] = (await call('thread/list', {})).result.data;
      expect(row).toMatchObject({ id: threadId, forkedFromId: null, threadSource: null });
      const { thread } = (await call('thread/read', { threadId })).result;
      expect(thread).toMatchObject({ id: threadId, forkedFromId: source, threadSource: 'user' });
    }
  });

  test('[A10] what an agent’s source leaves out is null, and today’s list names the reviewing agent’s thread', async () => {
    const spawn = { parent_thread_id: threadIdOf(9), depth: 1 };
    await store.importRollouts([
      rolloutFile({ threadId: threadIdOf(1), source: { subagent: { thread_spawn: spawn } } }),
      rolloutFile({ threadId: threadIdOf(2), source: { subagent: { other: 'guardian' } }, second: 1 }),
    ]);
    const nothing = { agent_path: null, agent_nickname: null, agent_role: null };
    for (const protocol of ['0.130', 'latest'] as const) {
      const { call } = await connect(store, { protocol });
      const { data } = (await call('thread/list', { sourceKinds: ['subAgent'] })).result;
      expect(data.map(({ name }: { name: string | null }) => name)).toEqual(
        protocol === 'latest' ? ['Guardian review', null] : [null, null],
      );
      expect(data[0].preview).toBe(protocol === 'latest' ? 'Approval review' : 'hello');
      expect(data[1].source).toEqual({ subAgent: { thread_spawn: { ...spawn, ...nothing } } });
    }
  });

  test('[A3] an item whose times nobody told has them as null, only in today’s dialect', async () => {
    const threadId = threadIdOf(1);
    await store.importRollouts([rolloutFile({ threadId, historyMode: 'legacy' })]);
    for (const protocol of ['0.130', 'latest'] as const) {
      const { call } = await connect(store, { protocol });
      const [turn] = (await call('thread/turns/list', { threadId })).result.data;
      const times = protocol === 'latest' ? { startedAtMs: null, completedAtMs: null } : {};
      expect(turn.items).toHaveLength(2);
      for (const item of turn.items) {
        const told = Object.entries(item).filter(([field]) => field.endsWith('AtMs'));
        expect(Object.fromEntries(told)).toEqual(times);
      }
    }
  });

  test('[A11] items of one turn are read by their ids, and listed from behind one of them', async () => {
    await store.importRollouts(await recording('paginated/items').files(), { surface: 'limited' });
    const [{ id: threadId }] = (await client.call('thread/list', {})).result.data;
    const { data } = (await client.call('thread/items/list', { threadId, limit: 100 })).result;
    const { turnId } = data[0];
    const ofTurn = data.filter((entry: { turnId: string }) => entry.turnId === turnId);
    const ids: string[] = ofTurn.map(({ item }: { item: Row }) => item.id);
    const read = await client.call('thread/items/read', { threadId, turnId, itemIds: [...ids].reverse() });
    expect(read.result).toEqual({ data: ofTurn });
    for (const [index, itemId] of ids.entries()) {
      const cursor = { type: 'item', itemId };
      const after = await client.call('thread/items/list', { threadId, turnId, cursor, limit: 100 });
      expect(after.result.data).toEqual(ofTurn.slice(index + 1));
      const before = await client.call('thread/items/list', {
        threadId,
        turnId,
        cursor,
        limit: 1,
        sortDirection: 'desc',
      });
      expect(before.result.data).toEqual(ofTurn.slice(0, index).slice(-1));
      expect(before.result.nextCursor !== null).toBe(index > 1);
    }
  });

  test('[A11] of tools that did their work, plain text is left out where it was deferred', async () => {
    await store.importRollouts(await recording('paginated/items').files(), { surface: 'limited' });
    const [{ id: threadId }] = (await client.call('thread/list', {})).result.data;
    const { data } = (await client.call('thread/items/list', { threadId })).result;
    const { turnId } = data[0];
    const deferOutput = { mcpToolCall: true, commandExecution: true };
    const deferred = (await client.call('thread/items/list', { threadId, turnId, deferOutput })).result.data;
    const calls = deferred.filter(({ item }: { item: { type: string } }) => item.type === 'mcpToolCall');
    expect(calls).toMatchObject([
      {
        outputDeferred: true,
        item: { status: 'completed', result: { content: [], structuredContent: null } },
      },
      { item: { status: 'failed', result: { content: [{ type: 'text' }] } } },
    ]);
    expect(calls[1].outputDeferred).toBeUndefined();
  });

  test('[A11] what a tool answered is left out only where all of it is text for people', async () => {
    const text = (words: string) => ({ type: 'text', text: words });
    // As the real server 0.169.0 answered.
    const answers: [boolean, JsonObject, JsonObject?][] = [
      [true, { content: [text('a'), text('')] }],
      [true, { content: [text(' b {"c": 1}')], isError: true, structuredContent: null, _meta: null }],
      [false, { content: [] }],
      [false, { content: [text(''), text('')] }],
      [false, { content: [text('a'), text(' {"b": 1}')] }],
      [false, { content: [text('[1]')] }],
      [false, { content: [text('{ of a sentence')] }],
      [false, { content: [text('\n```ts\nlet a;\n```')] }],
      [false, { content: [{ ...text('a'), annotations: null }] }],
      [false, { content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }] }],
      [false, { content: [text('a')], structuredContent: {} }],
      [false, { content: [text('a')], _meta: {} }],
      [false, { content: [text('a')] }, { status: 'failed' }],
      [false, { content: [text('a')] }, { error: { message: 'no' } }],
      [false, { content: [text('a')] }, { mcpAppResourceUri: 'ui://a' }],
    ];
    const rollout = RolloutBuilder.paginated().startTurn('turn-1');
    for (const [index, [, result, more]] of answers.entries())
      rollout.item('turn-1', {
        type: 'McpToolCall',
        id: `call-${index}`,
        server: 's',
        tool: 't',
        arguments: {},
        status: 'completed',
        result,
        ...more,
      });
    await store.importRollouts([rollout.completeTurn('turn-1').file]);
    const { data } = (
      await client.call('thread/items/list', {
        threadId: rollout.threadId,
        turnId: 'turn-1',
        deferOutput: { mcpToolCall: true },
        limit: 100,
      })
    ).result;
    const leftOut = data.map(({ outputDeferred = false }: { outputDeferred?: boolean }) => outputDeferred);
    expect(leftOut).toEqual(answers.map(([isLeftOut]) => isLeftOut));
    expect(data[0].item.result.content).toEqual([]);
    expect(data[4].item.result.content).toHaveLength(2);
  });

  test('[A3] an error that the protocol has no word for is told as another, and stays what it was in the store', async () => {
    const codes: [Json, Json][] = [
      ['usage_limit_exceeded', 'usageLimitExceeded'],
      [
        { http_connection_failed: { http_status_code: 401 } },
        { httpConnectionFailed: { httpStatusCode: 401 } },
      ],
      ['invalid_prompt', 'other'],
      [{ of_tomorrow: { a: 1 } }, 'other'],
    ];
    const rollout = RolloutBuilder.paginated();
    for (const [index, [codex_error_info]] of codes.entries())
      rollout
        .startTurn(`turn-${index}`)
        .event('task_complete', { turn_id: `turn-${index}`, error: { message: 'no', codex_error_info } });
    await store.importRollouts([rollout.file]);
    const { threadId } = rollout;
    const { data } = (await client.call('thread/turns/list', { threadId, sortDirection: 'asc' })).result;
    expect(data.map((turn: { error: { codexErrorInfo: Json } }) => turn.error.codexErrorInfo)).toEqual(
      codes.map(([, told]) => told),
    );
    const { turns } = await store.listTurns({ threadId, itemsView: 'notLoaded', sortDirection: 'asc' });
    expect(turns[2]?.error).toEqual({ message: 'no', codexErrorInfo: 'invalidPrompt' });
  });

  test('[A3] a thread at rest is its own session, also an agent’s', async () => {
    const threadId = threadIdOf(2);
    const more = { session_id: threadIdOf(1), parent_thread_id: threadIdOf(1) };
    await store.importRollouts([rolloutFile({ threadId, source: { subagent: 'review' }, more })]);
    const { thread } = (await client.call('thread/read', { threadId })).result;
    expect(thread).toMatchObject({ sessionId: threadId, parentThreadId: threadIdOf(1) });
  });

  test('[A11] of a legacy thread, or one that is not there, items are not listed', async () => {
    const threadId = threadIdOf(1);
    await store.importRollouts([rolloutFile({ threadId, historyMode: 'legacy' })]);
    for (const id of [threadId, threadIdOf(2)]) {
      expect((await client.call('thread/items/list', { threadId: id })).error?.code).toBe(-32601);
      const request = { threadId: id, turnId: turnIdOf(threadId, 1), itemIds: ['x'] };
      expect((await client.call('thread/items/read', request)).error?.code).toBe(-32601);
    }
  });

  test('[A4] 0.130 pages the items of one turn, where the store does', async () => {
    const threadId = threadIdOf(1);
    await store.importRollouts([rolloutFile({ threadId, historyMode: 'legacy', messages: ['one', 'two'] })]);
    const { call } = await connect(store, { protocol: '0.130' });
    const turnId = turnIdOf(threadId, 2);
    const { result } = await call('thread/turns/items/list', { threadId, turnId, limit: 1 });
    expect(result.data).toMatchObject([{ type: 'userMessage', content: [{ text: 'two' }] }]);
    const next = await call('thread/turns/items/list', { threadId, turnId, cursor: result.nextCursor });
    expect(next.result).toMatchObject({ data: [{ type: 'agentMessage', phase: null }], nextCursor: null });
    expect((await call('thread/turns/items/list', { threadId, turnId: '' })).result.data).toEqual([]);
    expect((await call('thread/turns/items/list', { threadId: 'x', turnId })).error?.message).toContain(
      'UUID',
    );
  });
});
