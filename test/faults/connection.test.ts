import type { ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { expect, onTestFinished, test, vi } from 'vitest';
import { allItems } from '../../src/testing/pages.ts';
import { expectReplay, liveThread } from '../../src/testing/live-script.ts';
import { RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import type { Failure, Operation } from '../support/faulty-idb.ts';
import { rowCounts } from '../support/row-counts.ts';
import { holdTime, waitingQuickly } from './held-time.ts';
import { openFaulty } from './open-faulty.ts';

const LOST = [
  ['transaction', 'is closing'],
  ['transaction', 'has closed'],
  ['request', 'request fails'],
  ['request', 'request fails without a word'],
  ['request', 'request refused'],
  ['request', 'storage dies'],
] as const satisfies [Operation, Failure][];

/** Calls of every kind on a thread, and what each comes to. */
function callsOn(store: ThreadStoreClient, threadId: string) {
  const other = RolloutBuilder.legacy().turns('turn-1');
  return {
    list: async () => (await store.listTurns({ threadId })).turns.length,
    rename: async () => (await store.updateThreadMetadata({ threadId, patch: { name: 'named' } })).name,
    archive: () => store.archiveThread({ threadId }),
    unarchive: async () => (await store.unarchiveThread({ threadId })).archivedAt,
    import: async () => (await imported(store, [other])).files.map(({ outcome }) => outcome),
    delete: () => store.deleteThread({ threadId }),
    left: async () => (await store.listThreads({})).items.map((thread) => thread.threadId === other.threadId),
  };
}

const OUTCOMES = {
  list: 3,
  rename: 'named',
  archive: undefined,
  unarchive: undefined,
  import: ['imported'],
  delete: undefined,
  left: [true],
};

for (const [operation, fault] of LOST) {
  for (const times of [1, 2]) {
    test(`[Z1] a call that loses its connection (${fault}, ${times} times) goes on with a new one`, async () => {
      const { store, plan, events } = await openFaulty();
      const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
      await imported(store, [rollout]);
      const outcomes: Record<string, unknown> = {};
      for (const [name, call] of Object.entries(callsOn(store, rollout.threadId))) {
        events.length = 0;
        plan.fail(operation, fault, times);
        outcomes[name] = await call();
        expect(plan.failed, name).toBe(times);
        expect(new Set(events), name).toEqual(new Set(['reopened']));
      }
      expect(outcomes).toEqual(OUTCOMES);
      await store.close();
    });
  }

  test(`[Z1] a call that loses its connection (${fault}) for the third time fails, and the next begins anew`, async () => {
    const { store, plan } = await openFaulty();
    const rollout = RolloutBuilder.paginated().turns('turn-1');
    const { threadId } = rollout;
    await imported(store, [rollout]);
    plan.fail(operation, fault, 3);
    const error = await failure(store.readThread({ threadId }));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true, operation: 'readThread' });
    expect(plan.asked.filter((asked) => asked === 'transaction')).toHaveLength(3);
    expect(await store.readThread({ threadId })).toMatchObject({ threadId });
    await store.close();
  });
}

test('[Z1] a database that does not open is tried three times, too', async () => {
  const { store, plan } = await openFaulty();
  // The first try is the one that finds the handle gone.
  for (const times of [1, 2]) {
    plan.fail('transaction', 'has closed', 1);
    const listing = store.listThreads({});
    // The handle is gone by now, and the next one does not come.
    plan.fail('open', 'does not open', times);
    if (times === 1) expect(await listing).toEqual({ items: [] });
    else expect(await failure(listing)).toMatchObject({ code: 'unavailable', operation: 'listThreads' });
    plan.fail('open', 'does not open', 0);
    expect(await store.listThreads({})).toEqual({ items: [] });
  }
  await store.close();
});

