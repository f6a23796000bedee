import { describe, expect } from 'vitest';
import type { ThreadMetadataPatch } from '../contract/requests.ts';
import { expectReplay, liveThread, payloadsOf } from './live-script.ts';
import { builtId, RolloutBuilder } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of what is known of a thread: by patches, and from what is appended. */
export function liveMetadataTests(test: StoreTest): void {
  describe('what is known of a thread', () => {
    test('[M31] is what a patch says, in its answer, in reads and in lists (statement 31)', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const patch = {
        name: 'A name',
        preview: 'another preview',
        modelProvider: 'another',
        model: 'big',
        reasoningEffort: 'high',
        cwd: '/elsewhere',
        agentNickname: 'Nick',
        agentRole: 'reviewer',
        memoryMode: 'disabled',
        tokenUsage: { total_tokens: 5 },
        gitInfo: { sha: 'abc', branch: 'main', originUrl: 'https://example.org' },
      } as const satisfies ThreadMetadataPatch;
      const before = Date.now();
      const answer = await store.updateThreadMetadata({ threadId, patch });
      expect(answer).toMatchObject({ threadId, ...patch });
      expect(answer.updatedAt).toBeGreaterThanOrEqual(before - 1);
      expect(answer.history).toBeUndefined();
      expect(await store.readThread({ threadId })).toEqual(answer);
      expect((await store.listThreads({})).items).toEqual([answer]);
      expect((await store.listThreads({ searchTerm: 'A name', cwdFilters: ['/elsewhere'] })).items).toEqual([
        answer,
      ]);
      // What lines say stays as it was.
      expect(await payloadsOf(store, threadId)).toHaveLength(5);
    });

    test('[M32] stays where a patch leaves it out, and is cleared by null (statements 32 and 33)', async (store) => {
      const rollout = RolloutBuilder.paginated({ meta: { memory_mode: 'enabled', git: { branch: 'main' } } });
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const update = (patch: ThreadMetadataPatch) => store.updateThreadMetadata({ threadId, patch });
      expect(await update({ gitInfo: { sha: 'abc' } })).toMatchObject({
        memoryMode: 'enabled',
        gitInfo: { sha: 'abc', branch: 'main' },
      });
      expect(await update({ memoryMode: 'disabled' })).toMatchObject({
        memoryMode: 'disabled',
        gitInfo: { sha: 'abc', branch: 'main' },
      });
      expect(await update({ name: 'named', model: 'big' })).toMatchObject({ name: 'named', model: 'big' });
      expect(await update({ name: undefined, gitInfo: { branch: null, sha: undefined } })).toMatchObject({
        name: 'named',
        gitInfo: { sha: 'abc' },
      });
      const cleared = await update({
        name: null,
        model: null,
        gitInfo: { sha: null, branch: null, originUrl: null },
      });
      for (const field of ['name', 'model', 'gitInfo']) expect(cleared).not.toHaveProperty(field);
      expect(cleared.memoryMode).toBe('disabled');
      expect(await update({})).toMatchObject({ memoryMode: 'disabled' });
      expect(await store.readThread({ threadId })).not.toHaveProperty('gitInfo');
    });

    test('[M22] is no name where it is blank, or says what the preview says (statement 22)', async (store) => {
      const rollout = RolloutBuilder.paginated().turn({ id: 'turn-1', user: 'the question' });
      await imported(store, [rollout]);
      const { threadId } = rollout;
      for (const name of ['', '  ', 'the question']) {
        expect(await store.updateThreadMetadata({ threadId, patch: { name } })).not.toHaveProperty('name');
      }
      expect((await store.updateThreadMetadata({ threadId, patch: { name: 'x' } })).name).toBe('x');
    });

    test('[M34] of a new thread that is not written yet is written first (statement 34)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.append();
      const answer = await store.updateThreadMetadata({ threadId, patch: { name: 'early' } });
      expect(answer).toMatchObject({ name: 'early', turnCount: 1, preview: 'question of turn-1' });
      expect(await store.readThread({ threadId })).toEqual(answer);
      const empty = await liveThread(store);
      expect(
        (await store.updateThreadMetadata({ threadId: empty.threadId, patch: { name: 'x' } })).turnCount,
      ).toBe(0);
      script.lines.turns('turn-2');
      await script.write();
      expect(await store.readThread({ threadId })).toMatchObject({ name: 'early', turnCount: 2 });
      await expectReplay(store, threadId);
    });

    test('[M35] of an archived thread is patched with includeArchived, and it stays archived (statement 35)', async (store) => {
      const rollout = RolloutBuilder.paginated({ archived: true });
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const patch = { name: 'archived' };
      expect(await failure(store.updateThreadMetadata({ threadId, patch }))).toMatchObject({
        code: 'invalid_request',
        message: `thread ${threadId} is archived`,
        operation: 'updateThreadMetadata',
      });
      const answer = await store.updateThreadMetadata({ threadId, patch, includeArchived: true });
      expect(answer).toMatchObject({ name: 'archived', archivedAt: expect.any(Number) as number });
      expect((await store.listThreads({ archived: true })).items).toEqual([answer]);
      expect((await store.listThreads({})).items).toEqual([]);
    });

    test('[M36] is changed by all fields of a patch at once, or by none (statement 36)', async (store) => {
      const rollout = RolloutBuilder.paginated();
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const before = await store.readThread({ threadId });
      for (const wrong of [
        { memoryMode: 'sometimes' },
        { cwd: 5 },
        { gitInfo: { sha: 5 } },
        { preview: null },
      ]) {
        const patch = { name: 'half', ...wrong } as ThreadMetadataPatch;
        expect((await failure(store.updateThreadMetadata({ threadId, patch }))).code).toBe('invalid_request');
      }
      expect(await store.readThread({ threadId })).toEqual(before);
      const unknown = store.updateThreadMetadata({ threadId: builtId(), patch: { name: 'x' } });
      expect(await failure(unknown)).toMatchObject({
        code: 'thread_not_found',
        operation: 'updateThreadMetadata',
      });
    });

    test('[M37] follows from what is appended, in the same commit, unless a patch said otherwise (instead of statement 37)', async (store) => {
      for (const mode of ['legacy', 'paginated'] as const) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        await store.persistThread({ threadId });
        const known = () => store.readThread({ threadId });
        expect(await known()).toMatchObject({ preview: '' });
        // Each in a commit of its own: what earlier commits found stays.
        script.lines.startTurn('turn-1').user('turn-1', 'the question');
        await script.write();
        expect(await known()).toMatchObject({ preview: 'the question', firstUserMessage: 'the question' });
        script.lines.line('turn_context', contextOf('small'));
        await script.write();
        script.lines.event('token_count', { info: { total_token_usage: { total_tokens: 7 } } });
        await script.write();
        script.lines.completeTurn('turn-1').turn({ id: 'turn-2', user: 'another question' });
        await script.write();
        const expected = {
          preview: 'the question',
          model: 'small',
          tokenUsage: { total_tokens: 7 },
          turnCount: 2,
        };
        expect(await known()).toMatchObject(expected);
        await store.updateThreadMetadata({
          threadId,
          patch: { model: 'mine', preview: 'mine', tokenUsage: null },
        });
        script.lines.line('turn_context', contextOf('large'));
        script.lines.event('token_count', { info: { total_token_usage: { total_tokens: 9 } } });
        await script.write();
        const patched = await known();
        expect(patched).toMatchObject({ model: 'mine', preview: 'mine' });
        expect(patched).not.toHaveProperty('tokenUsage');
        await script.shutdown();
        expect(await known()).toEqual(patched);
        await expectReplay(store, threadId);
      }
    });

    test('[M38] has an updatedAt that moves with every line, and a recencyAt that moves as turns begin (statement 38)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      let lines = 0;
      const next = async () => {
        await script.write();
        const { history, ...thread } = await store.readThread({ threadId, includeHistory: true });
        const times = (history?.items ?? []).map(({ timestamp = '' }) => Date.parse(timestamp));
        expect(times.length).toBeGreaterThan(lines);
        lines = times.length;
        const begun = times.filter((_, line) =>
          JSON.stringify(history?.items[line]).includes('task_started'),
        );
        expect(thread.updatedAt).toBe(Math.max(...times));
        expect(thread.recencyAt).toBe(Math.max(...begun));
        return thread;
      };
      script.lines.startTurn('turn-1');
      const begun = await next();
      await laterThan(begun.updatedAt);
      script.lines.agent('turn-1', 'output');
      const grown = await next();
      expect(grown.updatedAt).toBeGreaterThan(begun.updatedAt);
      expect(grown.recencyAt).toBe(begun.recencyAt);
      await laterThan(grown.updatedAt);
      script.lines.completeTurn('turn-1').startTurn('turn-2');
      expect((await next()).recencyAt).toBeGreaterThan(grown.recencyAt);
      // Lists are in the order of these times at once.
      const other = await liveThread(store);
      await laterThan(Date.now());
      other.lines.startTurn('turn-1');
      await other.write();
      for (const sortKey of ['updatedAt', 'recencyAt'] as const) {
        const ids = async () => (await store.listThreads({ sortKey })).items.map((thread) => thread.threadId);
        expect(await ids()).toEqual([other.threadId, threadId]);
      }
      await laterThan(Date.now());
      script.lines.agent('turn-2', 'more');
      await script.write();
      expect((await store.listThreads({ sortKey: 'updatedAt' })).items[0]?.threadId).toBe(threadId);
      expect((await store.listThreads({ sortKey: 'recencyAt' })).items[0]?.threadId).toBe(other.threadId);
    });

    test('[M19] comes with the history only when asked for, also while it is written (statement 19)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.write();
      expect(await store.readThread({ threadId })).not.toHaveProperty('history');
      const { history } = await store.readThread({ threadId, includeHistory: true });
      expect(history).toEqual(await store.loadHistory({ threadId }));
    });

    test('[M39] has no fields but those of a record', async (store) => {
      const script = await liveThread(store);
      script.lines.turns('turn-1');
      await script.write();
      const fields = Object.keys(await store.readThread({ threadId: script.threadId }));
      expect(fields.filter((field) => !RECORD.includes(field))).toEqual([]);
    });
  });
}

const RECORD = [
  'threadId',
  'rolloutPath',
  'forkedFromId',
  'sessionId',
  'parentThreadId',
  'preview',
  'name',
  'modelProvider',
  'model',
  'reasoningEffort',
  'createdAt',
  'updatedAt',
  'recencyAt',
  'archivedAt',
  'cwd',
  'cliVersion',
  'originator',
  'source',
  'threadSource',
  'agentNickname',
  'agentRole',
  'agentPath',
  'gitInfo',
  'approvalMode',
  'sandboxPolicy',
  'tokenUsage',
  'memoryMode',
  'firstUserMessage',
  'historyMode',
  'turnCount',
  'itemCount',
  'bytes',
  'incomplete',
  'history',
];

function contextOf(model: string) {
  return {
    cwd: '/workspace',
    approval_policy: 'never',
    sandbox_policy: { type: 'x' },
    model,
    summary: 'auto',
  };
}

/** Resolves once the clock shows a later millisecond: the next line has another time then. */
async function laterThan(ms: number): Promise<void> {
  while (Date.now() <= ms) await new Promise((resolve) => setTimeout(resolve));
}
