import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  expectReplay,
  liveThread,
  type LiveScript,
  listening,
  payloads,
} from '../../../src/testing/live-script.ts';
import { allTurns } from '../../../src/testing/pages.ts';
import { failure } from '../../../src/testing/store-test.ts';
import { IdbFaults, type Fault } from '../../support/idb-faults.ts';
import { freshName, openFreshDirectStore } from '../../support/stores.ts';

const faults = new IdbFaults();
beforeEach(() => faults.install());
afterEach(() => {
  faults.disarm();
  faults.uninstall();
});

/** Faults after which nothing of the commit is there. */
const CLEAN = ['quota', 'unknown', 'abort', 'close'] as const satisfies Fault[];

/** A commit that writes to every store: new and old turns, a replaced item of a full pack, a large one, the log. */
function write(script: LiveScript, round: number): void {
  const { lines } = script;
  lines.turn({ id: `turn-${round}`, agent: ['first', 'last'] });
  lines.command(`turn-${round}`, `large-${round}`, 'x'.repeat(80_000));
  lines.command('turn-0', 'call', `told again in round ${round}`);
  lines.startTurn(`open-${round}`).command(`open-${round}`, `open-call-${round}`, 'output');
}

/** A thread with a turn that is sealed, one in work, and a live writer. */
async function writtenThread(store: ThreadStoreClient, mode: 'legacy' | 'paginated'): Promise<LiveScript> {
  const script = await liveThread(store, mode, { eventPersistenceMode: 'extended' });
  script.lines.startTurn('turn-0').command('turn-0', 'call', 'output').completeTurn('turn-0');
  script.lines.startTurn('turn-1').agent('turn-1', 'in work');
  await script.write();
  return script;
}

/** Everything that was ever built is there, once, in order, and the pages say the same. */
async function expectWhole(store: ThreadStoreClient, script: LiveScript): Promise<void> {
  const built = script.lines.lines
    .slice(1)
    .map((line) => JSON.parse(line) as { type: string; payload: string });
  expect(await script.payloads()).toEqual(payloads(built));
  await expectReplay(store, script.threadId);
}

/** Runs `body` with a fault at the first write of its commit, the second, and so on until there is none any more. */
async function atEveryWrite(
  fault: Fault,
  times: number,
  body: (round: number, arm: () => void) => Promise<void>,
): Promise<number> {
  for (let at = 1; ; at++) {
    await body(at, () => faults.arm(fault, at, times));
    const { happened } = faults;
    faults.disarm();
    if (happened === 0) return at - 1;
    // A try anew may have less to write: it begins without the small packs that it would have put together.
    if (at <= 6) expect(happened, `write ${at}`).toBe(times);
  }
}

/** Appends, and waits until the commit that this began has come through or failed. */
async function ownCommit(store: ThreadStoreClient, append: () => Promise<void>): Promise<void> {
  let isThrough = false;
  const stop = store.subscribe(() => {
    isThrough = true;
  });
  await append();
  await expect.poll(() => isThrough || faults.happened > 0, { interval: 1, timeout: 10_000 }).toBe(true);
  stop();
}

for (const mode of ['legacy', 'paginated'] as const) {
  for (const fault of CLEAN) {
    test(`[P15] a ${mode} thread survives a write that fails (${fault}), whichever it is (statement 15)`, async () => {
      const store = await openFreshDirectStore();
      // The first failure is of the commit that the append began, the second of the flush's first try.
      for (const times of [1, 2]) {
        const writes = await atEveryWrite(fault, times, async (round, arm) => {
          const script = await writtenThread(store, mode);
          arm();
          write(script, round);
          // Else the flush would take over the append's commit.
          await ownCommit(store, () => script.append());
          await script.flush();
          await expectWhole(store, script);
          await script.shutdown();
        });
        expect(writes).toBeGreaterThan(6);
      }
      await store.close();
    });

    test(`[P15] the first commit of a ${mode} thread survives a write that fails (${fault}) (statement 15)`, async () => {
      const store = await openFreshDirectStore();
      const writes = await atEveryWrite(fault, 1, async (_round, arm) => {
        arm();
        const script = await liveThread(store, mode, { eventPersistenceMode: 'extended' });
        write(script, 1);
        await script.append();
        await store.persistThread({ threadId: script.threadId });
        await expectWhole(store, script);
        await script.shutdown();
      });
      expect(writes).toBeGreaterThan(6);
      await store.close();
    });
  }

  test(`[P15] a flush of a ${mode} thread that fails twice says so, and the next one writes everything (statement 15)`, async () => {
    const store = await openFreshDirectStore();
    const script = await writtenThread(store, mode);
    const { threadId } = script;
    const codes = { quota: 'resource_exhausted', unknown: 'unavailable', abort: 'unavailable' } as const;
    let round = 0;
    for (const [fault, code] of Object.entries(codes) as [Fault, string][]) {
      for (const at of [1, 3, 6]) {
        write(script, ++round);
        faults.arm(fault, at, 1000);
        await script.append();
        expect(await failure(script.flush())).toMatchObject({ code, retryable: true });
        expect(await failure(store.persistThread({ threadId }))).toMatchObject({ code });
        expect(await failure(script.shutdown())).toMatchObject({ code });
        // Reads go on, and see nothing of what failed; the writer is still there.
        const open = (await allTurns(store, { threadId })).map(({ turnId }) => turnId);
        expect(open).not.toContain(`open-${round}`);
        script.lines.agent(`open-${round}`, 'appended meanwhile');
        await script.append();
        faults.disarm();
        await script.flush();
        await expectWhole(store, script);
      }
    }
    await script.shutdown();
    await store.close();
  });

  test(`[P15] a commit of a ${mode} thread that came through, though it said it had not, is not written again`, async () => {
    const name = freshName();
    const store = await openDirectThreadStore({ name });
    const heard = listening(store);
    const script = await liveThread(store, mode, { eventPersistenceMode: 'extended' });
    for (let round = 1; round <= 12; round++) {
      write(script, round);
      // Of the try anew, too.
      faults.arm('lie', 1 + (round % 3), 1 + (round % 2));
      await script.append();
      if (round % 3 === 0) await script.append();
      await script.flush();
      expect(faults.happened).toBeGreaterThan(0);
      faults.disarm();
      await expectWhole(store, script);
      // And it is told like every other commit.
      const events = await heard.until((all) => all.length >= round);
      const told = events.some(
        (event) =>
          event.type === 'threadChanged' &&
          (!event.changes || event.changes.turns.some(({ turnId }) => turnId === `turn-${round}`)),
      );
      expect(told, `round ${round}`).toBe(true);
    }
    await script.shutdown();
    await store.close();
  });
}