for (const fault of ['commit fails', 'commit unheard'] as const) {
  test(`[Z2] a write whose end is not known (${fault}) is done once, however often it is tried`, async () => {
    const { store, plan } = await openFaulty();
    const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
    await imported(store, [rollout]);
    const outcomes: Record<string, unknown> = {};
    for (const [name, call] of Object.entries(callsOn(store, rollout.threadId))) {
      plan.fail('commit', fault, 1);
      outcomes[name] = await call();
      // A read commits nothing; a sweep may, meanwhile.
      if (name !== 'list' && name !== 'left') expect(plan.failed, name).toBe(1);
    }
    expect(outcomes).toEqual(OUTCOMES);
    // What is done already is refused as always.
    const { threadId } = rollout;
    expect(await failure(store.deleteThread({ threadId }))).toMatchObject({ code: 'thread_not_found' });
    await store.close();
  });

  test(`[Z2] an import whose commits have such an end (${fault}), one after the other, comes to the same`, async () => {
    const rollout = RolloutBuilder.legacy().turns(...turnIds(5));
    for (let call = 0; call < 10; call++) rollout.command('turn-5', `call-${call}`, 'x'.repeat(60_000));
    rollout.rollBack(2).turns('turn-x', 'turn-y');
    const model = createMemoryThreadStore();
    await imported(model, [rollout]);
    const expected = await allItems(model, { threadId: rollout.threadId });
    const { store, plan, swept } = await openFaulty();
    for (let at = 0; ; at++) {
      const { threadId } = rollout;
      plan.fail('commit', fault, 1, at);
      await imported(store, [rollout]);
      expect(await allItems(store, { threadId })).toEqual(expected);
      if (plan.failed === 0) break;
      plan.fail('commit', fault, 0);
      await store.deleteThread({ threadId });
      await swept();
    }
    await store.close();
  });
}

for (const fault of ['commit fails', 'commit unheard'] as const) {
  test(`[Z2] a small file, which is one transaction (${fault}), is there once, and nothing beside it`, async () => {
    const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
    const [first, again] = [await openFaulty(), await openFaulty()];
    await imported(first.store, [rollout]);
    again.plan.fail('commit', fault, 1);
    await imported(again.store, [rollout]);
    expect(again.plan.failed).toBe(1);
    const { threadId } = rollout;
    expect(await allItems(again.store, { threadId })).toEqual(await allItems(first.store, { threadId }));
    await Promise.all([first.store.close(), again.store.close()]);
    expect(await rowCounts(again.name)).toEqual(await rowCounts(first.name));
  });
}

test('[X3] a write that is stopped when it has come through, which nobody knows, answers as without a signal', async () => {
  const { renaming, name } = await renamedUnheard(1);
  expect(await renaming).toMatchObject({ name: 'named' });
  expect(await name()).toBe('named');
});

test('[X3] one that nobody knows of at the end either says neither that it was stopped nor that nothing was changed', async () => {
  const { renaming, name } = await renamedUnheard(3);
  const error = await failure(renaming);
  expect(error).toMatchObject({ code: 'unavailable', operation: 'updateThreadMetadata' });
  expect(error.committed).toBeUndefined();
  expect(await name()).toBe('named');
});

/** Renames a thread; its signal stops that each time when it has committed and nobody has heard of it. */
async function renamedUnheard(times: number) {
  const { store, plan } = await openFaulty();
  onTestFinished(() => store.close());
  const rollout = RolloutBuilder.paginated().turns('turn-1');
  const { threadId } = rollout;
  await imported(store, [rollout]);
  const stop = new AbortController();
  plan.unheard = () => stop.abort();
  plan.fail('commit', 'commit unheard', times);
  const renaming = store.updateThreadMetadata({ threadId, patch: { name: 'named' }, signal: stop.signal });
  return { renaming, name: async () => (await store.readThread({ threadId })).name };
}

test('[Z11] what waits for others in vain fails at its deadline, changed nothing, and may be done again', async () => {
  holdTime();
  const { store, name, events } = await openFaulty();
  const script = await liveThread(store);
  const { threadId } = script;
  script.lines.turns('turn-1');
  await script.write();
  const release = await occupy(name);
  const waitedFor = waitingQuickly();
  // The next look at what waits comes soon after it began to.
  vi.advanceTimersByTime(4_900);
  const renaming = failure(store.updateThreadMetadata({ threadId, patch: { name: 'named' } }));
  const reading = failure(store.readThread({ threadId }));
  const stop = new AbortController();
  const stopped = failure(store.archiveThread({ threadId, signal: stop.signal }));
  stop.abort();
  script.lines.turns('turn-2');
  const flushing = failure(script.write());
  await moment();
  vi.advanceTimersByTime(29_900);
  expect(await Promise.race([reading, moment()])).toBeUndefined();
  await waitedFor(flushing);
  for (const error of await Promise.all([renaming, reading, flushing]))
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
  expect(await stopped).toMatchObject({ code: 'aborted', committed: false });
  vi.useRealTimers();
  release();
  expect((await store.readThread({ threadId })).name).not.toBe('named');
  expect(new Set(events)).toEqual(new Set(['reopened']));
  await script.flush();
  expect((await store.listTurns({ threadId })).turns).toHaveLength(2);
  await store.close();
});

