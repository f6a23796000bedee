import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { expect, test } from 'vitest';
import { resumed } from '../../../src/testing/branch-script.ts';
import { expectReplay } from '../../../src/testing/live-script.ts';
import { allTurns } from '../../../src/testing/pages.ts';
import { RolloutBuilder, turnIds } from '../../../src/testing/rollout-builder.ts';
import { imported } from '../../../src/testing/store-test.ts';
import { freshName } from '../../support/stores.ts';

/** A store that knows of no other one, as in a tab of a page without a secure context. */
function openAlone(name: string): Promise<ThreadStoreClient> {
  const { indexedDB, IDBKeyRange } = globalThis;
  // Another factory for the same databases: stores on one factory would know of each other.
  const factory: IDBFactory = {
    open: (...args) => indexedDB.open(...args),
    deleteDatabase: (database) => indexedDB.deleteDatabase(database),
    databases: () => indexedDB.databases(),
    cmp: (a, b) => indexedDB.cmp(a, b),
  };
  return openDirectThreadStore({ name, indexedDB: factory, IDBKeyRange });
}

test.each(['legacy', 'paginated'] as const)(
  '[P32] writers that nothing keeps apart overwrite no line of each other: %s',
  async (format) => {
    const name = freshName();
    const [a, b] = [await openAlone(name), await openAlone(name)];
    const rollout = RolloutBuilder[format]().turns('turn-1');
    const { threadId } = rollout;
    await imported(a, [rollout]);
    const [writeA, writeB] = [await resumed(a, rollout), await resumed(b, rollout)];
    for (const turnId of ['turn-2', 'turn-3']) await writeA(turnId);
    for (const turnId of ['turn-4', 'turn-5']) await writeB(turnId);
    await writeA('turn-6');
    for (const store of [a, b]) {
      const turns = await allTurns(store, { threadId });
      expect(turns.map(({ turnId }) => turnId)).toEqual(turnIds(6));
      await expectReplay(store, threadId);
    }
    await Promise.all([a.close(), b.close()]);
  },
);
