import { describe, expect } from 'vitest';
import { liveThread } from './live-script.ts';
import { turnIdsOf } from './pages.ts';
import { builtId, BUILDERS, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';
import { cutThreads, fullTurns, resumed } from './branch-script.ts';

/** Rules of forks. */
export function forkTests(test: StoreTest): void {
  describe('a fork', () => {
    test('[J8] begins as its source, through a turn, before one, or with all of it', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns(...turnIds(4));
        const { threadId } = rollout;
        await imported(store, [rollout]);
        const turns = await fullTurns(store, threadId);
        for (const [boundary, count] of [
          [{}, 4],
          [{ lastTurnId: 'turn-2' }, 2],
          [{ beforeTurnId: 'turn-2' }, 1],
          [{ lastTurnId: 'turn-4' }, 4],
          [{ beforeTurnId: 'turn-1' }, 0],
        ] as const) {
          const fork = await store.forkThread({ threadId, ...boundary });
          expect(fork).toMatchObject({ forkedFromId: threadId, turnCount: count });
          expect(fork).toEqual(await store.readThread({ threadId: fork.threadId }));
          expect(await fullTurns(store, fork.threadId)).toEqual(turns.slice(0, count));
        }
      }
    });

    test('[J9] and its source go their own ways', async (store) => {
      for (const { cut, rollout } of await cutThreads(store, 4)) {
        const { threadId } = rollout;
        const source = await fullTurns(store, threadId);
        const newThreadId = builtId();
        await store.forkThread({ threadId, lastTurnId: 'turn-3', newThreadId });
        await (
          await resumed(store, rollout)
        )('turn-5');
        await store.shutdownThread({ threadId });
        await (
          await resumed(store, rollout, newThreadId)
        )('turn-6');
        await store.shutdownThread({ threadId: newThreadId });
        await cut('turn-2');
        const history = await store.loadHistory({ threadId: newThreadId });
        expect(turnIdsOf({ rows: await fullTurns(store, newThreadId) })).toEqual([...turnIds(3), 'turn-6']);
        expect(await fullTurns(store, threadId)).toEqual(source.slice(0, 1));
        await store.deleteThread({ threadId });
        expect(await store.loadHistory({ threadId: newThreadId })).toEqual(history);
        // Also a fork of the fork, and one that is cut within what it took over.
        const second = await store.forkThread({ threadId: newThreadId });
        await store.rollbackThread({ threadId: newThreadId, beforeTurnId: 'turn-2' });
        expect(turnIdsOf({ rows: await fullTurns(store, newThreadId) })).toEqual(['turn-1']);
        await store.deleteThread({ threadId: newThreadId });
        expect(turnIdsOf({ rows: await fullTurns(store, second.threadId) })).toEqual([
          ...turnIds(3),
          'turn-6',
        ]);
      }
    });

    test('[J10] of a thread that is being written has what was appended, and its open turn as interrupted', async (store) => {
      for (const historyMode of ['legacy', 'paginated'] as const) {
        const live = await liveThread(store, historyMode);
        live.lines.turns('turn-1').startTurn('turn-2').user('turn-2', 'go on');
        await live.append();
        const { threadId } = live;
        const fork = await store.forkThread({ threadId });
        const running = await failure(store.forkThread({ threadId, lastTurnId: 'turn-2' }));
        expect([running.code, running.message]).toEqual([
          'invalid_request',
          'turn turn-2 is still in progress',
        ]);
        await store.resumeThread({ threadId: fork.threadId });
        expect((await fullTurns(store, fork.threadId)).map(({ status }) => status)).toEqual([
          'completed',
          'interrupted',
        ]);
        expect((await fullTurns(store, threadId)).map(({ status }) => status)).toEqual([
          'completed',
          'inProgress',
        ]);
        await Promise.all([live.shutdown(), store.shutdownThread({ threadId: fork.threadId })]);
      }
    });

    test('[J11] says of itself what it is told to, and is refused where it cannot be', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      const { threadId } = rollout;
      await imported(store, [rollout]);
      const metadata = { cwd: '/elsewhere', modelProvider: 'other' };
      const newThreadId = 'any name';
      expect(
        await store.forkThread({ threadId, newThreadId, originator: 'me', threadSource: 'user', metadata }),
      ).toMatchObject({
        threadId: newThreadId,
        sessionId: newThreadId,
        originator: 'me',
        threadSource: 'user',
        ...metadata,
      });
      expect(await failure(store.forkThread({ threadId, newThreadId }))).toMatchObject({ code: 'conflict' });
      expect(await failure(store.forkThread({ threadId, lastTurnId: 'turn-9' }))).toMatchObject({
        code: 'invalid_request',
        message: 'turn not found: turn-9',
      });
      expect(
        await failure(store.forkThread({ threadId, lastTurnId: 'turn-1', beforeTurnId: 'turn-1' })),
      ).toMatchObject({
        code: 'invalid_request',
        message: 'beforeTurnId cannot be combined with lastTurnId',
      });
      expect((await failure(store.forkThread({ threadId: 'nobody' }))).code).toBe('thread_not_found');
      expect((await store.listThreads({})).items).toHaveLength(2);
    });
  });
}
