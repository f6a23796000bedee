import { describe, expect } from 'vitest';
import { itemIdsOf, itemPage, opposite, present, turnIdsOf, turnPage, allItems } from './pages.ts';
import { RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const DIRECTIONS = ['asc', 'desc'] as const;

/** Rules of the cursors of turns and items. */
export function cursorTests(test: StoreTest): void {
  describe('a cursor', () => {
    test('[C1] to the next page is there only if there are more rows, and goes on after the last one', async (store) => {
      const { threadId } = await importTurns(store, 4);
      for (const sortDirection of DIRECTIONS) {
        const first = await turnPage(store, { threadId, sortDirection, pageSize: 2 });
        const cursor = present(first.nextCursor);
        const second = await turnPage(store, { threadId, sortDirection, pageSize: 2, cursor });
        const ids = turnIds(4);
        expect([first, second].flatMap(turnIdsOf)).toEqual(sortDirection === 'asc' ? ids : ids.reverse());
        expect(second.nextCursor).toBeUndefined();
        const items = await itemPage(store, { threadId, sortDirection, pageSize: 8 });
        expect(items.rows).toHaveLength(8);
        expect(items.nextCursor).toBeUndefined();
      }
    });

    test('[C2] back is on every page that is not empty, and gives the first row again', async (store) => {
      const { threadId } = await importTurns(store, 5);
      const itemIds = itemIdsOf({ rows: await allItems(store, { threadId }) });
      for (const sortDirection of DIRECTIONS) {
        const back = opposite(sortDirection);
        const turns = sortDirection === 'asc' ? turnIds(5) : turnIds(5).reverse();
        const items = sortDirection === 'asc' ? itemIds : [...itemIds].reverse();
        let cursor: string | undefined;
        for (let at = 0; at < 5; at += 2) {
          const page = await turnPage(store, { threadId, sortDirection, pageSize: 2, cursor });
          const again = await turnPage(store, {
            threadId,
            sortDirection: back,
            cursor: present(page.backwardsCursor),
          });
          expect(turnIdsOf(again)).toEqual(turns.slice(0, at + 1).reverse());
          cursor = page.nextCursor;
        }
        for (let at = 0; at < 10; at += 3) {
          const page = await itemPage(store, { threadId, sortDirection, pageSize: 3, cursor });
          const again = await itemPage(store, {
            threadId,
            sortDirection: back,
            cursor: present(page.backwardsCursor),
          });
          expect(itemIdsOf(again)).toEqual(items.slice(0, at + 1).reverse());
          cursor = page.nextCursor;
        }
      }
    });

    test("[C2] back polls for what is newer: the contract's own example", async (store) => {
      const rollout = RolloutBuilder.paginated().turns('first', 'second', 'third');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const newest = await turnPage(store, { threadId, pageSize: 2 });
      expect(turnIdsOf(newest)).toEqual(['third', 'second']);
      const rest = await turnPage(store, { threadId, pageSize: 2, cursor: present(newest.nextCursor) });
      expect(turnIdsOf(rest)).toEqual(['first']);
      await imported(store, [rollout.turns('fourth')]);
      const polled = await turnPage(store, {
        threadId,
        sortDirection: 'asc',
        cursor: present(newest.backwardsCursor),
      });
      expect(turnIdsOf(polled)).toEqual(['third', 'fourth']);
    });

    test('[C3] may be used in either direction', async (store) => {
      const { threadId } = await importTurns(store, 5);
      const page = await turnPage(store, { threadId, sortDirection: 'asc', pageSize: 3 });
      const cursor = present(page.nextCursor);
      const from = async (sortDirection: 'asc' | 'desc', anchor: string) =>
        turnIdsOf(await turnPage(store, { threadId, sortDirection, cursor: anchor }));
      expect(await from('asc', cursor)).toEqual(['turn-4', 'turn-5']);
      expect(await from('desc', cursor)).toEqual(['turn-2', 'turn-1']);
      expect(await from('asc', present(page.backwardsCursor))).toEqual(turnIds(5));
      expect(await from('desc', present(page.backwardsCursor))).toEqual(['turn-1']);
      const items = await itemPage(store, { threadId, pageSize: 3 });
      const all = itemIdsOf({ rows: await allItems(store, { threadId }) });
      const other = await itemPage(store, {
        threadId,
        sortDirection: 'desc',
        cursor: present(items.nextCursor),
      });
      expect(itemIdsOf(other)).toEqual(all.slice(0, 2).reverse());
    });

    test('[C4] goes on with another page size or view', async (store) => {
      const { threadId } = await importTurns(store, 6);
      const first = await turnPage(store, { threadId, sortDirection: 'asc', pageSize: 1 });
      const second = await turnPage(store, {
        threadId,
        sortDirection: 'asc',
        pageSize: 3,
        itemsView: 'full',
        cursor: present(first.nextCursor),
      });
      expect(turnIdsOf(second)).toEqual(['turn-2', 'turn-3', 'turn-4']);
      expect(second.rows.every(({ itemsView, items }) => itemsView === 'full' && items.length === 2)).toBe(
        true,
      );
      const third = await turnPage(store, {
        threadId,
        sortDirection: 'asc',
        itemsView: 'notLoaded',
        cursor: present(second.nextCursor),
      });
      expect(turnIdsOf(third)).toEqual(['turn-5', 'turn-6']);
    });

    test('[C5] of items is good with and without turnId', async (store) => {
      const { threadId } = await importTurns(store, 3);
      const all = await allItems(store, { threadId });
      const inThread = await itemPage(store, { threadId, pageSize: 3 });
      const cursor = present(inThread.nextCursor);
      const ids = async (turnId: string | undefined, sortDirection: 'asc' | 'desc', anchor: string) =>
        itemIdsOf(await itemPage(store, { threadId, turnId, sortDirection, cursor: anchor }));
      const [, , question, answer, , last] = all.map(({ itemId }) => itemId);
      // The anchor is turn-2's question, excluded.
      expect(await ids('turn-2', 'asc', cursor)).toEqual([answer]);
      expect(await ids('turn-2', 'desc', cursor)).toEqual([]);
      expect(await ids('turn-1', 'asc', cursor)).toEqual([]);
      expect(await ids('turn-3', 'desc', cursor)).toEqual([]);
      expect(await ids('turn-1', 'desc', cursor)).toEqual(itemIdsOf({ rows: all.slice(0, 2) }).reverse());
      const inTurn = await itemPage(store, { threadId, turnId: 'turn-2', pageSize: 1 });
      expect(itemIdsOf(inTurn)).toEqual([question]);
      const goneOn = await ids(undefined, 'asc', present(inTurn.nextCursor));
      expect(goneOn).toEqual(itemIdsOf({ rows: all.slice(3) }));
      expect(goneOn.at(-1)).toBe(last);
      expect(await ids('turn-3', 'asc', present(inTurn.backwardsCursor))).toHaveLength(2);
    });

    test('[C6] past the end gives an empty page without cursors, and later what has come', async (store) => {
      const rollout = await importTurns(store, 3);
      const { threadId } = rollout;
      // Before the last turn, included, and with it the page's end.
      const last = await turnPage(store, { threadId, pageSize: 2, sortDirection: 'desc' });
      const afterLast = await turnPage(store, { threadId, pageSize: 1, sortDirection: 'desc' });
      const cursor = present(afterLast.nextCursor);
      expect(turnIdsOf(last)).toEqual(['turn-3', 'turn-2']);
      expect(await store.listTurns({ threadId, sortDirection: 'asc', cursor })).toEqual({ turns: [] });
      const newestItem = await itemPage(store, { threadId, pageSize: 1, sortDirection: 'desc' });
      const itemCursor = present(newestItem.nextCursor);
      expect(await store.listItems({ threadId, cursor: itemCursor })).toEqual({ items: [] });
      await imported(store, [rollout.turns('turn-4')]);
      expect(turnIdsOf(await turnPage(store, { threadId, sortDirection: 'asc', cursor }))).toEqual([
        'turn-4',
      ]);
      expect(await itemPage(store, { threadId, cursor: itemCursor })).toMatchObject({
        rows: [{ turnId: 'turn-4' }, { turnId: 'turn-4' }],
      });
    });

    test('[C7] that is garbage is refused', async (store) => {
      const { threadId } = await importTurns(store, 2);
      const { nextCursor = '' } = await store.listTurns({ threadId, pageSize: 1 });
      const garbage = ['', 'garbage', '{}', '[]', 'null', '[1,2,3]', '"turn"', nextCursor.slice(0, -2)];
      for (const cursor of garbage) {
        const calls = [
          () => store.listTurns({ threadId, cursor }),
          () => store.listItems({ threadId, cursor }),
          () => store.listThreads({ cursor }),
        ];
        for (const call of calls) {
          expect(await failure(call())).toMatchObject({
            code: 'invalid_request',
            message: `invalid cursor: ${cursor}`,
          });
        }
      }
    });

    test('[C7] of another thread, of another list or of another sort key is refused', async (store) => {
      const [one, two] = [await importTurns(store, 2), await importTurns(store, 2)];
      const { threadId } = one;
      const turns = present((await store.listTurns({ threadId, pageSize: 1 })).nextCursor);
      const items = present((await store.listItems({ threadId, pageSize: 1 })).nextCursor);
      const threads = present((await store.listThreads({ pageSize: 1 })).nextCursor);
      const wrong: [string, (cursor: string) => Promise<unknown>][] = [
        [turns, (cursor) => store.listTurns({ threadId: two.threadId, cursor })],
        [items, (cursor) => store.listItems({ threadId: two.threadId, cursor })],
        [turns, (cursor) => store.listItems({ threadId, cursor })],
        [items, (cursor) => store.listTurns({ threadId, cursor })],
        [threads, (cursor) => store.listTurns({ threadId, cursor })],
        [threads, (cursor) => store.listItems({ threadId, cursor })],
        [turns, (cursor) => store.listThreads({ cursor })],
        [items, (cursor) => store.listThreads({ cursor })],
        [threads, (cursor) => store.listThreads({ cursor, sortKey: 'updatedAt' })],
      ];
      for (const [cursor, call] of wrong) {
        expect(await failure(call(cursor))).toMatchObject({
          code: 'invalid_request',
          message: `invalid cursor: ${cursor}`,
        });
      }
    });
  });
}

async function importTurns(store: Parameters<typeof imported>[0], count: number): Promise<RolloutBuilder> {
  const rollout = RolloutBuilder.paginated().turns(...turnIds(count));
  await imported(store, [rollout]);
  return rollout;
}
