import { describe, expect } from 'vitest';
import { expectReplay, liveThread, LiveScript, listening, METADATA, payloadsOf } from './live-script.ts';
import { allTurns, turnPage } from './pages.ts';
import { builtId, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of the archive, and of threads that are deleted. */
export function liveArchiveTests(test: StoreTest): void {
  describe('the archive', () => {
    test('[V39] takes a thread from the active ones; one that is unknown or there already is not found (statement 39)', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const before = Date.now();
      await store.archiveThread({ threadId });
      expect((await store.listThreads({})).items).toEqual([]);
      const [archived] = (await store.listThreads({ archived: true })).items;
      expect(archived).toMatchObject({ threadId, turnCount: 1 });
      expect(archived?.archivedAt).toBeGreaterThanOrEqual(before - 1);
      for (const unknown of [threadId, builtId()]) {
        expect(await failure(store.archiveThread({ threadId: unknown }))).toMatchObject({
          code: 'thread_not_found',
          message: `no rollout found for thread id ${unknown}`,
          operation: 'archiveThread',
          threadId: unknown,
        });
      }
    });

    test('[V20] hides a thread from every read that does not ask for it, also while it is live (statement 20)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.write();
      await store.archiveThread({ threadId });
      const reads = {
        readThread: store.readThread.bind(store),
        loadHistory: store.loadHistory.bind(store),
        listTurns: store.listTurns.bind(store),
        listItems: store.listItems.bind(store),
      };
      for (const [operation, read] of Object.entries(reads)) {
        expect(await failure(read({ threadId }))).toMatchObject({
          code: 'invalid_request',
          message: `thread ${threadId} is archived`,
          operation,
        });
        await read({ threadId, includeArchived: true });
      }
      // Its writer goes on, and it stays archived.
      script.lines.turns('turn-2');
      await script.write();
      expect((await store.listThreads({ archived: true })).items).toMatchObject([{ threadId, turnCount: 2 }]);
      expect((await store.readThread({ threadId, includeArchived: true })).archivedAt).toBeGreaterThan(0);
      await script.shutdown();
      await expectReplay(store, threadId);
    });

    test('[V40] gives a thread back, active and changed now; one that is not there is not found (statement 40)', async (store) => {
      const rollout = RolloutBuilder.paginated({ archived: true }).turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const before = Date.now();
      const thread = await store.unarchiveThread({ threadId });
      expect(thread).not.toHaveProperty('archivedAt');
      expect(thread.updatedAt).toBeGreaterThanOrEqual(before - 1);
      expect(await store.readThread({ threadId })).toEqual(thread);
      expect((await store.listThreads({})).items).toEqual([thread]);
      expect((await store.listThreads({ archived: true })).items).toEqual([]);
      for (const unknown of [threadId, builtId()]) {
        expect(await failure(store.unarchiveThread({ threadId: unknown }))).toMatchObject({
          code: 'thread_not_found',
          message: `no archived rollout found for thread id ${unknown}`,
          operation: 'unarchiveThread',
        });
      }
      await store.archiveThread({ threadId });
      expect((await store.listThreads({ archived: true })).items).toHaveLength(1);
    });

    test("[V21] keeps people's edits when lines are read anew (statement 21)", async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      await store.updateThreadMetadata({ threadId, patch: { name: 'kept' } });
      await store.archiveThread({ threadId });
      await imported(store, [rollout.turns('turn-2')]);
      expect((await store.listThreads({ archived: true })).items).toMatchObject([
        { threadId, name: 'kept', turnCount: 2 },
      ]);
      await store.unarchiveThread({ threadId });
      const archivedCopy = {
        name: `archived_sessions/${rollout.fileName}`,
        data: rollout.turns('turn-3').text,
      };
      await imported(store, [{ file: archivedCopy }]);
      expect((await store.listThreads({})).items).toMatchObject([{ threadId, name: 'kept', turnCount: 3 }]);
    });
  });

  describe('a thread that is deleted', () => {
    test('[V50] is gone from every answer, and its id is free', async (store) => {
      for (const archived of [false, true]) {
        const script = await liveThread(store, 'paginated', { eventPersistenceMode: 'extended' });
        const { threadId } = script;
        script.lines.turns(...turnIds(3)).command('turn-1', 'big', 'x'.repeat(100_000));
        await script.append();
        await script.shutdown();
        const { rolloutPath = '' } = await store.readThread({ threadId });
        if (archived) await store.archiveThread({ threadId });
        const page = await turnPage(store, { threadId, includeArchived: true, pageSize: 1 });
        await store.deleteThread({ threadId });
        const one = { threadId, includeArchived: true };
        const calls = [
          () => store.readThread(one),
          () => store.loadHistory(one),
          () => store.listTurns(one),
          () => store.listTurns({ ...one, cursor: page.nextCursor }),
          () => store.listItems(one),
          () => store.listItems({ ...one, afterUpdatedAtOrdinal: -1 }),
          () => store.readThreadByRolloutPath({ rolloutPath, includeArchived: true }),
          () => store.resumeThread(one),
          () => store.updateThreadMetadata({ ...one, patch: { name: 'x' } }),
          () => store.archiveThread(one),
          () => store.unarchiveThread(one),
          () => store.deleteThread(one),
        ];
        for (const call of calls) expect((await failure(call())).code).toBe('thread_not_found');
        expect((await store.listThreads({ archived })).items).toEqual([]);
        const again = new LiveScript(store, 'paginated', threadId);
        await again.create();
        again.lines.turns('turn-9');
        await again.append();
        await again.shutdown();
        expect((await allTurns(store, { threadId })).map(({ turnId }) => turnId)).toEqual(['turn-9']);
        await expectReplay(store, threadId);
        await store.deleteThread({ threadId });
      }
    });

    test('[V51] while it is live here loses its writer, and what was queued', async (store) => {
      for (const persisted of [true, false]) {
        const script = await liveThread(store);
        const { threadId } = script;
        script.lines.turns('turn-1');
        await script.append();
        if (persisted) await script.flush();
        script.lines.turns('turn-2');
        await script.append();
        // One that was never written is not there.
        const outcome = await store.deleteThread({ threadId }).then(
          () => 'deleted',
          (error: { code: string }) => error.code,
        );
        expect(outcome).toBe(persisted ? 'deleted' : 'thread_not_found');
        script.lines.turns('turn-3');
        expect((await failure(script.append())).code).toBe('thread_not_found');
        expect((await failure(script.flush())).code).toBe('thread_not_found');
        expect((await failure(store.readThread({ threadId }))).code).toBe('thread_not_found');
        await script.create();
        script.lines.turns('turn-4');
        await script.write();
        expect((await allTurns(store, { threadId })).map(({ turnId }) => turnId)).toEqual(['turn-4']);
        await script.shutdown();
        await store.deleteThread({ threadId });
      }
    });

    test('[V52] leaves its forks whole, which need its log, and goes with the last of them', async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1', 'turn-2');
      const fork = source.fork().turns('turn-3');
      const forkOfFork = fork.fork().turns('turn-4');
      source.turns('turn-5');
      await imported(store, [source, fork, forkOfFork]);
      const whole = async (threadId: string) => [
        await payloadsOf(store, threadId),
        await allTurns(store, { threadId, itemsView: 'full' }),
      ];
      const before = [await whole(fork.threadId), await whole(forkOfFork.threadId)];
      await store.deleteThread({ threadId: source.threadId });
      expect([await whole(fork.threadId), await whole(forkOfFork.threadId)]).toEqual(before);
      // Live lines of a fork stand on the deleted source, too.
      await store.resumeThread({ threadId: fork.threadId });
      await store.appendItems({ threadId: fork.threadId, items: [{ type: 'future', payload: 'more' }] });
      await store.shutdownThread({ threadId: fork.threadId });
      expect((await payloadsOf(store, fork.threadId)).at(-1)).toBe('more');
      await store.deleteThread({ threadId: fork.threadId });
      expect(await whole(forkOfFork.threadId)).toEqual(before[1]);
      await store.deleteThread({ threadId: forkOfFork.threadId });
      // Now nothing of the source is needed any more: its id is free.
      await store.createThread({ threadId: source.threadId, ...METADATA });
      await store.persistThread({ threadId: source.threadId });
      expect(await payloadsOf(store, source.threadId)).toHaveLength(1);
    });

    test('[V53] can be imported again', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      const { threadId } = rollout;
      await imported(store, [rollout]);
      await store.updateThreadMetadata({ threadId, patch: { name: 'forgotten' } });
      await store.deleteThread({ threadId });
      expect((await imported(store, [rollout])).files[0]?.outcome).toBe('imported');
      expect(await store.readThread({ threadId })).not.toHaveProperty('name');
    });

    test('[V54] of many turns is gone at once, and reads of others go on', async (store) => {
      const [large, other] = [RolloutBuilder.paginated(), RolloutBuilder.paginated().turns('turn-1')];
      for (const id of turnIds(600)) large.turn({ id, agent: ['x'.repeat(500)] });
      await imported(store, [large, other]);
      const heard = listening(store);
      const deleting = store.deleteThread({ threadId: large.threadId });
      const reads = Array.from({ length: 20 }, () => allTurns(store, { threadId: other.threadId }));
      await deleting;
      for (const read of await Promise.all(reads)) expect(read).toHaveLength(1);
      expect((await failure(store.readThread({ threadId: large.threadId }))).code).toBe('thread_not_found');
      expect((await store.listThreads({})).items.map(({ threadId }) => threadId)).toEqual([other.threadId]);
      const told = { type: 'threadDeleted', threadId: large.threadId } as const;
      expect(await heard.until((events) => events.length > 0)).toContainEqual(told);
    });
  });
}
