import { describe, expect } from 'vitest';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { allItems, allTurns, turnIdsOf } from './pages.ts';
import { builtId, RolloutBuilder } from './rollout-builder.ts';
import { imported, type StoreTest } from './store-test.ts';

/** Rules of forks and reverted threads, whose history lies in several files. */
export function familyTests(test: StoreTest): void {
  describe('a family of rollouts', () => {
    test('[I16] has a history that goes on from its base, up to the line that it names', async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1', 'turn-2');
      const fork = source.fork().turns('turn-3');
      source.turns('turn-4');
      await imported(store, [source, fork]);
      expect(await turns(store, fork)).toEqual(['turn-1', 'turn-2', 'turn-3']);
      expect(await turns(store, source)).toEqual(['turn-1', 'turn-2', 'turn-4']);
      expect(await store.readThread({ threadId: fork.threadId })).toMatchObject({
        forkedFromId: source.threadId,
        preview: 'question of turn-1',
        turnCount: 3,
        itemCount: 6,
        rolloutPath: fork.name,
      });
    });

    test('[I16] of a reverted thread is one thread, which goes on in the newest file', async (store) => {
      const first = RolloutBuilder.paginated().turns('turn-1');
      const boundary = first.nextOrdinal;
      first.turns('turn-2', 'turn-3');
      const second = first.revert(boundary).turns('turn-4');
      await imported(store, [second, first]);
      expect(await turns(store, first)).toEqual(['turn-1', 'turn-4']);
      expect((await store.listThreads({})).items).toHaveLength(1);
      expect(await store.readThread({ threadId: first.threadId })).toMatchObject({
        rolloutPath: second.name,
        turnCount: 2,
      });
    });

    test('[I17] is the same in whatever order its files come', async (store) => {
      for (const archived of [false, true]) {
        let expected: unknown;
        for (const order of permutations([0, 1, 2, 3])) {
          const [files, ids] = familyOfFour(archived);
          for (const index of order) await imported(store, files.slice(index, index + 1));
          const all = await everything(store, ids);
          expected ??= all;
          expect(all, `files in the order ${order.join(' ')}`).toEqual(expected);
        }
      }
    });

    test('[I17] also in one import, and when a file comes in two pieces', async (store) => {
      const [files, ids] = familyOfFour(false);
      await imported(store, files);
      const expected = await everything(store, ids);
      for (const order of permutations([0, 1, 2, 3]).slice(0, 24)) {
        const [again, againIds] = familyOfFour(false);
        const inOrder = order.flatMap((index) => again.slice(index, index + 1));
        const halves = inOrder.map(({ file: { name, data } }) => ({
          file: { name, data: data.slice(0, data.length / 2) },
        }));
        await imported(store, [...halves, ...inOrder]);
        expect(await everything(store, againIds), `files in the order ${order.join(' ')}`).toEqual(expected);
      }
    });

    test('[I18] reports the base that is missing, and is incomplete until it comes', async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1');
      const fork = source.fork().turns('turn-2');
      const forkOfFork = fork.fork().turns('turn-3');
      const { threadId } = fork;
      const first = await imported(store, [forkOfFork, fork]);
      expect(first.files).toMatchObject([
        { outcome: 'imported', missingBase: fork.threadId },
        { outcome: 'imported', missingBase: source.threadId },
      ]);
      expect((await store.readThread({ threadId })).incomplete).toBe(true);
      expect((await store.readThread({ threadId: forkOfFork.threadId })).incomplete).toBe(true);
      expect(await turns(store, forkOfFork)).toEqual(['turn-2', 'turn-3']);
      const second = await imported(store, [source]);
      expect(second.files[0]?.missingBase).toBeUndefined();
      expect(new Set(second.threadIds)).toEqual(
        new Set([source.threadId, fork.threadId, forkOfFork.threadId]),
      );
      for (const { threadId: id } of [source, fork, forkOfFork]) {
        expect((await store.readThread({ threadId: id })).incomplete).toBeUndefined();
      }
      expect(await turns(store, forkOfFork)).toEqual(['turn-1', 'turn-2', 'turn-3']);
    });

    test('[I18] is incomplete, too, while only an older copy of the base is there', async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1');
      const older = source.file;
      const fork = source.turns('turn-2').fork().turns('turn-3');
      await imported(store, [{ file: older }]);
      const report = await imported(store, [fork]);
      expect(report.files[0]?.missingBase).toBe(source.threadId);
      expect(await turns(store, fork)).toEqual(['turn-1', 'turn-3']);
      await imported(store, [source]);
      expect((await store.readThread({ threadId: fork.threadId })).incomplete).toBeUndefined();
      expect(await turns(store, fork)).toEqual(['turn-1', 'turn-2', 'turn-3']);
    });

    test('[I18] that names itself as its base has none', async (store) => {
      const threadId = builtId();
      const self = RolloutBuilder.paginated({
        threadId,
        base: { rolloutId: threadId, endOrdinalExclusive: 4 },
      });
      const [a, b] = [builtId(), builtId()];
      const ring = [
        RolloutBuilder.paginated({ threadId: a, base: { rolloutId: b, endOrdinalExclusive: 3 } }),
        RolloutBuilder.paginated({ threadId: b, base: { rolloutId: a, endOrdinalExclusive: 3 } }),
      ];
      const files = [self, ...ring].map((rollout) => rollout.turns('turn-1').file);
      files[0] = { ...self.file, name: self.fileName };
      const report = await store.importRollouts(files);
      expect(report.files.map(({ outcome }) => outcome)).toEqual(['imported', 'imported', 'imported']);
      for (const id of [threadId, a, b]) {
        expect((await store.readThread({ threadId: id })).incomplete).toBe(true);
        const { items } = await store.loadHistory({ threadId: id });
        expect(items.length).toBeGreaterThan(0);
        expect(turnIdsOf({ rows: await allTurns(store, { threadId: id }) })).toEqual(['turn-1']);
      }
    });

    test('[I18] that is imported again, base and all, changes nothing', async (store) => {
      const [files, ids] = familyOfFour(false);
      await imported(store, files);
      const before = await everything(store, ids);
      const report = await imported(store, [...files].reverse());
      expect(report.files.map(({ outcome }) => outcome)).toEqual(files.map(() => 'unchanged'));
      expect(report.threadIds).toEqual([]);
      expect(await everything(store, ids)).toEqual(before);
    });
  });
}

