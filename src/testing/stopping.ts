import { describe, expect } from 'vitest';
import { ThreadStoreError } from '../contract/errors.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { liveThread, METADATA, payloads } from './live-script.ts';
import { builtId, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of calls that their signal stops. */
export function stoppingTests(test: StoreTest): void {
  describe('a signal', () => {
    test('[X1] that is aborted before stops any call, which does nothing', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const live = await liveThread(store);
      live.lines.turns('turn-1');
      const { threadId } = rollout;
      const before = await store.readThread({ threadId, includeHistory: true });
      const calls = { ...readsOf(rollout), ...writesOf(threadId, live.threadId) };
      const reason = new Error('the user went on');
      const signal = AbortSignal.abort(reason);
      for (const [operation, call] of Object.entries(calls)) {
        const error = await failure(call(store, signal));
        expect(error).toMatchObject({ code: 'aborted', operation, retryable: false });
        expect(error.cause).toMatchObject({ message: reason.message });
        expect(error.committed).toBe(operation in readsOf(rollout) ? undefined : false);
      }
      expect(await store.readThread({ threadId, includeHistory: true })).toEqual(before);
      expect((await store.listThreads({})).items).toEqual([expect.objectContaining({ threadId })]);
      await live.write();
      expect(await live.payloads()).toHaveLength(live.lines.lines.length - 1);
    });

    test('[X2] stops a read, which fails or is whole', async (store) => {
      const rollout = RolloutBuilder.paginated().turns(...turnIds(300));
      await imported(store, [rollout]);
      for (const [operation, read] of Object.entries(readsOf(rollout))) {
        const whole = await read(store, new AbortController().signal);
        for (let delay = 0; delay < 4; delay++) {
          const stop = new AbortController();
          const reading = outcomeOf(read(store, stop.signal));
          await steps(delay);
          stop.abort();
          const { value, error } = await reading;
          if (error) expect(error).toMatchObject({ code: 'aborted', operation });
          else expect(value).toEqual(whole);
        }
      }
    });

    test('[X3] stops a write, which says that nothing was changed; one that came through answers', async (store) => {
      const { threadId } = await importedThread(store);
      let name: string | undefined;
      for (let delay = 0; delay < 24; delay++) {
        const stop = new AbortController();
        const patch = { name: `name ${delay}` };
        const writing = outcomeOf(store.updateThreadMetadata({ threadId, patch, signal: stop.signal }));
        await steps(delay);
        stop.abort();
        const { error } = await writing;
        if (error) expect(error).toMatchObject({ code: 'aborted', committed: false });
        else ({ name } = patch);
        expect((await store.readThread({ threadId })).name).toBe(name);
      }
      const last = new AbortController();
      const answer = await store.updateThreadMetadata({
        threadId,
        patch: { name: 'x' },
        signal: last.signal,
      });
      last.abort();
      expect(answer.name).toBe('x');
    });

    test('[X3] stops a fork and a revert, of which nothing is left', async (store) => {
      const rollout = RolloutBuilder.paginated().turns(...turnIds(100));
      await imported(store, [rollout]);
      const { threadId } = rollout;
      for (let delay = 0; delay < 40; delay += 3) {
        const [forking, reverting] = [new AbortController(), new AbortController()];
        const newThreadId = `fork-${delay}`;
        const fork = outcomeOf(store.forkThread({ threadId, newThreadId, signal: forking.signal }));
        await steps(delay);
        forking.abort();
        const { error } = await fork;
        const there = await outcomeOf(store.readThread({ threadId: newThreadId }));
        expect(there.error?.code).toBe(error && 'thread_not_found');
        if (error)
          expect(error).toMatchObject({ code: 'aborted', operation: 'forkThread', committed: false });
        const { turnCount } = await store.readThread({ threadId });
        const beforeTurnId = `turn-${turnCount}`;
        const revert = outcomeOf(store.revertThread({ threadId, beforeTurnId, signal: reverting.signal }));
        await steps(delay);
        reverting.abort();
        const kept = (await revert).error ? turnCount : turnCount - 1;
        expect(await store.readThread({ threadId })).toMatchObject({ turnCount: kept });
      }
    });

    test('[X4] ends the waiting for lines, which stay queued, and the writer stays', async (store) => {
      for (const method of ['persistThread', 'flushThread', 'shutdownThread'] as const) {
        for (let delay = 0; delay < 6; delay++) {
          const live = await liveThread(store);
          live.lines.turns('turn-1');
          const items = live.take();
          await store.appendItems({ threadId: live.threadId, items: items.slice(0, 2) });
          const stop = new AbortController();
          const { threadId } = live;
          const waiting = outcomeOf(store[method]({ threadId, signal: stop.signal }));
          await steps(delay);
          stop.abort();
          const { error } = await waiting;
          if (error) expect(error).toMatchObject({ code: 'aborted', operation: method, committed: false });
          else if (method === 'shutdownThread') await live.resume();
          await store.appendItems({ threadId, items: items.slice(2) });
          await live.shutdown();
          expect(await live.payloads()).toEqual(payloads(items));
        }
      }
    });

    test('[X5] that is none is refused', async (store) => {
      const params = JSON.parse('{ "threadId": "any", "signal": "stop" }');
      expect(await failure(store.readThread(params))).toMatchObject({
        code: 'invalid_request',
        message: 'signal is not valid',
        operation: 'readThread',
      });
    });
  });
}

