import { describe, expect } from 'vitest';
import { builtId, EPOCH, RolloutBuilder } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of one thread's record. */
export function threadTests(test: StoreTest): void {
  describe('a thread', () => {
    test('[T1] that is not there is not found, by every method that reads one', async (store) => {
      const threadId = builtId();
      const calls = {
        readThread: () => store.readThread({ threadId }),
        loadHistory: () => store.loadHistory({ threadId }),
        listTurns: () => store.listTurns({ threadId }),
        listItems: () => store.listItems({ threadId }),
      };
      for (const [operation, call] of Object.entries(calls)) {
        expect(await failure(call())).toMatchObject({
          code: 'thread_not_found',
          message: `no rollout found for thread id ${threadId}`,
          operation,
          threadId,
          retryable: false,
        });
      }
    });

    test('[T1] is not found by the name of a file that was never imported', async (store) => {
      await imported(store, [RolloutBuilder.legacy()]);
      const rolloutPath = `rollout-2026-01-01T00-00-00-${builtId()}.jsonl`;
      expect((await failure(store.readThreadByRolloutPath({ rolloutPath }))).code).toBe('thread_not_found');
    });

    test('[T2] that is archived is read only with includeArchived', async (store) => {
      const rollout = RolloutBuilder.legacy({ archived: true }).turns('turn-1');
      await imported(store, [rollout]);
      const { threadId, name: rolloutPath } = rollout;
      const calls = {
        readThread: (archived: object) => store.readThread({ threadId, ...archived }),
        readThreadByRolloutPath: (archived: object) =>
          store.readThreadByRolloutPath({ rolloutPath, ...archived }),
        loadHistory: (archived: object) => store.loadHistory({ threadId, ...archived }),
        listTurns: (archived: object) => store.listTurns({ threadId, ...archived }),
        listItems: (archived: object) => store.listItems({ threadId, ...archived }),
      };
      for (const call of Object.values(calls)) {
        expect(await failure(call({}))).toMatchObject({
          code: 'invalid_request',
          message: `thread ${threadId} is archived`,
          threadId,
        });
        expect(await call({ includeArchived: true })).toBeTruthy();
      }
      expect((await store.readThread({ threadId, includeArchived: true })).archivedAt).toBeTypeOf('number');
    });

    test('[T2] that is not archived is read with includeArchived, too, and has no archivedAt', async (store) => {
      const rollout = RolloutBuilder.legacy();
      await imported(store, [rollout]);
      const thread = await store.readThread({ threadId: rollout.threadId, includeArchived: true });
      expect(thread.archivedAt).toBeUndefined();
    });

    test('[T3] is found by the name of each of its files, with or without folders', async (store) => {
      const first = RolloutBuilder.paginated().turns('turn-1', 'turn-2');
      const second = first.revert(5).turns('turn-3');
      await imported(store, [first, second]);
      const expected = await store.readThread({ threadId: first.threadId });
      for (const { name, fileName } of [first, second]) {
        for (const rolloutPath of [name, fileName, `/home/me/.codex/${name}`, `C:\\codex\\${fileName}`]) {
          expect(await store.readThreadByRolloutPath({ rolloutPath })).toEqual(expected);
        }
      }
    });

    test('[T4] tells what its lines say: preview, counts, times, size, file', async (store) => {
      const rollout = RolloutBuilder.legacy({
        meta: { git: { commit_hash: 'abc', branch: 'main', repository_url: 'https://example.test/r.git' } },
      });
      rollout.turn({ id: 'turn-1', user: 'first question', agent: ['one', 'two'] });
      rollout.turn({ id: 'turn-2', user: 'second question' });
      await imported(store, [rollout]);
      expect(await store.readThread({ threadId: rollout.threadId })).toMatchObject({
        threadId: rollout.threadId,
        rolloutPath: rollout.name,
        preview: 'first question',
        firstUserMessage: 'first question',
        modelProvider: 'mock',
        createdAt: EPOCH,
        updatedAt: rollout.timeMs,
        cwd: '/workspace',
        cliVersion: '0.169.0',
        originator: 'conformance',
        source: 'cli',
        gitInfo: { sha: 'abc', branch: 'main', originUrl: 'https://example.test/r.git' },
        historyMode: 'legacy',
        turnCount: 2,
        itemCount: 5,
        bytes: new TextEncoder().encode(rollout.text).length,
      });
    });

    test('[T4] without a user message has an empty preview', async (store) => {
      const rollout = RolloutBuilder.paginated();
      await imported(store, [rollout]);
      const thread = await store.readThread({ threadId: rollout.threadId });
      expect(thread).toMatchObject({ preview: '', turnCount: 0, itemCount: 0, historyMode: 'paginated' });
      expect(thread.firstUserMessage).toBeUndefined();
    });

    test('[T4] counts the items that its lists give, and no others', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1').user('turn-never-begun', 'lost');
      await imported(store, [rollout]);
      const { items } = await store.listItems({ threadId: rollout.threadId, pageSize: 100 });
      expect((await store.readThread({ threadId: rollout.threadId })).itemCount).toBe(items.length);
    });

    test('[T4] moves updatedAt with every line, and recencyAt only when a turn begins', async (store) => {
      const rollout = RolloutBuilder.legacy().startTurn('turn-1');
      const began = rollout.timeMs;
      rollout.user('turn-1', 'question').agent('turn-1', 'answer');
      await imported(store, [rollout]);
      expect(await store.readThread({ threadId: rollout.threadId })).toMatchObject({
        updatedAt: rollout.timeMs,
        recencyAt: began,
      });
    });

    test('[T5] is who its FIRST session_meta says', async (store) => {
      const source = RolloutBuilder.legacy({
        startedAt: EPOCH - 3_600_000,
        meta: { source: 'exec', cwd: '/elsewhere', git: { branch: 'theirs' } },
      });
      const rollout = RolloutBuilder.legacy({ meta: { forked_from_id: source.threadId } });
      // Old forks carry a copy of their source's lines, session_meta and all.
      source.turns('turn-1').lines.forEach((line) => rollout.raw(line));
      await imported(store, [rollout]);
      const thread = await store.readThread({ threadId: rollout.threadId });
      expect(thread).toMatchObject({
        forkedFromId: source.threadId,
        source: 'cli',
        cwd: '/workspace',
        createdAt: EPOCH,
      });
      expect(thread.gitInfo).toBeUndefined();
      expect((await failure(store.readThread({ threadId: source.threadId }))).code).toBe('thread_not_found');
    });

    test('[T6] gives its history only when it is asked for', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId, name: rolloutPath } = rollout;
      const history = await store.loadHistory({ threadId });
      expect(history.threadId).toBe(threadId);
      expect((await store.readThread({ threadId })).history).toBeUndefined();
      expect((await store.readThreadByRolloutPath({ rolloutPath })).history).toBeUndefined();
      expect((await store.readThread({ threadId, includeHistory: true })).history).toEqual(history);
      expect((await store.readThreadByRolloutPath({ rolloutPath, includeHistory: true })).history).toEqual(
        history,
      );
    });
  });
}
