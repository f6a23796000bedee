import { describe, expect } from 'vitest';
import {
  expectNoWriter,
  expectReplay,
  liveThread,
  LiveScript,
  METADATA,
  payloads,
  payloadsOf,
} from './live-script.ts';
import { allTurns } from './pages.ts';
import { builtId, RolloutBuilder } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const MODES = ['legacy', 'paginated'] as const;

/** Rules of a live writer's life: create, resume, shutdown, discard. */
export function liveWriterTests(test: StoreTest): void {
  describe('a live writer', () => {
    test('[P1] of a new thread writes one session_meta, then what is appended, in order (statement 1)', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        const first = script.lines.startTurn('turn-1').user('turn-1', 'hello');
        const items = script.take();
        await store.appendItems({ threadId, items });
        await store.persistThread({ threadId });
        await store.flushThread({ threadId });
        const history = await store.loadHistory({ threadId });
        expect(history.threadId).toBe(threadId);
        expect(history.items.map(({ type }) => type)).toEqual([
          'session_meta',
          ...items.map(({ type }) => type),
        ]);
        expect(payloads(history.items).slice(1)).toEqual(payloads(items));
        expect(await store.readThread({ threadId })).toMatchObject({
          preview: 'hello',
          turnCount: 1,
          itemCount: 1,
        });
        expect(first.threadId).toBe(threadId);
        await expectReplay(store, threadId);
      }
    });

    test('[P5] is the only one: a second create or resume is refused, and changes nothing (statement 5)', async (store) => {
      for (const persisted of [false, true]) {
        const script = await liveThread(store);
        const { threadId } = script;
        if (persisted) await store.persistThread({ threadId });
        for (const operation of ['createThread', 'resumeThread'] as const) {
          expect(await failure(store[operation]({ threadId, ...METADATA }))).toMatchObject({
            code: 'invalid_request',
            operation,
            threadId,
            message: expect.stringContaining('already has a live local writer') as string,
          });
        }
        script.lines.turns('turn-1');
        await script.write();
        expect(await script.payloads()).toHaveLength(4);
        await script.shutdown();
      }
    });

    test('[P5] is the only one also of two that are opened at the same time', async (store) => {
      const threadId = builtId();
      const open = () => store.createThread({ threadId, ...METADATA });
      const outcomes = await Promise.allSettled([open(), open(), open()]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
      await store.persistThread({ threadId });
      expect(await payloadsOf(store, threadId)).toHaveLength(1);
    });

    test('[P6] of a new thread is refused where the id is taken (statement 6)', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      const archived = RolloutBuilder.legacy({ archived: true }).turns('turn-1');
      await imported(store, [rollout, archived]);
      const script = await liveThread(store);
      await store.persistThread({ threadId: script.threadId });
      await script.shutdown();
      for (const { threadId } of [rollout, archived, script]) {
        expect(await failure(store.createThread({ threadId, ...METADATA }))).toMatchObject({
          code: 'conflict',
          operation: 'createThread',
          threadId,
        });
        // And no writer is left behind.
        await expectNoWriter(store, threadId);
        await store.resumeThread({ threadId, includeArchived: true });
      }
    });

    test('[P6] of a new thread is refused while forks need the history of a deleted one of its id', async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1');
      const fork = source.fork().turns('turn-2');
      await imported(store, [source, fork]);
      const before = await store.loadHistory({ threadId: fork.threadId });
      await store.deleteThread({ threadId: source.threadId });
      const script = new LiveScript(store, 'paginated', source.threadId);
      const outcome = await script.create().then(
        () => 'created',
        (error: { code: string }) => error.code,
      );
      // A store may take the id again, but what it writes must not become the fork's.
      if (outcome === 'created') {
        script.lines.turns('turn-9');
        await script.write();
        expect(await script.payloads()).toHaveLength(4);
        await script.shutdown();
      } else expect(outcome).toBe('conflict');
      expect(await store.loadHistory({ threadId: fork.threadId })).toEqual(before);
    });

    test('[P7] goes on with a thread: old lines and new ones, one session_meta (statement 7)', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        for (const turnId of ['turn-1', 'turn-2', 'turn-3']) {
          script.lines.turns(turnId);
          await script.append();
          await script.shutdown();
          await script.resume();
        }
        const { items } = await store.loadHistory({ threadId });
        expect(items.map(({ type }) => type)).toEqual([
          'session_meta',
          ...Array<string>(12).fill('event_msg'),
        ]);
        expect((await allTurns(store, { threadId })).map(({ turnId }) => turnId)).toEqual([
          'turn-1',
          'turn-2',
          'turn-3',
        ]);
        await expectReplay(store, threadId);
      }
    });

    test('[P8] of a thread that is not there is refused, and leaves none behind (statement 8)', async (store) => {
      const script = new LiveScript(store, 'paginated');
      const { threadId } = script;
      expect(await failure(script.resume())).toMatchObject({
        code: 'thread_not_found',
        operation: 'resumeThread',
        threadId,
        message: `no rollout found for thread id ${threadId}`,
      });
      await expectNoWriter(store, threadId);
      await script.create();
      script.lines.turns('turn-1');
      await script.write();
      expect(await script.payloads()).toHaveLength(4);
    });

    test('[P9] of an archived thread wants includeArchived, and leaves it archived (statement 9)', async (store) => {
      const rollout = RolloutBuilder.paginated({ archived: true }).turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      expect(await failure(store.resumeThread({ threadId }))).toMatchObject({
        code: 'invalid_request',
        message: `thread ${threadId} is archived`,
        operation: 'resumeThread',
      });
      await expectNoWriter(store, threadId);
      await store.resumeThread({ threadId, includeArchived: true });
      rollout.turns('turn-2');
      const items = rollout.lines
        .slice(-4)
        .map((line) => JSON.parse(line) as { type: string; payload: string });
      await store.appendItems({ threadId, items });
      await store.flushThread({ threadId });
      expect((await store.listThreads({})).items).toEqual([]);
      expect((await store.listThreads({ archived: true })).items).toMatchObject([{ threadId, turnCount: 2 }]);
      expect((await failure(store.readThread({ threadId }))).message).toBe(`thread ${threadId} is archived`);
      await store.shutdownThread({ threadId });
      expect((await store.readThread({ threadId, includeArchived: true })).archivedAt).toBeGreaterThan(0);
    });

    test('[P12] of a new thread writes nothing until something is appended or it is persisted (statement 12)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      await script.flush();
      expect((await store.listThreads({})).items).toEqual([]);
      expect((await failure(store.readThread({ threadId }))).code).toBe('thread_not_found');
      script.lines.startTurn('turn-1');
      await script.append();
      expect((await store.listThreads({})).items).toEqual([]);
      await script.flush();
      expect((await store.listThreads({})).items).toMatchObject([{ threadId, turnCount: 1 }]);
      const other = await liveThread(store);
      await other.shutdown();
      expect((await failure(store.readThread({ threadId: other.threadId }))).code).toBe('thread_not_found');
      await other.create();
      await store.persistThread({ threadId: other.threadId });
      expect(await store.readThread({ threadId: other.threadId })).toMatchObject({
        preview: '',
        turnCount: 0,
        itemCount: 0,
      });
      await expectReplay(store, other.threadId);
    });

    test('[P21] of a new thread writes who the thread is, as it was told', async (store) => {
      const script = new LiveScript(store, 'paginated');
      const { threadId } = script;
      await script.create({
        forkedFromId: builtId(),
        source: { custom: 'my-app' },
        threadSource: 'subagent',
        originator: 'my-app',
        baseInstructions: { text: 'be kind' },
        dynamicTools: [{ name: 'tool' }],
        metadata: { cwd: '/here', modelProvider: 'mine', memoryMode: 'disabled' },
      });
      const before = Date.now();
      await store.persistThread({ threadId });
      const { history, ...thread } = await store.readThread({ threadId, includeHistory: true });
      expect(thread).toMatchObject({
        source: { custom: 'my-app' },
        threadSource: 'subagent',
        originator: 'my-app',
        cwd: '/here',
        modelProvider: 'mine',
        memoryMode: 'disabled',
        historyMode: 'paginated',
      });
      expect(thread.createdAt).toBeGreaterThanOrEqual(before - 1);
      expect(thread.updatedAt).toBeGreaterThanOrEqual(thread.createdAt);
      expect(history?.items).toMatchObject([
        {
          type: 'session_meta',
          ordinal: 0,
          payload: {
            id: threadId,
            base_instructions: { text: 'be kind' },
            dynamic_tools: [{ name: 'tool' }],
            history_mode: 'paginated',
          },
        },
      ]);
      expect((await store.readThreadByRolloutPath({ rolloutPath: thread.rolloutPath ?? '' })).threadId).toBe(
        threadId,
      );
      const legacy = new LiveScript(store, 'legacy');
      await store.createThread({ threadId: legacy.threadId, metadata: { modelProvider: 'mock' } });
      await store.persistThread({ threadId: legacy.threadId });
      expect(await store.readThread({ threadId: legacy.threadId })).toMatchObject({
        historyMode: 'legacy',
        source: 'vscode',
        cwd: '',
      });
    });
  });
}