/**
 * A thread that was forked, and then reverted; the fork, which was forked again. Gives the files, and the ids to leave
 * out of a comparison with another such family.
 */
function familyOfFour(archived: boolean): [RolloutBuilder[], string[]] {
  const source = RolloutBuilder.paginated({ archived }).turns('turn-1', 'turn-2');
  const fork = source.fork({ archived }).turns('turn-3').turn({ id: 'turn-4', end: 'open' });
  source.turns('turn-5');
  const reverted = source.revert(source.nextOrdinal - 4).turns('turn-6');
  const forkOfFork = fork.fork({ archived }).turns('turn-7');
  return [
    [source, fork, reverted, forkOfFork],
    [source.threadId, fork.threadId, forkOfFork.threadId, reverted.rolloutId],
  ];
}

/** All that reads tell of these threads, with the ids replaced by their places in the list. */
async function everything(store: ThreadStoreClient, ids: string[]): Promise<unknown> {
  const all = [];
  for (const threadId of ids.slice(0, 3)) {
    all.push(
      await store.readThread({ threadId, includeArchived: true, includeHistory: true }),
      await allTurns(store, { threadId, includeArchived: true, itemsView: 'full' }),
      await allTurns(store, { threadId, includeArchived: true, itemsView: 'summary' }),
      await allItems(store, { threadId, includeArchived: true }),
    );
  }
  const text = ids.reduce(
    (json, id, index) => json.replaceAll(id, `<${index}>`).replaceAll(id.slice(-6), `<${index}>`),
    JSON.stringify(all),
  );
  return JSON.parse(text);
}

async function turns(store: ThreadStoreClient, { threadId }: RolloutBuilder): Promise<string[]> {
  return turnIdsOf({ rows: await allTurns(store, { threadId }) });
}

function permutations(values: number[]): number[][] {
  if (values.length < 2) return [values];
  return values.flatMap((value) =>
    permutations(values.filter((other) => other !== value)).map((rest) => [value, ...rest]),
  );
}