test('[P15] a connection that closes between any two calls loses nothing, whether it says so or not', async () => {
  for (const told of [true, false]) {
    const store = await openFreshDirectStore();
    const cut = () => faults.closeConnections(told);
    const script = await liveThread(store, 'paginated', { eventPersistenceMode: 'extended' });
    const { threadId } = script;
    for (let round = 1; round <= 8; round++) {
      cut();
      write(script, round);
      await script.append();
      cut();
      await script.append();
      if (round % 2 === 0) await script.flush();
      cut();
      script.lines.agent(`open-${round}`, 'more');
      await script.append();
      // While a commit is under way.
      const flushing = script.flush();
      cut();
      await flushing;
      cut();
      await expectWhole(store, script);
      cut();
      await script.shutdown();
      cut();
      await store.resumeThread({ threadId, eventPersistenceMode: 'extended' });
    }
    cut();
    await store.updateThreadMetadata({ threadId, patch: { name: 'named' } });
    cut();
    expect((await store.listThreads({})).items).toMatchObject([{ threadId, name: 'named' }]);
    cut();
    await store.deleteThread({ threadId });
    expect((await store.listThreads({})).items).toEqual([]);
    await store.close();
  }
});

test('[P15] a database that does not open for a while fails with `unavailable`, and loses nothing', async () => {
  const store = await openFreshDirectStore();
  const script = await writtenThread(store, 'paginated');
  const { threadId } = script;
  faults.closeConnections(true);
  write(script, 1);
  faults.failOpens(1000);
  await script.append();
  expect(await failure(script.flush())).toMatchObject({ code: 'unavailable', retryable: true });
  expect(await failure(store.readThread({ threadId }))).toMatchObject({ code: 'unavailable' });
  faults.disarm();
  await script.flush();
  await expectWhole(store, script);
  await store.close();
});

test('[P15] a store that closes while nothing can be written gives its threads back', async () => {
  const name = freshName();
  const store = await openDirectThreadStore({ name });
  const script = await writtenThread(store, 'paginated');
  const { threadId } = script;
  const before = await script.payloads();
  write(script, 1);
  faults.arm('quota', 1, 1000);
  await script.append();
  await store.close();
  faults.disarm();
  const next = await openDirectThreadStore({ name });
  await next.resumeThread({ threadId });
  const { items } = await next.loadHistory({ threadId });
  expect(payloads(items).slice(1)).toEqual(before);
  await next.close();
});

test('[P31] what a flush, a persist or a shutdown has said to be durable was committed strictly', async () => {
  const store = await openFreshDirectStore();
  const script = await liveThread(store);
  const { threadId } = script;
  const ends = {
    persistThread: () => store.persistThread({ threadId }),
    flushThread: () => store.flushThread({ threadId }),
    shutdownThread: () => store.shutdownThread({ threadId }),
  };
  for (const [name, end] of Object.entries(ends)) {
    for (const waits of [false, true]) {
      script.lines.turns(`${name}-${waits}`);
      await script.append();
      // Either the append's own commit is over, or it is not.
      if (waits)
        while ((await store.listTurns({ threadId, pageSize: 1 })).turns[0]?.turnId !== `${name}-${waits}`);
      if (name === 'shutdownThread' && !waits) continue;
      await end();
      expect(faults.durabilities.at(-1), `${name} ${waits}`).toBe('strict');
    }
  }
  await store.resumeThread({ threadId });
  // A commit of which it was not known whether it came through, too.
  faults.arm('lie', 1);
  script.lines.turns('in-doubt');
  await script.append();
  while ((await store.listTurns({ threadId, pageSize: 1 })).turns[0]?.turnId !== 'in-doubt');
  const { length } = faults.durabilities;
  await script.flush();
  expect(faults.durabilities.slice(length)).toContain('strict');
  await store.close();
});
