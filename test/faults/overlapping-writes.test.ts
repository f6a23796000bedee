import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { expect, test } from 'vitest';
import { RolloutBuilder } from '../../src/testing/rollout-builder.ts';
import { imported } from '../../src/testing/store-test.ts';
import { FAILURES } from '../support/faulty-idb.ts';
import { everythingOf } from './everything-of.ts';
import { openFaulty } from './open-faulty.ts';

/** Of an import's text that is written in one transaction, about: a turn of four of them is written before it ends. */
const BATCH_BYTES = 256 * 1024;

/** Turns whose rows are written by several batches, one right after the other. */
function longTurns(): RolloutBuilder {
  const rollout = RolloutBuilder.paginated();
  for (const id of ['turn-1', 'turn-2']) {
    const answer = (n: number) => `${n}${'x'.repeat(BATCH_BYTES * 0.9)}`;
    rollout.turn({ id, agent: [1, 2, 3, 4, 5, 6].map(answer) });
  }
  return rollout;
}

for (const failure of FAILURES.commit) {
  test(`[Z1] whichever batch of an import is tried again (${failure}), those that had begun behind it come after it`, async () => {
    const rollout = longTurns();
    const memory = createMemoryThreadStore();
    await imported(memory, [rollout]);
    const expected = await everythingOf(memory);
    let at = 0;
    for (; ; at++) {
      const { store, plan } = await openFaulty();
      plan.fail('commit', failure, 1, at);
      const { files } = await imported(store, [rollout]);
      expect(files).toMatchObject([{ outcome: 'imported' }]);
      const isOver = plan.failed === 0;
      expect(await everythingOf(store), `failed at ${at}`).toEqual(expected);
      await store.close();
      if (isOver) break;
    }
    expect(at).toBeGreaterThan(6);
  });
}
