import { describe, expect } from 'vitest';
import type { JsonObject } from '../contract/json.ts';
import type { ListThreadsParams } from '../contract/requests.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { allPages, opposite, present, threadIdsOf, threadPage } from './pages.ts';
import { builtId, EPOCH, RolloutBuilder } from './rollout-builder.ts';
import { imported, type StoreTest } from './store-test.ts';

const SORT_KEYS = ['createdAt', 'updatedAt', 'recencyAt'] as const;
const DIRECTIONS = ['asc', 'desc'] as const;

/** Rules of the list of threads. */
export function threadListTests(test: StoreTest): void {
  describe('the list of threads', () => {
    test('[T7] is newest first by createdAt, 25 in a page, unless told otherwise', async (store) => {
      const rollouts = Array.from({ length: 27 }, (_, n) => threadAt(EPOCH + n * 60_000));
      await imported(store, rollouts);
      const { items, nextCursor } = await store.listThreads({});
      expect(threadIdsOf({ rows: items })).toEqual(idsOf(rollouts).reverse().slice(0, 25));
      expect(nextCursor).toBeDefined();
    });

    test('[T7] is empty, without cursors, where there are no threads', async (store) => {
      expect(await store.listThreads({})).toEqual({ items: [] });
    });

    test('[T8] in every order, direction and page size gives each thread once, also of equal times', async (store) => {
      await importThreadsOfFewTimes(store);
      for (const sortKey of SORT_KEYS) {
        const newestFirst = (await store.listThreads({ sortKey, pageSize: 100 })).items;
        expect(newestFirst).toHaveLength(7);
        const expected = [...newestFirst].sort((a, b) =>
          a[sortKey] === b[sortKey] ? (a.threadId < b.threadId ? -1 : 1) : b[sortKey] - a[sortKey],
        );
        expect(threadIdsOf({ rows: newestFirst })).toEqual(threadIdsOf({ rows: expected }));
        for (const sortDirection of DIRECTIONS) {
          const inOrder = sortDirection === 'desc' ? expected : [...expected].reverse();
          for (let pageSize = 1; pageSize <= 8; pageSize++) {
            const pages = await allPages((cursor) =>
              threadPage(store, { sortKey, sortDirection, pageSize, cursor }),
            );
            expect(pages.flatMap(threadIdsOf)).toEqual(threadIdsOf({ rows: inOrder }));
            expect(pages.every(({ rows }, n) => rows.length === pageSize || n === pages.length - 1)).toBe(
              true,
            );
          }
        }
      }
    });

    test('[T8] sorts by the time that is asked for', async (store) => {
      const early = threadAt(EPOCH).turns('turn-1');
      const late = threadAt(EPOCH + 1000);
      early.line('turn_context', {}).line('future_line', {});
      await imported(store, [early, late]);
      const order = async (sortKey: (typeof SORT_KEYS)[number]) =>
        threadIdsOf(await threadPage(store, { sortKey }));
      expect(await order('createdAt')).toEqual(idsOf([late, early]));
      expect(await order('updatedAt')).toEqual(idsOf([early, late]));
      expect(await order('recencyAt')).toEqual(idsOf([early, late]));
    });

    test('[T9] goes on, and back, from its cursors: on without the last thread, back with the first', async (store) => {
      await importThreadsOfFewTimes(store);
      for (const sortKey of SORT_KEYS) {
        for (const sortDirection of DIRECTIONS) {
          const request: ListThreadsParams = { sortKey, sortDirection };
          const all = threadIdsOf(await threadPage(store, request));
          const second = await threadPage(store, {
            ...request,
            pageSize: 2,
            cursor: present((await threadPage(store, { ...request, pageSize: 3 })).nextCursor),
          });
          expect(threadIdsOf(second)).toEqual(all.slice(3, 5));
          const back = await threadPage(store, {
            ...request,
            sortDirection: opposite(sortDirection),
            cursor: present(second.backwardsCursor),
          });
          expect(threadIdsOf(back)).toEqual(all.slice(0, 4).reverse());
        }
      }
    });

    test('[T10] neither repeats nor skips a thread when newer ones come between two pages', async (store) => {
      const old = Array.from({ length: 4 }, (_, n) => threadAt(EPOCH + n * 1000));
      await imported(store, old);
      const first = await threadPage(store, { pageSize: 2 });
      const newer = [threadAt(EPOCH + 3000), threadAt(EPOCH + 60_000)];
      await imported(store, newer);
      const second = await threadPage(store, { pageSize: 9, cursor: present(first.nextCursor) });
      expect([...threadIdsOf(first), ...threadIdsOf(second)].filter((id) => idsOf(old).includes(id))).toEqual(
        idsOf(old).reverse(),
      );
      const polled = await threadPage(store, {
        cursor: present(first.backwardsCursor),
        sortDirection: 'asc',
      });
      expect(threadIdsOf(polled)).toContain(newer[1]?.threadId);
    });

    test('[T11] shows the archived threads INSTEAD of the active ones', async (store) => {
      const active = threadAt(EPOCH);
      const archived = threadAt(EPOCH, { archived: true });
      await imported(store, [active, archived]);
      for (const sortKey of SORT_KEYS) {
        expect(threadIdsOf(await threadPage(store, { sortKey }))).toEqual([active.threadId]);
        expect(threadIdsOf(await threadPage(store, { sortKey, archived: true }))).toEqual([
          archived.threadId,
        ]);
      }
    });

    test('[T12] with cwdFilters shows those directories only, and none when the filter is empty', async (store) => {
      const here = threadAt(EPOCH, { meta: { cwd: '/here' } });
      const there = threadAt(EPOCH, { meta: { cwd: '/there' } });
      await imported(store, [here, there]);
      expect(await store.listThreads({ cwdFilters: [] })).toEqual({ items: [] });
      expect(threadIdsOf(await threadPage(store, { cwdFilters: ['/here'] }))).toEqual([here.threadId]);
      expect(threadIdsOf(await threadPage(store, { cwdFilters: ['/he'] }))).toEqual([]);
      expect(threadIdsOf(await threadPage(store, { cwdFilters: ['/here', '/there'] }))).toHaveLength(2);
    });

    test('[T12] with modelProviders shows those only, and all when the filter is empty', async (store) => {
      const mine = threadAt(EPOCH, { meta: { model_provider: 'mine' } });
      const other = threadAt(EPOCH);
      await imported(store, [mine, other]);
      expect(threadIdsOf(await threadPage(store, { modelProviders: [] }))).toHaveLength(2);
      expect(threadIdsOf(await threadPage(store, { modelProviders: ['mine'] }))).toEqual([mine.threadId]);
      expect(threadIdsOf(await threadPage(store, { modelProviders: ['nobody'] }))).toEqual([]);
    });

    test('[T12] with allowedSources shows those only, words and objects, and all when the filter is empty', async (store) => {
      const cli = threadAt(EPOCH);
      const custom = threadAt(EPOCH, { meta: { source: { custom: 'mine' } } });
      const spawn = { parent_thread_id: builtId(), depth: 1 };
      const agent = threadAt(EPOCH, { meta: { source: { subagent: { thread_spawn: spawn } } } });
      await imported(store, [cli, custom, agent]);
      const shown = async (allowedSources: ListThreadsParams['allowedSources']) =>
        threadIdsOf(await threadPage(store, { allowedSources }));
      expect(await shown([])).toHaveLength(3);
      expect(await shown(['cli'])).toEqual([cli.threadId]);
      expect(await shown([{ custom: 'mine' }])).toEqual([custom.threadId]);
      expect(await shown([{ custom: 'yours' }])).toEqual([]);
      expect(await shown([{ subAgent: { thread_spawn: spawn } }])).toEqual([agent.threadId]);
      expect(await shown(['cli', { custom: 'mine' }])).toHaveLength(2);
    });

    test('[T12] with parentThreadIds shows the threads that their agents were spawned into', async (store) => {
      const parent = threadAt(EPOCH);
      const parent_thread_id = parent.threadId;
      const child = threadAt(EPOCH, { meta: { parent_thread_id } });
      const older = threadAt(EPOCH, {
        meta: { source: { subagent: { thread_spawn: { parent_thread_id } } } },
      });
      await imported(store, [parent, child, older]);
      const children = threadIdsOf(await threadPage(store, { parentThreadIds: [parent_thread_id] }));
      expect(children.sort()).toEqual([child.threadId, older.threadId].sort());
      expect(await store.listThreads({ parentThreadIds: [] })).toEqual({ items: [] });
      expect(await store.listThreads({ parentThreadIds: [child.threadId] })).toEqual({ items: [] });
    });

    test('[T12] takes a source for the same whatever the order of its fields', async (store) => {
      const parent = builtId();
      const source = { subagent: { thread_spawn: { parent_thread_id: parent, depth: 1 } } };
      const agent = threadAt(EPOCH, { meta: { source } });
      await imported(store, [agent]);
      const asked = { subAgent: { thread_spawn: { depth: 1, parent_thread_id: parent } } };
      expect(threadIdsOf(await threadPage(store, { allowedSources: [asked] }))).toEqual([agent.threadId]);
    });

    test('[T12] with a searchTerm shows the threads whose preview contains it, as it is written', async (store) => {
      const found = threadAt(EPOCH).turn({ id: 'turn-1', user: 'Fix the Parser, please' });
      const other = threadAt(EPOCH).turn({ id: 'turn-1', user: 'Fix the tests' });
      await imported(store, [found, other]);
      expect(threadIdsOf(await threadPage(store, { searchTerm: 'Parser' }))).toEqual([found.threadId]);
      expect(threadIdsOf(await threadPage(store, { searchTerm: 'parser' }))).toEqual([]);
      expect(threadIdsOf(await threadPage(store, { searchTerm: 'Fix' }))).toHaveLength(2);
    });

    test('[T13] fills its pages also where filters leave many threads out', async (store) => {
      const rollouts = Array.from({ length: 24 }, (_, n) =>
        threadAt(EPOCH + n * 1000, { meta: { cwd: n % 6 === 0 ? '/rare' : '/common' } }),
      );
      await imported(store, rollouts);
      const rare = idsOf(rollouts.filter((_, n) => n % 6 === 0));
      for (const sortDirection of DIRECTIONS) {
        const pages = await allPages((cursor) =>
          threadPage(store, { cwdFilters: ['/rare'], pageSize: 2, sortDirection, cursor }),
        );
        expect(pages.map(({ rows }) => rows.length)).toEqual([2, 2]);
        expect(pages.flatMap(threadIdsOf)).toEqual(sortDirection === 'asc' ? rare : [...rare].reverse());
      }
    });
  });
}

/** Seven threads that have three times among them, by every key. */
async function importThreadsOfFewTimes(store: ThreadStoreClient): Promise<void> {
  const rollouts = Array.from({ length: 7 }, (_, n) => threadAt(EPOCH + (n % 3) * 60_000).turns('turn-1'));
  await imported(store, rollouts);
}

function threadAt(
  startedAt: number,
  options: { archived?: boolean; meta?: JsonObject } = {},
): RolloutBuilder {
  return RolloutBuilder.legacy({ startedAt, ...options });
}

function idsOf(rollouts: RolloutBuilder[]): string[] {
  return rollouts.map(({ threadId }) => threadId);
}
