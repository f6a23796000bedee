import { describe, expect } from 'vitest';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { listening, liveThread } from './live-script.ts';
import { MemoryThreadStore } from '../memory/memory-thread-store.ts';
import { allItems, itemPage, present, turnIdsOf, turnPage } from './pages.ts';
import { BUILDERS, builtId, EPOCH, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';
import { cutThreads, fullTurns, resumed } from './branch-script.ts';

const ASC = { sortDirection: 'asc' } as const;

/** Rules of rollbacks and reverts. */
export function revertTests(test: StoreTest): void {
  describe('a thread from which turns are taken away', () => {
    test('[J1] shows what was before, and nothing else of it changes', async (store) => {
      for (const { cut, rollout } of await cutThreads(store, 6)) {
        const { threadId } = rollout;
        const before = {
          turns: await fullTurns(store, threadId),
          items: await allItems(store, { threadId }),
        };
        const record = await store.readThread({ threadId });
        const stale = await turnPage(store, { threadId, pageSize: 1 });
        const good = await turnPage(store, { threadId, ...ASC, pageSize: 2 });
        const staleItem = await itemPage(store, { threadId, sortDirection: 'desc', pageSize: 1 });
        const goodItem = await itemPage(store, { threadId, pageSize: 2 });
        const answer = await cut('turn-4');
        expect(answer).toEqual(await store.readThread({ threadId }));
        expect(answer).toMatchObject({ turnCount: 3, itemCount: 6, preview: record.preview });
        expect(answer.createdAt).toBe(record.createdAt);
        expect(answer.updatedAt).toBeGreaterThan(record.updatedAt);
        expect(await fullTurns(store, threadId)).toEqual(before.turns.slice(0, 3));
        expect(await allItems(store, { threadId })).toEqual(before.items.slice(0, 6));
        expect(await allItems(store, { threadId, turnId: 'turn-5' })).toEqual([]);
        for (const cursor of [stale.nextCursor, stale.backwardsCursor]) {
          const error = await failure(store.listTurns({ threadId, cursor: present(cursor) }));
          expect(error.message).toBe('invalid cursor: anchor turn is no longer present');
        }
        for (const cursor of [staleItem.nextCursor, staleItem.backwardsCursor]) {
          const error = await failure(store.listItems({ threadId, cursor: present(cursor) }));
          expect(error.message).toBe('invalid cursor: anchor item is no longer present');
        }
        const rest = await turnPage(store, { threadId, ...ASC, cursor: present(good.nextCursor) });
        expect(turnIdsOf(rest)).toEqual(['turn-3']);
        expect(await store.listItems({ threadId, cursor: present(goodItem.nextCursor) })).toMatchObject({
          items: before.items.slice(2, 6),
        });
      }
    });

    test('[J1] may lose all of its turns', async (store) => {
      for (const { cut, rollout } of await cutThreads(store, 2)) {
        const { threadId } = rollout;
        expect(await cut('turn-1')).toMatchObject({ turnCount: 0, itemCount: 0 });
        expect(await store.listTurns({ threadId })).toEqual({ turns: [] });
        expect(await store.listItems({ threadId })).toEqual({ items: [] });
      }
    });

    test('[J12] keeps its preview when all of them are, until somebody writes', async (store) => {
      for (const { cut, rollout } of await cutThreads(store, 2)) {
        const { threadId } = rollout;
        const { preview } = await store.readThread({ threadId });
        expect(await cut('turn-1')).toMatchObject({ turnCount: 0, preview });
        const live = await resumed(store, rollout);
        expect(await store.readThread({ threadId })).toMatchObject({ preview });
        await live('turn-x');
        await store.shutdownThread({ threadId });
        const { preview: written } = await store.readThread({ threadId });
        // A legacy thread's lines stay, and its preview with them.
        expect(written).toMatch(rollout.format === 'legacy' ? preview : /turn-x/);
        expect(await cut('turn-x')).toMatchObject({ turnCount: 0, preview: written });
      }
    });

    test('[J12] keeps its preview where its last file names no base, in whatever order its files come', async (store) => {
      for (const isFirst of [true, false]) {
        const whole = RolloutBuilder.paginated().turns('turn-1');
        const { threadId } = whole;
        const segmentId = builtId();
        // As Codex reverts a thread of which nothing is left.
        const last = RolloutBuilder.paginated({ threadId, segmentId, startedAt: EPOCH + 60_000 });
        await imported(store, isFirst ? [whole, last] : [last, whole]);
        const { preview, turnCount } = await store.readThread({ threadId });
        expect([preview, turnCount]).toEqual([expect.stringContaining('turn-1'), 0]);
        const { files, threadIds } = await store.importRollouts([last.file, whole.file]);
        expect(files.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
        expect(threadIds).toEqual([]);
        await imported(store, [last.turns('turn-2')]);
        expect((await store.readThread({ threadId })).preview).toContain('turn-2');
      }
    });

    test('[J2] never gives an ordinal twice', async (store) => {
      for (const { cut, rollout } of await cutThreads(store, 5)) {
        const { threadId } = rollout;
        const turns = await fullTurns(store, threadId);
        const items = await allItems(store, { threadId });
        await cut('turn-4');
        const live = await resumed(store, rollout);
        await live('turn-x');
        await cut('turn-3');
        await live('turn-y');
        await store.shutdownThread({ threadId });
        const after = await fullTurns(store, threadId);
        expect(after.map(({ turnId }) => turnId)).toEqual(['turn-1', 'turn-2', 'turn-y']);
        expect(after.at(-1)?.ordinal).toBeGreaterThan(turns.length);
        const last = (await allItems(store, { threadId })).at(-1);
        expect(last?.ordinal).toBeGreaterThan(items.length + 1);
        expect(last?.updatedAtOrdinal).toBeGreaterThan(items.length + 1);
      }
    });

    test('[J3] has the same history anywhere else', async (store) => {
      for (const { cut, rollout } of await cutThreads(store, 5)) {
        const { threadId } = rollout;
        await cut('turn-4');
        await (
          await resumed(store, rollout)
        )('turn-x');
        await cut('turn-3');
        await store.shutdownThread({ threadId });
        const { items } = await store.loadHistory({ threadId });
        const elsewhere = new MemoryThreadStore();
        const data = items.map((line) => `${JSON.stringify(line)}\n`).join('');
        await imported(elsewhere, [{ file: { name: rollout.name, data } }]);
        const shown = async (one: ThreadStoreClient) =>
          (await fullTurns(one, threadId)).map(({ ordinal: _, ...turn }) => turn);
        expect(await shown(elsewhere)).toEqual(await shown(store));
        await elsewhere.close();
        const ordinals = items.flatMap(({ ordinal }) => ordinal ?? []);
        expect(ordinals).toEqual(ordinals.toSorted((a, b) => a - b));
      }
    });

    test('[J3] forgets what came late for the turns before', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1').startTurn('turn-2').turns('turn-3');
      rollout.command('turn-1', 'late', 'output').completeTurn('turn-2');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      await store.revertThread({ threadId, beforeTurnId: 'turn-3' });
      const turns = await fullTurns(store, threadId);
      expect(turns.map(({ status, itemCount }) => [status, itemCount])).toEqual([
        ['completed', 2],
        ['interrupted', 0],
      ]);
    });

    test('[J4] keeps its live writer, which goes on at the new end', async (store) => {
      for (const historyMode of ['legacy', 'paginated'] as const) {
        const live = await liveThread(store, historyMode);
        live.lines
          .turns(...turnIds(3))
          .startTurn('turn-4')
          .user('turn-4', 'not done');
        const { threadId } = live;
        // What was appended and not flushed is part of what is cut.
        await live.append();
        await store.rollbackThread({ threadId, beforeTurnId: 'turn-3' });
        expect((await store.listLiveThreads()).threadIds).toEqual([threadId]);
        live.lines.turns('turn-5');
        await live.write();
        expect(turnIdsOf({ rows: await fullTurns(store, threadId) })).toEqual(['turn-1', 'turn-2', 'turn-5']);
        await live.shutdown();
        await store.deleteThread({ threadId });
      }
    });

    test('[J4] loses nothing of what is appended meanwhile', async (store) => {
      const live = await liveThread(store);
      live.lines.turns(...turnIds(3));
      await live.append();
      const { threadId } = live;
      const cutting = store.revertThread({ threadId, beforeTurnId: 'turn-2' });
      live.lines.turns('turn-4');
      await Promise.all([cutting, live.append()]);
      await live.shutdown();
      const kept = turnIdsOf({ rows: await fullTurns(store, threadId) });
      // Whether the line came before or after the cut is a matter of time; half of it cannot.
      expect([['turn-1'], ['turn-1', 'turn-4']]).toContainEqual(kept);
    });

    test('[J5] is refused where it cannot be', async (store) => {
      const [legacy, paginated] = BUILDERS.map((build) => build().turns('turn-1'));
      if (!legacy || !paginated) throw new Error('there are two formats');
      await imported(store, [legacy, paginated]);
      const { threadId } = paginated;
      const refused = async (call: Promise<unknown>) => {
        const { code, message } = await failure(call);
        return [code, message];
      };
      const beforeTurnId = 'turn-9';
      for (const cut of [store.revertThread.bind(store), store.rollbackThread.bind(store)]) {
        expect(await refused(cut({ threadId, beforeTurnId }))).toEqual([
          'invalid_request',
          'turn not found: turn-9',
        ]);
        expect((await refused(cut({ threadId: 'nobody', beforeTurnId })))[0]).toBe('thread_not_found');
      }
      const { threadId: legacyId } = legacy;
      expect((await refused(store.revertThread({ threadId: legacyId, beforeTurnId: 'turn-1' })))[0]).toBe(
        'invalid_request',
      );
      expect((await refused(store.rollbackThread({ threadId: legacyId, beforeTurnId })))[1]).toBe(
        'turn not found: turn-9',
      );
      await store.archiveThread({ threadId });
      expect((await refused(store.revertThread({ threadId, beforeTurnId: 'turn-1' })))[1]).toContain(
        'is archived',
      );
      expect((await store.readThread({ threadId, includeArchived: true })).turnCount).toBe(1);
    });

    test('[J6] is told', async (store) => {
      const threads = await cutThreads(store, 2);
      for (const { cut, rollout } of threads) {
        const { threadId } = rollout;
        const heard = listening(store);
        await cut('turn-2');
        const [event] = await heard.until((events) => events.length > 0);
        const edits = rollout.format === 'paginated' ? { edits: { reverted: true } } : {};
        expect(event).toEqual({ type: 'threadChanged', threadId, ...edits });
        heard.end();
      }
    });

    test('[J7] is not undone by its files, which may still grow', async (store) => {
      const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
      const { threadId } = rollout;
      await imported(store, [rollout]);
      await store.revertThread({ threadId, beforeTurnId: 'turn-2' });
      expect((await imported(store, [rollout])).files[0]?.outcome).toBe('unchanged');
      expect((await imported(store, [rollout.turns('turn-4')])).files[0]?.outcome).toBe('extended');
      expect(turnIdsOf({ rows: await fullTurns(store, threadId) })).toEqual(['turn-1']);
    });
  });
}
