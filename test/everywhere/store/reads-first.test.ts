import { openDirectThreadStore } from 'idb-thread-store/direct';
import { afterEach, expect, test, vi } from 'vitest';
import { RolloutBuilder } from '../../../src/testing/rollout-builder.ts';
import { imported } from '../../../src/testing/store-test.ts';
import { freshName } from '../../support/stores.ts';
import { swept } from '../../support/swept.ts';

afterEach(() => vi.restoreAllMocks());

/** Watches the transactions that write packs: how many there were, and how many at once at the most. */
function watchedWrites(): { count: number; most: number } {
  const seen = { count: 0, most: 0 };
  let running = 0;
  const begin: IDBDatabase['transaction'] = Reflect.get(IDBDatabase.prototype, 'transaction');
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...args) {
    const transaction = begin.apply(this, args);
    if (transaction.mode !== 'readwrite' || !transaction.objectStoreNames.contains('packs'))
      return transaction;
    seen.count++;
    seen.most = Math.max(seen.most, ++running);
    transaction.addEventListener('complete', () => running--);
    return transaction;
  });
  return seen;
}

for (const isRead of [false, true]) {
  const when = isRead ? 'while callers read' : 'where nobody reads';
  const most = isRead ? 1 : 2;

  test(`[S5] ${when}, an import writes ${most} at a time, and bulk writes ${isRead ? 'rest' : 'do not rest'}`, async () => {
    const name = freshName();
    const store = await openDirectThreadStore({ name });
    await swept(name);
    const rollout = RolloutBuilder.paginated();
    // Their ids rise, as Codex's do: none is looked for in storage, which would wait for what is being written.
    for (let n = 1000; n < 1300; n++) rollout.turn({ id: `turn-${n}`, agent: ['x'.repeat(8000)] });
    let isDone = false;
    const reading = (async () => {
      while (isRead && !isDone) {
        await store.listThreads({});
        // fake-indexeddb comes to nothing else where a reader never pauses.
        await new Promise((resolve) => setTimeout(resolve));
      }
    })();
    try {
      const works = {
        import: async () => void (await imported(store, [rollout])),
        clearing: async () => {
          await store.deleteThread({ threadId: rollout.threadId });
          await swept(name);
        },
      };
      for (const [what, work] of Object.entries(works)) {
        const writes = watchedWrites();
        const timers = vi.spyOn(globalThis, 'setTimeout');
        await work();
        vi.restoreAllMocks();
        expect(writes.count, what).toBeGreaterThan(3);
        if (what === 'import') expect(writes.most).toBe(most);
        // The last one may have nothing to rest for.
        const rests = timers.mock.calls.filter(([, ms]) => ms !== undefined).length;
        if (isRead) expect(rests, what).toBeGreaterThanOrEqual(writes.count - 1);
        else expect(rests, what).toBeLessThan(writes.count - 1);
      }
    } finally {
      isDone = true;
      await reading;
      await store.close();
    }
  });
}
