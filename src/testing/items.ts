import { describe, expect } from 'vitest';
import { allItems, allPages, allTurns, itemIdsOf, itemPage } from './pages.ts';
import { BUILDERS, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const DIRECTIONS = ['asc', 'desc'] as const;

/** Rules of items and of their list. */
export function itemTests(test: StoreTest): void {
  describe('items', () => {
    test('[L11] come oldest first, 25 in a page, unless told otherwise', async (store) => {
      const rollout = RolloutBuilder.paginated().turns(...turnIds(20));
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const { items, nextCursor } = await store.listItems({ threadId });
      expect(items).toEqual((await allItems(store, { threadId })).slice(0, 25));
      expect(items[0]?.item.type).toBe('userMessage');
      expect(nextCursor).toBeDefined();
    });

    test('[L12] in every direction and page size come each once, in order', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns(...turnIds(4));
        await imported(store, [rollout]);
        const { threadId } = rollout;
        const expected = await allItems(store, { threadId });
        expect(expected).toHaveLength(8);
        expect(expected.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        for (const sortDirection of DIRECTIONS) {
          const inOrder = sortDirection === 'asc' ? expected : [...expected].reverse();
          for (let pageSize = 1; pageSize <= 9; pageSize++) {
            const pages = await allPages((cursor) =>
              itemPage(store, { threadId, sortDirection, pageSize, cursor }),
            );
            expect(pages.flatMap(({ rows }) => rows)).toEqual(inOrder);
            expect(pages).toHaveLength(Math.ceil(expected.length / pageSize));
          }
        }
      }
    });

    test('[L12] of one turn, too', async (store) => {
      const rollout = interleaved(RolloutBuilder.paginated());
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const all = await allItems(store, { threadId });
      for (const turnId of ['turn-1', 'turn-2']) {
        const expected = all.filter((item) => item.turnId === turnId);
        for (const sortDirection of DIRECTIONS) {
          const inOrder = sortDirection === 'asc' ? expected : [...expected].reverse();
          for (let pageSize = 1; pageSize <= 6; pageSize++) {
            const pages = await allPages((cursor) =>
              itemPage(store, { threadId, turnId, sortDirection, pageSize, cursor }),
            );
            expect(pages.flatMap(({ rows }) => rows)).toEqual(inOrder);
            expect(pages).toHaveLength(Math.ceil(expected.length / pageSize));
          }
        }
      }
    });

    test('[L13] of a turn that the thread does not have are an empty page', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      for (const sortDirection of DIRECTIONS) {
        expect(await store.listItems({ threadId, turnId: 'turn-9', sortDirection })).toEqual({ items: [] });
      }
    });

    test('[L14] that come late stand where they first appeared in the thread, and in their own turn', async (store) => {
      for (const build of BUILDERS) {
        const rollout = interleaved(build());
        await imported(store, [rollout]);
        const { threadId } = rollout;
        const items = await allItems(store, { threadId });
        expect(items.map(({ turnId }) => turnId)).toEqual([
          'turn-1',
          'turn-1',
          'turn-2',
          'turn-1',
          'turn-2',
          'turn-2',
          'turn-1',
        ]);
        for (const { turnId, items: inTurn } of await allTurns(store, { threadId, itemsView: 'full' })) {
          const own = items.filter((item) => item.turnId === turnId);
          expect(inTurn).toEqual(own.map(({ item }) => item));
        }
        expect(items.map(({ ordinal }) => ordinal)).toEqual([0, 1, 2, 3, 4, 5, 6]);
      }
    });

    test('[L14] also when much was written in between', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1').startTurn('turn-2');
      rollout.command('turn-2', 'call-1', 'x'.repeat(600 * 1024)).command('turn-1', 'call-2', 'late');
      rollout.command('turn-2', 'call-3', 'y'.repeat(600 * 1024)).command('turn-1', 'call-4', 'later');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const items = await allItems(store, { threadId });
      expect(items.slice(2).map(({ turnId, itemId }) => [turnId, itemId])).toEqual([
        ['turn-2', 'call-1'],
        ['turn-1', 'call-2'],
        ['turn-2', 'call-3'],
        ['turn-1', 'call-4'],
      ]);
      const [first] = await allTurns(store, { threadId, itemsView: 'full' });
      expect(first?.items.map(({ id }) => id).slice(2)).toEqual(['call-2', 'call-4']);
      expect((await itemPage(store, { threadId, turnId: 'turn-1', sortDirection: 'desc' })).rows).toEqual(
        items.filter(({ turnId }) => turnId === 'turn-1').reverse(),
      );
    });

    test('[L15] keep their place and creation time when they are told again; the content is the last one', async (store) => {
      for (const between of ['', 'x'.repeat(600 * 1024)]) {
        const rollout = RolloutBuilder.paginated().startTurn('turn-1');
        rollout.command('turn-1', 'call-1', 'first').agent('turn-1', `between ${between}`);
        const { threadId } = rollout;
        await imported(store, [rollout]);
        const [before, second] = await allItems(store, { threadId });
        rollout.startTurn('turn-2').command('turn-1', 'call-1', 'second');
        await imported(store, [rollout]);
        const [after, ...others] = await allItems(store, { threadId });
        expect(others).toHaveLength(1);
        expect(after).toMatchObject({
          itemId: 'call-1',
          ordinal: before?.ordinal,
          createdAtMs: before?.createdAtMs,
          item: { type: 'commandExecution', aggregatedOutput: 'second' },
        });
        expect(after?.updatedAtOrdinal).toBeGreaterThan(second?.updatedAtOrdinal ?? Number.POSITIVE_INFINITY);
        const [turn] = await allTurns(store, { threadId, itemsView: 'full' });
        expect(turn?.items[0]).toEqual(after?.item);
        expect(turn?.itemCount).toBe(2);
      }
    });

    test('[L16] of more than 64 KB are whole, in lists, in the full view and in summaries', async (store) => {
      const long = 'ä'.repeat(70 * 1024);
      for (const build of BUILDERS) {
        const rollout = build().turn({ id: 'turn-1', user: `q${long}`, agent: [`a${long}`] });
        rollout.turn({ id: 'turn-2' });
        await imported(store, [rollout]);
        const { threadId } = rollout;
        const items = await allItems(store, { threadId });
        const [question, answer] = items.map(({ item }) => item);
        expect(question).toMatchObject({
          type: 'userMessage',
          content: [{ type: 'text', text: `q${long}` }],
        });
        expect(answer).toMatchObject({ type: 'agentMessage', text: `a${long}` });
        for (const itemsView of ['full', 'summary'] as const) {
          const [turn] = await allTurns(store, { threadId, itemsView });
          expect(turn?.items).toEqual([question, answer]);
        }
        expect((await itemPage(store, { threadId, sortDirection: 'desc' })).rows).toEqual(
          [...items].reverse(),
        );
      }
    });

    test('[L17] of a turn of hundreds are paged whole', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1').startTurn('turn-2');
      for (let n = 0; n < 200; n++) rollout.command('turn-2', `call-${n}`, `output ${n}`);
      rollout.turns('turn-3');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const calls = Array.from({ length: 200 }, (_, n) => `call-${n}`);
      for (const sortDirection of DIRECTIONS) {
        const inOrder = sortDirection === 'asc' ? calls : [...calls].reverse();
        for (const pageSize of [1, 63, 64, 65, 199, 200, 201]) {
          const read = (cursor: string | undefined) =>
            itemPage(store, { threadId, turnId: 'turn-2', sortDirection, pageSize, cursor });
          const pages = pageSize === 1 ? [await read(undefined)] : await allPages(read);
          expect(pages.flatMap(itemIdsOf)).toEqual(pageSize === 1 ? inOrder.slice(0, 1) : inOrder);
        }
      }
      const turns = await allTurns(store, { threadId, itemsView: 'full' });
      expect(turns.map(({ items }) => items.length)).toEqual([2, 200, 2]);
      expect(turns[1]?.items.map(({ id }) => id)).toEqual(calls);
    });

    test('[L17] of a turn of more than 256 KB, too', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().startTurn('turn-1').user('turn-1', 'question');
        const texts = Array.from({ length: 40 }, (_, n) => `${n} ${'z'.repeat(40 * 1024)}`);
        for (const text of texts) rollout.agent('turn-1', text);
        rollout.completeTurn('turn-1');
        await imported(store, [rollout]);
        const { threadId } = rollout;
        const pages = await allPages((cursor) => itemPage(store, { threadId, pageSize: 7, cursor }));
        const items = pages.flatMap(({ rows }) => rows.map(({ item }) => item));
        expect(items.slice(1).map((item) => ('text' in item ? item.text : item.type))).toEqual(texts);
        const [turn] = await allTurns(store, { threadId, itemsView: 'full' });
        expect(turn?.items).toEqual(items);
        const [summary] = await allTurns(store, { threadId, itemsView: 'summary' });
        expect(summary?.items).toEqual([items[0], items.at(-1)]);
      }
    });

    test('[L18] say when they were first seen, in milliseconds, and where they stand', async (store) => {
      const rollout = RolloutBuilder.legacy().startTurn('turn-1').user('turn-1', 'question');
      const createdAtMs = rollout.timeMs;
      await imported(store, [rollout]);
      const { items } = await store.listItems({ threadId: rollout.threadId });
      expect(items).toEqual([
        {
          turnId: 'turn-1',
          itemId: 'item-1',
          ordinal: 0,
          updatedAtOrdinal: 0,
          createdAtMs,
          item: {
            type: 'userMessage',
            id: 'item-1',
            content: [{ type: 'text', text: 'question', text_elements: [] }],
          },
        },
      ]);
    });

    test('[L19] are read by their ids, in stored order, without those that are not there', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns('turn-1');
        for (const call of ['call-1', 'call-2', 'call-3'])
          rollout.command('turn-1', call, 'x'.repeat(100_000));
        rollout.turns('turn-2');
        await imported(store, [rollout]);
        const { threadId } = rollout;
        const all = await allItems(store, { threadId, turnId: 'turn-1' });
        const itemIds = ['call-3', 'nobody', all[0]?.itemId ?? '', 'call-1', 'call-1'];
        expect(await store.readItems({ threadId, turnId: 'turn-1', itemIds })).toEqual({
          items: [all[0], all[2], all[4]],
        });
        expect(await store.readItems({ threadId, turnId: 'turn-2', itemIds: ['call-1'] })).toEqual({
          items: [],
        });
        expect(await store.readItems({ threadId, turnId: 'nobody', itemIds })).toEqual({ items: [] });
      }
    });

    test('[L19] are read 1 to 100 at a time', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const read = (count: number) =>
        store.readItems({
          threadId: rollout.threadId,
          turnId: 'turn-1',
          itemIds: Array.from({ length: count }, (_, index) => `item-${index}`),
        });
      expect(await read(100)).toEqual({ items: [] });
      expect((await failure(read(0))).message).toBe('itemIds must have at least 1');
      expect((await failure(read(101))).message).toBe('itemIds must have at most 100');
    });
  });
}

/** Two turns, the first of which gets items when the second has begun, and when it is over. */
function interleaved(rollout: RolloutBuilder): RolloutBuilder {
  rollout.turns('turn-1').startTurn('turn-2').user('turn-2', 'question');
  rollout.command('turn-1', 'call-1', 'late').command('turn-2', 'call-2', 'in time');
  return rollout.agent('turn-2', 'answer').completeTurn('turn-2').command('turn-1', 'call-3', 'later');
}
