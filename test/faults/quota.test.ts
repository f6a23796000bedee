import type { ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { expectReplay, liveThread } from '../../src/testing/live-script.ts';
import { allTurns } from '../../src/testing/pages.ts';
import { RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import { everythingOf } from './everything-of.ts';
import { openFaulty, type TestPlan } from './open-faulty.ts';

/** What the browser says of its space, where this platform has no browser. */
const ESTIMATE = { usage: 4096, quota: 4096 };

beforeEach(() => {
  if (!globalThis.navigator?.storage)
    vi.stubGlobal('navigator', { storage: { estimate: async () => ESTIMATE } });
});
afterEach(() => void vi.unstubAllGlobals());

/** Where space may run out: at what a transaction asks to write, or as all of it is to commit. */
const PLACES = ['write', 'commit'] as const;

const FULL = {
  code: 'resource_exhausted',
  retryable: true,
  usage: expect.any(Number) as number,
  quota: expect.any(Number) as number,
};

/**
 * Runs `body` on a disk that is full from the first write on, from the second, and so on until it is not full any more
 * while `body` runs; gives how often it was.
 * @param body frees the disk itself
 */
async function atEveryWrite(
  plan: TestPlan,
  place: (typeof PLACES)[number],
  body: (wasFull: () => boolean, free: () => void) => Promise<void>,
): Promise<number> {
  for (let at = 0; ; at++) {
    let failed = 0;
    const free = () => {
      failed ||= plan.failed;
      plan.fail(place, 'no space', 0);
    };
    plan.fail(place, 'no space', Infinity, at);
    await body(() => plan.failed > 0, free);
    free();
    if (failed === 0) return at;
  }
}

/** A thread with what every store has rows of. */
function richRollout(): RolloutBuilder {
  const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
  return rollout.command('turn-3', 'large', 'x'.repeat(70_000)).command('turn-3', 'call', 'output');
}

for (const place of PLACES) {
  test(`[Z10] a call that runs out of space (${place}) changes nothing and says so; once there is some, it succeeds`, async () => {
    const { store, plan, events } = await openFaulty();
    const rollout = richRollout();
    const { threadId } = rollout;
    await imported(store, [rollout]);
    const calls: Record<string, () => Promise<unknown>> = {
      updateThreadMetadata: () => store.updateThreadMetadata({ threadId, patch: { name: 'named' } }),
      archiveThread: () => store.archiveThread({ threadId }),
      unarchiveThread: () => store.unarchiveThread({ threadId }),
      forkThread: () => store.forkThread({ threadId, newThreadId: 'fork' }),
      rollbackThread: () => store.rollbackThread({ threadId, beforeTurnId: 'turn-3' }),
    };
    for (const [operation, call] of Object.entries(calls)) {
      const before = await everythingOf(store);
      const times = await atEveryWrite(plan, place, async (wasFull) => {
        const answer = call();
        await answer.catch(() => undefined);
        if (wasFull()) {
          expect(await failure(answer), operation).toMatchObject({ ...FULL, operation });
          expect(await everythingOf(store), operation).toEqual(before);
        } else await answer;
      });
      expect(times, operation).toBeGreaterThan(0);
      expect(await everythingOf(store), operation).not.toEqual(before);
    }
    // The connection was fine: nobody need be told that there is another.
    expect(events).toEqual([]);
    await store.close();
  });

  test(`[Z10] an import that runs out of space (${place}) leaves whole threads, and completes once there is some`, async () => {
    // One of several transactions, and small ones of one each.
    const large = richRollout();
    for (let call = 0; call < 6; call++) large.command('turn-1', `large-${call}`, 'x'.repeat(60_000));
    const rollouts = [
      RolloutBuilder.legacy().turns(...turnIds(2)),
      large,
      RolloutBuilder.paginated().turns('turn-1'),
    ];
    const model = createMemoryThreadStore();
    await imported(model, rollouts);
    const expected = await everythingOf(model);
    const { store, plan, swept } = await openFaulty();
    const files = rollouts.map(({ file }) => file);
    const times = await atEveryWrite(plan, place, async (wasFull, free) => {
      const report = await store.importRollouts(files);
      if (!wasFull()) return;
      const whole = report.files.filter(({ outcome }) => outcome === 'imported').length;
      for (const file of report.files.slice(whole))
        expect(file).toMatchObject({ outcome: 'failed', code: 'resource_exhausted' });
      expect(report.threadIds).toEqual(rollouts.slice(0, whole).map(({ threadId }) => threadId));
      await expectThreads(store, rollouts.slice(0, whole));
      free();
      await imported(store, rollouts);
      expect(await everythingOf(store)).toEqual(expected);
      for (const { threadId } of rollouts) await store.deleteThread({ threadId });
      await swept();
    });
    expect(times).toBeGreaterThan(rollouts.length);
    expect(await everythingOf(store)).toEqual(expected);
    await store.close();
  });

  test(`[P15] lines of a writer that runs out of space (${place}) stay queued, reads go on, and the next flush writes them`, async () => {
    const { store, plan } = await openFaulty();
    const other = RolloutBuilder.legacy().turns('turn-1');
    await imported(store, [other]);
    for (const mode of ['legacy', 'paginated'] as const) {
      const times = await atEveryWrite(plan, place, async (wasFull, free) => {
        const script = await liveThread(store, mode, { eventPersistenceMode: 'extended' });
        const { threadId } = script;
        script.lines.turns('turn-1').command('turn-1', 'large', 'x'.repeat(70_000));
        await script.append();
        const flushing = script.flush();
        await flushing.catch(() => undefined);
        if (!wasFull()) {
          await flushing;
          return;
        }
        expect(await failure(flushing)).toMatchObject({ ...FULL, operation: 'flushThread' });
        const { items } = await store.listThreads({ pageSize: 100 });
        expect(items.map((thread) => thread.threadId)).toContain(other.threadId);
        expect(await allTurns(store, { threadId: other.threadId })).toHaveLength(1);
        // What comes meanwhile is accepted, and queued behind the rest.
        script.lines.turns('turn-2');
        await script.append();
        free();
        await script.flush();
        expect(await script.payloads()).toHaveLength(script.lines.lines.length - 1);
        await expectReplay(store, threadId);
        await script.shutdown();
      });
      expect(times).toBeGreaterThan(0);
    }
    await store.close();
  });
}

/** Exactly these threads are there, and they are whole. */
async function expectThreads(store: ThreadStoreClient, rollouts: RolloutBuilder[]): Promise<void> {
  const model = createMemoryThreadStore();
  await imported(model, rollouts);
  expect(await everythingOf(store)).toEqual(await everythingOf(model));
}