const SILENCES = [
  ['request', 'says no more'],
  ['commit', 'falls in silence'],
  ['commit', 'commits in silence'],
] as const satisfies [Operation, Failure][];

for (const [operation, fault] of SILENCES) {
  test(`[Z12] a call whose transaction had begun and ${fault} fails, and the next call finds all or nothing of it`, async () => {
    holdTime();
    const { store, plan, events } = await openFaulty();
    onTestFinished(() => store.close());
    const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
    const { threadId } = rollout;
    await imported(store, [rollout]);
    const waitedFor = waitingQuickly(plan);
    const name = async () => (await store.readThread({ threadId, includeArchived: true })).name;
    const edits = {
      named: () => store.updateThreadMetadata({ threadId, patch: { name: 'named' } }),
      archived: () => store.archiveThread({ threadId }),
      unarchived: () => store.unarchiveThread({ threadId }),
    };
    const isDone = fault === 'commits in silence';
    for (const [what, edit] of Object.entries(edits)) {
      events.length = 0;
      // A request passes before: the transaction has begun then.
      plan.fail(operation, fault, 1, operation === 'request' ? 1 : 0);
      const error = await waitedFor(failure(edit()));
      expect(error, what).toMatchObject({ code: 'unavailable', retryable: true });
      expect(error.committed).toBeUndefined();
      expect(error.message).toContain('120 s; whether it was written is not known');
      expect(plan.failed, what).toBe(1);
      expect(await name()).toBe(isDone || what !== 'named' ? 'named' : undefined);
      expect(new Set(events), what).toEqual(new Set(['reopened']));
      // Once more, where that is no mistake by now.
      if (!isDone) await edit();
    }
  });

  test(`[Z12] lines whose commit had begun and ${fault} are written once`, async () => {
    holdTime();
    const { store, plan } = await openFaulty();
    onTestFinished(() => store.close());
    const script = await liveThread(store);
    script.lines.turns('turn-1');
    await script.write();
    const waitedFor = waitingQuickly(plan);
    // A flush tries twice.
    for (const [times, turn] of [
      [1, 'turn-2'],
      [2, 'turn-3'],
    ] as const) {
      script.lines.turns(turn);
      plan.fail(operation, fault, times, operation === 'request' ? 3 : 0);
      const flushing = script.write();
      if (times === 1) await waitedFor(flushing);
      else expect(await waitedFor(failure(flushing))).toMatchObject({ code: 'unavailable' });
      expect(plan.failed).toBe(times);
      plan.fail(operation, fault, 0);
      await script.flush();
      expect(await script.payloads()).toHaveLength(script.lines.lines.length - 1);
      await expectReplay(store, script.threadId);
    }
  });
}

test('[Z12] a read that had begun and says no more fails, and the next one is answered', async () => {
  holdTime();
  const { store, plan } = await openFaulty();
  onTestFinished(() => store.close());
  const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
  await imported(store, [rollout]);
  const { threadId } = rollout;
  const waitedFor = waitingQuickly(plan);
  plan.fail('request', 'says no more', 1, 1);
  const error = await waitedFor(failure(store.listItems({ threadId })));
  expect(error).toMatchObject({ code: 'unavailable', operation: 'listItems' });
  expect(error.message).toMatch(/120 s$/);
  expect((await store.listTurns({ threadId })).turns).toHaveLength(3);
});

test('[Z12] a transaction that is answered now and then may take as long as it needs', async () => {
  holdTime();
  const { store, plan, events } = await openFaulty();
  onTestFinished(() => store.close());
  let answers = 0;
  plan.answered = () => {
    answers++;
    vi.advanceTimersByTime(119_000);
  };
  const script = await liveThread(store);
  script.lines.turns(...turnIds(3));
  await script.write();
  const rollout = RolloutBuilder.legacy().turns(...turnIds(5));
  await imported(store, [rollout]);
  expect(await store.listTurns({ threadId: rollout.threadId })).toMatchObject({ turns: { length: 5 } });
  expect(answers).toBeGreaterThan(20);
  expect(events).toEqual([]);
});

function moment(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

/** Has another connection keep the whole database, until it is told to let go. */
function occupy(name: string): Promise<() => void> {
  return new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const db = opening.result;
      const stores = [...db.objectStoreNames];
      const rows = db.transaction(stores, 'readwrite').objectStore('threads');
      let isOver = false;
      // A transaction of which something is asked at every moment does not end.
      const ask = () => {
        rows.count().onsuccess = () => (isOver ? db.close() : ask());
      };
      rows.count().onsuccess = () => {
        ask();
        resolve(() => {
          isOver = true;
        });
      };
    };
  });
}
