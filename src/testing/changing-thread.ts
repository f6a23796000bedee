import { describe, expect } from 'vitest';
import { allItems, allPages, allTurns, itemIdsOf, itemPage, present, turnIdsOf, turnPage } from './pages.ts';
import { BUILDERS, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const DIRECTIONS = ['asc', 'desc'] as const;

/** Rules of cursors while their thread changes. */
export function changingThreadTests(test: StoreTest): void {
  describe('a cursor of a thread that changes', () => {
    test('[C8] goes on where it stood when the thread has grown', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns(...turnIds(5));
        const { threadId } = rollout;
        await imported(store, [rollout]);
        const up = await turnPage(store, { threadId, sortDirection: 'asc', pageSize: 2 });
        const down = await turnPage(store, { threadId, sortDirection: 'desc', pageSize: 2 });
        const items = await itemPage(store, { threadId, pageSize: 3 });
        rollout.turns('turn-6').command('turn-1', 'late', 'output').turns('turn-7');
        await imported(store, [rollout]);
        expect(
          turnIdsOf(
            await turnPage(store, { threadId, sortDirection: 'asc', cursor: present(up.nextCursor) }),
          ),
        ).toEqual(turnIds(7).slice(2));
        expect(turnIdsOf(await turnPage(store, { threadId, cursor: present(down.nextCursor) }))).toEqual([
          'turn-3',
          'turn-2',
          'turn-1',
        ]);
        const rest = await itemPage(store, { threadId, cursor: present(items.nextCursor) });
        const all = await allItems(store, { threadId });
        expect(all).toHaveLength(15);
        expect([...items.rows, ...rest.rows].map(({ itemId }) => itemId)).toEqual(itemIdsOf({ rows: all }));
      }
    });

    test('[C9] whose turn or item was rolled back is refused, and says that its anchor is gone', async (store) => {
      const rollout = RolloutBuilder.legacy().turns(...turnIds(4));
      const { threadId } = rollout;
      await imported(store, [rollout]);
      const kept = await turnPage(store, { threadId, sortDirection: 'asc', pageSize: 2 });
      const gone = await turnPage(store, { threadId, sortDirection: 'desc', pageSize: 1 });
      const keptItems = await itemPage(store, { threadId, sortDirection: 'asc', pageSize: 2 });
      const goneItems = await itemPage(store, { threadId, sortDirection: 'desc', pageSize: 2 });
      // What takes the places of the turns and items that are gone is not what the cursors name.
      await imported(store, [rollout.rollBack(2).turns('turn-5', 'turn-6', 'turn-7')]);
      for (const sortDirection of DIRECTIONS) {
        for (const cursor of [gone.nextCursor, gone.backwardsCursor]) {
          expect(
            await failure(store.listTurns({ threadId, sortDirection, cursor: present(cursor) })),
          ).toMatchObject({
            code: 'invalid_request',
            message: 'invalid cursor: anchor turn is no longer present',
            operation: 'listTurns',
          });
        }
        for (const cursor of [goneItems.nextCursor, goneItems.backwardsCursor]) {
          expect(
            await failure(store.listItems({ threadId, sortDirection, cursor: present(cursor) })),
          ).toMatchObject({
            code: 'invalid_request',
            message: 'invalid cursor: anchor item is no longer present',
            operation: 'listItems',
          });
        }
      }
      expect(
        turnIdsOf(
          await turnPage(store, { threadId, sortDirection: 'asc', cursor: present(kept.nextCursor) }),
        ),
      ).toEqual(['turn-5', 'turn-6', 'turn-7']);
      const rest = await itemPage(store, { threadId, cursor: present(keptItems.nextCursor) });
      expect(rest.rows.map(({ turnId }) => turnId)).toEqual(
        ['turn-2', 'turn-5', 'turn-6', 'turn-7'].flatMap((id) => [id, id]),
      );
    });

    test('[C10] survives that the thread is made anew on another surface', async (store) => {
      const rollout = RolloutBuilder.legacy();
      for (const id of turnIds(4)) {
        rollout.startTurn(id).user(id, id).command(id, `call-${id}`, 'output').agent(id, id).completeTurn(id);
      }
      const { threadId } = rollout;
      await imported(store, [rollout], { surface: 'extended' });
      const turns = await turnPage(store, { threadId, sortDirection: 'asc', pageSize: 2 });
      const items = await itemPage(store, { threadId, pageSize: 6 });
      const hidden = await itemPage(store, { threadId, pageSize: 2 });
      await imported(store, [rollout], { surface: 'limited' });
      expect(await allItems(store, { threadId })).toHaveLength(8);
      expect(
        turnIdsOf(
          await turnPage(store, { threadId, sortDirection: 'asc', cursor: present(turns.nextCursor) }),
        ),
      ).toEqual(['turn-3', 'turn-4']);
      expect(turnIdsOf(await turnPage(store, { threadId, cursor: present(turns.backwardsCursor) }))).toEqual([
        'turn-1',
      ]);
      const rest = await itemPage(store, { threadId, cursor: present(items.nextCursor) });
      expect(rest.rows.map(({ turnId }) => turnId)).toEqual(['turn-3', 'turn-3', 'turn-4', 'turn-4']);
      // This one's item is not shown any more.
      expect((await failure(store.listItems({ threadId, cursor: present(hidden.nextCursor) }))).message).toBe(
        'invalid cursor: anchor item is no longer present',
      );
    });

    test("[C10] survives that the thread's earlier history comes in", async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1', 'turn-2', 'turn-3');
      const fork = source.fork().turns('turn-4', 'turn-5', 'turn-6');
      const { threadId } = fork;
      await imported(store, [fork]);
      const up = await turnPage(store, { threadId, sortDirection: 'asc', pageSize: 1 });
      const down = await turnPage(store, { threadId, sortDirection: 'desc', pageSize: 2 });
      const items = await itemPage(store, { threadId, pageSize: 2 });
      expect(turnIdsOf(up)).toEqual(['turn-4']);
      await imported(store, [source]);
      const from = async (cursor: string | undefined, sortDirection: 'asc' | 'desc') =>
        (
          await allPages((next) =>
            turnPage(store, { threadId, sortDirection, pageSize: 2, cursor: next ?? present(cursor) }),
          )
        ).flatMap(turnIdsOf);
      expect(await from(up.nextCursor, 'asc')).toEqual(['turn-5', 'turn-6']);
      expect(await from(down.nextCursor, 'desc')).toEqual(turnIds(4).reverse());
      expect(await from(up.backwardsCursor, 'desc')).toEqual(turnIds(4).reverse());
      const rest = await itemPage(store, { threadId, cursor: present(items.nextCursor) });
      expect(rest.rows.map(({ turnId }) => turnId)).toEqual(['turn-5', 'turn-5', 'turn-6', 'turn-6']);
      const before = await itemPage(store, {
        threadId,
        sortDirection: 'desc',
        cursor: present(items.backwardsCursor),
      });
      expect(before.rows).toHaveLength(7);
      expect(turnIdsOf({ rows: await allTurns(store, { threadId }) })).toEqual(turnIds(6));
    });
  });
}