type Calls = Record<string, (store: ThreadStoreClient, signal: AbortSignal) => Promise<unknown>>;

function readsOf({ threadId, name: rolloutPath }: RolloutBuilder): Calls {
  const page = { threadId, pageSize: 1000 };
  return {
    loadHistory: (store, signal) => store.loadHistory({ threadId, signal }),
    readThread: (store, signal) => store.readThread({ threadId, includeHistory: true, signal }),
    readThreadByRolloutPath: (store, signal) => store.readThreadByRolloutPath({ rolloutPath, signal }),
    listThreads: (store, signal) => store.listThreads({ signal }),
    listTurns: (store, signal) => store.listTurns({ ...page, itemsView: 'full', signal }),
    listItems: (store, signal) => store.listItems({ ...page, signal }),
    readItems: (store, signal) => store.readItems({ threadId, turnId: 'turn-1', itemIds: ['any'], signal }),
    listLiveThreads: (store, signal) => store.listLiveThreads({ signal }),
  };
}

function writesOf(threadId: string, live: string): Calls {
  const items = [{ type: 'future', payload: {} }];
  return {
    createThread: (store, signal) => store.createThread({ threadId: builtId(), ...METADATA, signal }),
    resumeThread: (store, signal) => store.resumeThread({ threadId, signal }),
    appendItems: (store, signal) => store.appendItems({ threadId: live, items, signal }),
    persistThread: (store, signal) => store.persistThread({ threadId: live, signal }),
    flushThread: (store, signal) => store.flushThread({ threadId: live, signal }),
    shutdownThread: (store, signal) => store.shutdownThread({ threadId: live, signal }),
    discardThread: (store, signal) => store.discardThread({ threadId: live, signal }),
    updateThreadMetadata: (store, signal) =>
      store.updateThreadMetadata({ threadId, patch: { name: 'new' }, signal }),
    archiveThread: (store, signal) => store.archiveThread({ threadId, signal }),
    unarchiveThread: (store, signal) => store.unarchiveThread({ threadId, signal }),
    deleteThread: (store, signal) => store.deleteThread({ threadId, signal }),
    forkThread: (store, signal) => store.forkThread({ threadId, signal }),
    rollbackThread: (store, signal) => store.rollbackThread({ threadId, beforeTurnId: 'turn-1', signal }),
    revertThread: (store, signal) => store.revertThread({ threadId, beforeTurnId: 'turn-1', signal }),
  };
}

async function importedThread(store: ThreadStoreClient): Promise<RolloutBuilder> {
  const rollout = RolloutBuilder.paginated().turns('turn-1');
  await imported(store, [rollout]);
  return rollout;
}

/** What a call came to. */
async function outcomeOf(call: Promise<unknown>): Promise<{ value?: unknown; error?: ThreadStoreError }> {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof ThreadStoreError) return { error };
    throw error;
  }
}

/** Lets what is under way go on a little: first by microtasks, then by whole tasks. */
async function steps(count: number): Promise<void> {
  for (let step = 0; step < count; step++) {
    if (step < 8) await Promise.resolve();
    else await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
