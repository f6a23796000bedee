import { describe, expect } from 'vitest';
import type { ThreadItem } from '../contract/thread-item.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { allItems, allPages, allTurns, itemPage, turnPage } from './pages.ts';
import { BUILDERS, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const VIEWS = ['notLoaded', 'summary', 'full'] as const;
const DIRECTIONS = ['asc', 'desc'] as const;

/** Rules of pages that are bounded in bytes, and of content that is left out of them. */
export function boundedPageTests(test: StoreTest): void {
  describe('a page of at most so many bytes', () => {
    test('[B1] of turns ends early, is never empty, and goes on', async (store) => {
      for (const { threadId } of await unevenThreads(store)) {
        for (const itemsView of VIEWS) {
          for (const sortDirection of DIRECTIONS) {
            const whole = await turnPage(store, { threadId, itemsView, sortDirection, pageSize: 1000 });
            for (const maxBytes of [1, 3000, 9000, 1e9]) {
              const pages = await allPages((cursor) =>
                turnPage(store, { threadId, itemsView, sortDirection, pageSize: 1000, maxBytes, cursor }),
              );
              expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
              if (itemsView === 'full') expectFilled(pages, maxBytes, ({ bytes }) => bytes);
              if (itemsView === 'notLoaded' || maxBytes === 1e9) expect(pages).toEqual([whole]);
              else expect(pages.length).toBeGreaterThan(3);
            }
          }
        }
      }
    });

    test('[B1] of items ends early, is never empty, and goes on', async (store) => {
      for (const { threadId } of await unevenThreads(store)) {
        const all = await allItems(store, { threadId });
        for (const more of [{}, { turnId: 'turn-4' }, { afterUpdatedAtOrdinal: -1 }] as const) {
          for (const sortDirection of DIRECTIONS.slice(0, 'afterUpdatedAtOrdinal' in more ? 1 : 2)) {
            const params = { threadId, sortDirection, pageSize: 1000, ...more };
            const whole = await itemPage(store, params);
            for (const maxBytes of [1, 3000, 9000, 1e9]) {
              const pages = await allPages((cursor) => itemPage(store, { ...params, maxBytes, cursor }));
              expect(pages.flatMap(({ rows }) => rows)).toEqual(whole.rows);
              if (maxBytes === 1) expect(pages).toHaveLength(whole.rows.length);
              if (maxBytes === 1e9) expect(pages).toHaveLength(1);
            }
          }
        }
        expect(await allItems(store, { threadId })).toEqual(all);
      }
    });

    test('[B1] has no more rows than its size, either', async (store) => {
      const [thread] = await unevenThreads(store);
      const threadId = thread?.threadId ?? '';
      for (const pageSize of [1, 2, 5]) {
        const pages = await allPages((cursor) =>
          itemPage(store, { threadId, pageSize, maxBytes: 2000, cursor }),
        );
        expect(Math.max(...pages.map(({ rows }) => rows.length))).toBeLessThanOrEqual(pageSize);
        expect(pages.flatMap(({ rows }) => rows)).toHaveLength((await allItems(store, { threadId })).length);
      }
    });

    test('[B2] of less than one byte is refused', async (store) => {
      const [thread] = await unevenThreads(store);
      const threadId = thread?.threadId ?? '';
      for (const call of [
        store.listTurns({ threadId, maxBytes: 0 }),
        store.listItems({ threadId, maxBytes: 0 }),
      ])
        expect((await failure(call)).message).toBe('maxBytes must be at least 1');
    });
  });

  describe('deferred output', () => {
    test('[B3] of large items is empty, and the item says so; nothing else differs', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns('turn-1');
        rollout.command('turn-1', 'small', 'y'.repeat(60_000)).command('turn-1', 'large', 'x'.repeat(70_000));
        rollout.turn({ id: 'turn-2', user: 'q'.repeat(80_000), agent: ['a'.repeat(90_000)] });
        await imported(store, [rollout]);
        const { threadId } = rollout;
        const whole = await allItems(store, { threadId });
        const deferred = await allItems(store, { threadId, deferOutput: true });
        expect(deferred.map(({ item: _, ...row }) => row)).toEqual(whole.map(({ item: _, ...row }) => row));
        for (const [index, { item }] of deferred.entries()) expectDeferred(item, whole[index]?.item);
        expect(
          deferred.map(({ item }) => ('deferredFields' in item ? item.deferredFields : undefined)),
        ).toEqual([undefined, undefined, undefined, ['aggregatedOutput'], ['content'], ['text']]);
        expect(deferred.at(3)?.item).toMatchObject({ aggregatedOutput: '', status: 'completed' });
        for (const itemsView of VIEWS) {
          const turns = await allTurns(store, { threadId, itemsView, deferOutput: true });
          const shown = await allTurns(store, { threadId, itemsView });
          expect(turns.map(({ items: _, ...turn }) => turn)).toEqual(
            shown.map(({ items: _, ...turn }) => turn),
          );
          const items = turns.flatMap((turn) => turn.items);
          for (const [index, item] of items.entries())
            expectDeferred(item, shown.flatMap((turn) => turn.items)[index]);
          expect(items.filter((item) => 'deferredFields' in item)).toHaveLength(
            { notLoaded: 0, summary: 2, full: 3 }[itemsView],
          );
        }
        const changes = await allItems(store, { threadId, afterUpdatedAtOrdinal: -1, deferOutput: true });
        expect(changes.map(({ item }) => item)).toEqual(deferred.map(({ item }) => item));
        const { items } = await store.readItems({ threadId, turnId: 'turn-1', itemIds: ['large'] });
        expect(items).toEqual([whole[3]]);
      }
    });

    test('[B3] keeps the short fields of large objects', async (store) => {
      const rollout = RolloutBuilder.paginated().startTurn('turn-1');
      const result = { content: [{ type: 'text', text: 'x'.repeat(80_000) }], note: 'short', _meta: null };
      rollout.item('turn-1', { type: 'Unknown', id: 'own', result, list: [1, 2], text: 'kept' });
      await imported(store, [rollout]);
      const [row] = await allItems(store, { threadId: rollout.threadId, deferOutput: true });
      expect(row?.item).toMatchObject({
        result: { content: [], note: 'short', _meta: null },
        list: [1, 2],
        text: 'kept',
        deferredFields: ['result'],
      });
    });

    test('[B4] does not count for the bytes of a page', async (store) => {
      const rollout = RolloutBuilder.paginated();
      for (const id of turnIds(6))
        rollout.startTurn(id).command(id, `call-${id}`, 'x'.repeat(70_000)).completeTurn(id);
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const bounds = { threadId, maxBytes: 80_000 };
      expect((await store.listItems(bounds)).items).toHaveLength(1);
      expect((await store.listItems({ ...bounds, deferOutput: true })).items).toHaveLength(6);
      const full = { ...bounds, itemsView: 'full' } as const;
      expect((await store.listTurns(full)).turns).toHaveLength(1);
      expect((await store.listTurns({ ...full, deferOutput: true })).turns).toHaveLength(6);
    });
  });
}

