import { openDirectThreadStore } from 'idb-thread-store/direct';
import { expect, test } from 'vitest';
import { result } from '../../src/idb/requests.ts';
import { RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { imported } from '../../src/testing/store-test.ts';
import { faultyIndexedDb, type FaultPlan } from '../support/faulty-idb.ts';
import { rowCounts } from '../support/row-counts.ts';
import { freshName } from '../support/stores.ts';
import { swept } from '../support/swept.ts';

/** How long each of the reads keeps the clearing waiting, in milliseconds: longer than a step of it may work. */
const READ_MS = 20;

const TURNS = 300;

test('[V54] reads for which every step of a clearing waits do not make the steps smaller', async () => {
  const name = freshName();
  let steps = 0;
  const counting: FaultPlan = {
    next({ operation, scope }) {
      if (operation === 'transaction' && scope === 'readwrite turns') steps++;
      return undefined;
    },
  };
  const factory = faultyIndexedDb(indexedDB, counting);
  const store = await openDirectThreadStore({ name, indexedDB: factory });
  const rollout = RolloutBuilder.paginated().turns(...turnIds(TURNS));
  const { threadId } = rollout;
  await imported(store, [rollout]);
  const db = await result(indexedDB.open(name));
  let isCleared = false;
  // Two of them: before one has ended the other is under way, and no step finds the rows free.
  const readers = [0, READ_MS / 2].map(async (delay) => {
    await new Promise((resolve) => setTimeout(resolve, delay));
    while (!isCleared) await readFor(db, READ_MS);
  });
  steps = 0;
  await store.deleteThread({ threadId });
  await swept(name, factory);
  isCleared = true;
  await Promise.all(readers);
  db.close();
  await store.close();
  expect(await rowCounts(name)).toMatchObject({ turns: 0, packs: 0, log: 0, unpublished: 0 });
  expect(steps).toBeGreaterThan(0);
  expect(steps).toBeLessThan(TURNS / 5);
});

/** Keeps a transaction that reads turns open for a while. */
async function readFor(db: IDBDatabase, ms: number): Promise<void> {
  const turns = db.transaction(['turns'], 'readonly').objectStore('turns');
  const began = performance.now();
  do await result(turns.count());
  while (performance.now() - began < ms);
}
