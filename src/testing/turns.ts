import { describe, expect } from 'vitest';
import type { StoredTurn } from '../contract/records.ts';
import { isItemOf } from '../contract/thread-item.ts';
import { allItems, allPages, allTurns, turnIdsOf, turnPage } from './pages.ts';
import { BUILDERS, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { imported, type StoreTest } from './store-test.ts';

const VIEWS = ['notLoaded', 'summary', 'full'] as const;
const DIRECTIONS = ['asc', 'desc'] as const;

/** Rules of turns and of their list. */
export function turnTests(test: StoreTest): void {
  describe('turns', () => {
    test('[L1] come newest first, as summaries, 25 in a page, unless told otherwise', async (store) => {
      const ids = turnIds(27);
      const rollout = RolloutBuilder.paginated().turns(...ids);
      await imported(store, [rollout]);
      const { turns, nextCursor } = await store.listTurns({ threadId: rollout.threadId });
      expect(turnIdsOf({ rows: turns })).toEqual([...ids].reverse().slice(0, 25));
      expect(turns.every(({ itemsView, items }) => itemsView === 'summary' && items.length === 2)).toBe(true);
      expect(nextCursor).toBeDefined();
    });

    test('[L2] are the same in every view but for the items', async (store) => {
      for (const build of BUILDERS) {
        const rollout = variedTurns(build());
        await imported(store, [rollout]);
        const bare = async (itemsView: (typeof VIEWS)[number]) => {
          const turns = await allTurns(store, { threadId: rollout.threadId, itemsView });
          expect(turns.every((turn) => turn.itemsView === itemsView)).toBe(true);
          return turns.map(({ items: _items, itemsView: _view, ...turn }) => turn);
        };
        const [notLoaded, summary, full] = await Promise.all(VIEWS.map(bare));
        expect(notLoaded).toHaveLength(5);
        expect(summary).toEqual(notLoaded);
        expect(full).toEqual(notLoaded);
      }
    });

    test('[L3] have no items when not loaded, and all of them in the full view', async (store) => {
      for (const build of BUILDERS) {
        const rollout = variedTurns(build());
        const { threadId } = rollout;
        await imported(store, [rollout]);
        for (const turn of await allTurns(store, { threadId, itemsView: 'notLoaded' })) {
          expect(turn.items).toEqual([]);
        }
        for (const turn of await allTurns(store, { threadId, itemsView: 'full' })) {
          const items = await allItems(store, { threadId, turnId: turn.turnId });
          expect(turn.items).toEqual(items.map(({ item }) => item));
          expect(turn.itemCount).toBe(items.length);
        }
      }
    });

    test('[L4] of a legacy thread have the first question and the last answer as their summary', async (store) => {
      const rollout = RolloutBuilder.legacy().startTurn('turn-1').user('turn-1', 'question');
      rollout.agent('turn-1', 'on it', 'final_answer').user('turn-1', 'steered');
      rollout.agent('turn-1', 'last', 'commentary').completeTurn('turn-1');
      rollout.startTurn('turn-2').agent('turn-2', 'unasked').completeTurn('turn-2');
      rollout.startTurn('turn-3').completeTurn('turn-3');
      await imported(store, [rollout]);
      const turns = await allTurns(store, { threadId: rollout.threadId, itemsView: 'summary' });
      expect(turns.map(textsOf)).toEqual([['question', 'last'], ['unasked'], []]);
    });

    test('[L4] of a paginated thread have the final answer in their summary, and no commentary', async (store) => {
      const rollout = RolloutBuilder.paginated().startTurn('turn-1').user('turn-1', 'question');
      rollout.agent('turn-1', 'final', 'final_answer').agent('turn-1', 'comment', 'commentary');
      rollout.agent('turn-1', 'plain').completeTurn('turn-1');
      rollout.startTurn('turn-2').agent('turn-2', 'first').agent('turn-2', 'plain').completeTurn('turn-2');
      rollout.startTurn('turn-3').agent('turn-3', 'comment', 'commentary').abortTurn('turn-3');
      rollout.startTurn('turn-4').user('turn-4', 'question').agent('turn-4', 'not yet over');
      await imported(store, [rollout]);
      const turns = await allTurns(store, { threadId: rollout.threadId, itemsView: 'summary' });
      expect(turns.map(textsOf)).toEqual([['question', 'final'], ['plain'], [], ['question']]);
    });

    test('[L5] in every view, direction and page size come each once, in order', async (store) => {
      const ids = turnIds(9);
      const rollout = RolloutBuilder.paginated().turns(...ids);
      await imported(store, [rollout]);
      const { threadId } = rollout;
      for (const itemsView of VIEWS) {
        const expected = await allTurns(store, { threadId, itemsView });
        expect(turnIdsOf({ rows: expected })).toEqual(ids);
        for (const sortDirection of DIRECTIONS) {
          const inOrder = sortDirection === 'asc' ? expected : [...expected].reverse();
          for (let pageSize = 1; pageSize <= 10; pageSize++) {
            const pages = await allPages((cursor) =>
              turnPage(store, { threadId, itemsView, sortDirection, pageSize, cursor }),
            );
            expect(pages.flatMap(({ rows }) => rows)).toEqual(inOrder);
            expect(pages).toHaveLength(Math.ceil(ids.length / pageSize));
          }
        }
      }
    });

    test('[L5] all fit in a page of any size', async (store) => {
      const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
      await imported(store, [rollout]);
      const { threadId } = rollout;
      for (const pageSize of [2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
        for (const sortDirection of DIRECTIONS) {
          expect((await store.listTurns({ threadId, pageSize, sortDirection })).turns).toHaveLength(3);
          expect((await store.listItems({ threadId, pageSize, sortDirection })).items).toHaveLength(6);
          expect((await store.listThreads({ pageSize, sortDirection })).items).toHaveLength(1);
        }
      }
    });

    test('[L6] of a thread without any are an empty page without cursors', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build();
        await imported(store, [rollout]);
        const { threadId } = rollout;
        for (const sortDirection of DIRECTIONS) {
          expect(await store.listTurns({ threadId, sortDirection })).toEqual({ turns: [] });
          expect(await store.listItems({ threadId, sortDirection })).toEqual({ items: [] });
        }
      }
    });

    test('[L7] say how they ended, when, and why they failed', async (store) => {
      const rollout = variedTurns(RolloutBuilder.paginated());
      await imported(store, [rollout]);
      const turns = await allTurns(store, { threadId: rollout.threadId, itemsView: 'notLoaded' });
      expect(turns.map(({ status }) => status)).toEqual([
        'completed',
        'interrupted',
        'failed',
        'completed',
        'interrupted',
      ]);
      expect(turns[2]?.error).toEqual({ message: 'it broke', codexErrorInfo: 'other' });
      expect(turns[0]).toMatchObject({ durationMs: 1000 });
      for (const { startedAt = 0, completedAt = Number.POSITIVE_INFINITY } of turns) {
        // Seconds, in the first hours of the epoch of built rollouts.
        expect(startedAt).toBeGreaterThan(Date.UTC(2026, 0, 1) / 1000);
        expect(startedAt).toBeLessThan(Date.UTC(2026, 0, 2) / 1000);
        expect(completedAt).toBeGreaterThan(startedAt);
      }
      expect(turns[4]?.completedAt).toBeUndefined();
    });

    test('[L7] that never ended read as interrupted', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turn({ id: 'turn-1', end: 'open' });
        await imported(store, [rollout]);
        for (const itemsView of VIEWS) {
          const [turn] = await allTurns(store, { threadId: rollout.threadId, itemsView });
          expect(turn?.status).toBe('interrupted');
        }
      }
    });

    test('[L8] that have ended stay as they are, whatever later lines say of them', async (store) => {
      const plain = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [plain]);
      for (const between of ['', 'x'.repeat(600 * 1024)]) {
        const rollout = RolloutBuilder.paginated()
          .turns('turn-1')
          .turn({ id: 'turn-2', user: `long ${between}` });
        rollout.agent('turn-1', 'late answer', 'final_answer');
        rollout.startTurn('turn-1').abortTurn('turn-1').completeTurn('turn-1', 'too late');
        await imported(store, [rollout]);
        const before = await allTurns(store, { threadId: plain.threadId, itemsView: 'summary' });
        const after = await allTurns(store, { threadId: rollout.threadId, itemsView: 'summary' });
        expect(after).toHaveLength(2);
        const { status, startedAt, completedAt, durationMs } = before[0] ?? {};
        expect(after[0]).toMatchObject({ status, startedAt, completedAt, durationMs });
        expect(after[0]?.error).toBeUndefined();
        expect(after.slice(0, 1).map(textsOf)).toEqual(before.map(textsOf));
      }
    });

    test('[L9] that were rolled back are gone, however many, and the others stay in every page size', async (store) => {
      const ids = turnIds(30);
      const rollout = RolloutBuilder.legacy()
        .turns(...ids.slice(0, 5))
        .turns(...ids.slice(5))
        .rollBack(25);
      rollout.turns('turn-a').rollBack(1).turns('turn-b', 'turn-c');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const expected = [...ids.slice(0, 5), 'turn-b', 'turn-c'];
      for (const sortDirection of DIRECTIONS) {
        const inOrder = sortDirection === 'asc' ? expected : [...expected].reverse();
        for (let pageSize = 1; pageSize <= 8; pageSize++) {
          const turns = await allPages((cursor) =>
            turnPage(store, { threadId, sortDirection, pageSize, cursor }),
          );
          expect(turns.flatMap(turnIdsOf)).toEqual(inOrder);
          expect(turns).toHaveLength(Math.ceil(expected.length / pageSize));
        }
      }
      expect(await store.readThread({ threadId })).toMatchObject({ turnCount: 7, itemCount: 14 });
    });

    test('[L9] are none when more are rolled back than there are', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1', 'turn-2').rollBack(9);
      await imported(store, [rollout]);
      const { threadId } = rollout;
      expect(await store.listTurns({ threadId })).toEqual({ turns: [] });
      expect(await store.listItems({ threadId })).toEqual({ items: [] });
      expect(await store.readThread({ threadId })).toMatchObject({ turnCount: 0, itemCount: 0 });
    });

    test('[L10] have ordinals that rise along the thread, and none twice, also after a rollback', async (store) => {
      const before = RolloutBuilder.legacy().turns('turn-1', 'turn-2');
      const { threadId } = before;
      await imported(store, [before]);
      const [, rolledBack] = await allTurns(store, { threadId });
      const items = await allItems(store, { threadId });
      await imported(store, [before.rollBack(1).turns('turn-3')]);
      const turns = await allTurns(store, { threadId });
      expect(turnIdsOf({ rows: turns })).toEqual(['turn-1', 'turn-3']);
      expect(turns[1]?.ordinal).toBeGreaterThan(rolledBack?.ordinal ?? Number.POSITIVE_INFINITY);
      const after = await allItems(store, { threadId });
      expect(after[2]?.ordinal).toBeGreaterThan(items[3]?.ordinal ?? Number.POSITIVE_INFINITY);
      const ordinals = after.map(({ ordinal }) => ordinal);
      expect(ordinals).toEqual([...new Set(ordinals)].sort((a, b) => a - b));
    });
  });
}

/** A completed turn, an interrupted one, a failed one, one without items, and one that has not ended. */
function variedTurns(rollout: RolloutBuilder): RolloutBuilder {
  rollout.turn({ id: 'turn-1', agent: ['thinking', 'done'] }).turn({ id: 'turn-2', end: 'interrupted' });
  rollout.startTurn('turn-3').user('turn-3', 'question').command('turn-3', 'call-1', 'output');
  rollout.completeTurn('turn-3', 'it broke');
  rollout.startTurn('turn-4').completeTurn('turn-4');
  return rollout.turn({ id: 'turn-5', end: 'open' });
}

/** The texts of a turn's messages. */
function textsOf({ items }: StoredTurn): string[] {
  return items.map((item) => {
    if (isItemOf(item, 'agentMessage')) return item.text;
    if (!isItemOf(item, 'userMessage')) return item.type;
    return item.content.map((part) => (part.type === 'text' ? part.text : part.type)).join('');
  });
}