/** Threads whose turns and items differ much in size. */
async function unevenThreads(store: ThreadStoreClient): Promise<RolloutBuilder[]> {
  const rollouts = BUILDERS.map((build) => {
    const rollout = build();
    for (const [index, id] of turnIds(90).entries()) {
      const text = 'x'.repeat((index % 7) * 300);
      rollout.turn({ id, user: `question ${text}`, agent: [text, `answer ${text}`] });
    }
    return rollout.command('turn-4', 'late', 'output').command('turn-4', 'large', 'x'.repeat(70_000));
  });
  await imported(store, rollouts);
  return rollouts;
}

/** Each page has as many rows as fit: one more of the next page's would be too much. */
function expectFilled<Row>(pages: { rows: Row[] }[], maxBytes: number, bytesOf: (row: Row) => number): void {
  const total = (rows: Row[]) => rows.reduce((sum, row) => sum + bytesOf(row), 0);
  for (const [index, { rows }] of pages.entries()) {
    if (rows.length > 1) expect(total(rows)).toBeLessThanOrEqual(maxBytes);
    const next = pages[index + 1]?.rows[0];
    if (next !== undefined) expect(total([...rows, next])).toBeGreaterThan(maxBytes);
  }
}

/** The same item, but for the fields that it says were left out. */
function expectDeferred(item: ThreadItem | undefined, whole: ThreadItem | undefined): void {
  const { deferredFields, ...rest }: Record<string, unknown> = { ...item };
  const fields = Array.isArray(deferredFields) ? deferredFields.map(String) : [];
  const without = (one: object) => Object.entries(one).filter(([field]) => !fields.includes(field));
  expect(without(rest)).toEqual(without({ ...whole }));
}
