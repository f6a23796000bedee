import { describe, expect, vi } from 'vitest';
import type { ThreadEvent, ThreadStoreClient } from '../contract/thread-store-client.ts';
import { liveThread } from './live-script.ts';
import { builtId, RolloutBuilder } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of what an app has beside the contract: events, status, the end. */
export function clientTests(test: StoreTest): void {
  describe('the client', () => {
    test('[K1] hears of every thread that appears or changes, once it can be read', async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1');
      const fork = source.fork().turns('turn-2');
      const heard = listen(store, (event) => store.readThread({ threadId: event.threadId }));
      await imported(store, [fork, source]);
      // The fork once as it came, and once as its base came.
      const events = await heard.first(3);
      expect(events.map(({ threadId }) => threadId).sort()).toEqual(
        [source.threadId, fork.threadId, fork.threadId].sort(),
      );
      expect(events.every(({ type }) => type === 'threadChanged')).toBe(true);
      // Nothing is told of a file that changes nothing: the next event is of the next thread.
      await imported(store, [fork, source]);
      const next = RolloutBuilder.legacy();
      await imported(store, [next]);
      expect((await heard.first(4)).at(-1)).toEqual({ type: 'threadChanged', threadId: next.threadId });
      await heard.answers();
    });

    test('[K1] hears nothing more once it has unsubscribed', async (store) => {
      const [ended, kept] = [listen(store), listen(store)];
      const rollouts = [RolloutBuilder.legacy(), RolloutBuilder.legacy()];
      await imported(store, rollouts.slice(0, 1));
      await Promise.all([ended.first(1), kept.first(1)]);
      ended.end();
      ended.end();
      await imported(store, rollouts.slice(1));
      await kept.first(2);
      expect(ended.events).toHaveLength(1);
    });

    test('[K1] hears also when another listener throws', async (store) => {
      // Where the platform reports errors to the page, this test is not to fail by that.
      const reported = vi.fn<(error: unknown) => void>();
      if ('reportError' in globalThis) vi.stubGlobal('reportError', reported);
      try {
        store.subscribe(() => {
          throw new Error('a listener failed');
        });
        const heard = listen(store);
        const rollout = RolloutBuilder.legacy();
        const report = await imported(store, [rollout]);
        expect(report.threadIds).toEqual([rollout.threadId]);
        expect(await heard.first(1)).toEqual([{ type: 'threadChanged', threadId: rollout.threadId }]);
      } finally {
        vi.unstubAllGlobals();
      }
    });

    test('[K2] learns where and how the data is kept', async (store) => {
      const { engine, mode, persisted, usage, quota } = await store.status();
      expect(['indexeddb', 'memory']).toContain(engine);
      expect(['worker', 'direct']).toContain(mode);
      expect(['boolean', 'undefined']).toContain(typeof persisted);
      for (const bytes of [usage, quota]) expect(bytes ?? 0).toBeGreaterThanOrEqual(0);
    });

    test('[K6] learns which threads it writes', async (store) => {
      expect(await store.listLiveThreads()).toEqual({ threadIds: [] });
      const lives = [await liveThread(store), await liveThread(store)];
      const threadIds = lives.map(({ threadId }) => threadId).sort();
      expect(await store.listLiveThreads({})).toEqual({ threadIds });
      await store.discardThread({ threadId: lives[0]?.threadId ?? '' });
      expect((await store.listLiveThreads()).threadIds).toEqual([lives[1]?.threadId]);
    });

    test('[K3] gets `unavailable` from every call after the end, which may be repeated', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      await imported(store, [rollout]);
      await store.close();
      await store.close();
      const { threadId, name: rolloutPath } = rollout;
      const calls: Record<string, () => Promise<unknown>> = {
        readThread: () => store.readThread({ threadId }),
        readThreadByRolloutPath: () => store.readThreadByRolloutPath({ rolloutPath }),
        loadHistory: () => store.loadHistory({ threadId }),
        listThreads: () => store.listThreads({}),
        listTurns: () => store.listTurns({ threadId }),
        listItems: () => store.listItems({ threadId }),
        importRollouts: () => store.importRollouts([RolloutBuilder.legacy().file]),
        status: () => store.status(),
        createThread: () => store.createThread({ threadId: builtId(), metadata: { modelProvider: 'mock' } }),
        resumeThread: () => store.resumeThread({ threadId }),
        appendItems: () => store.appendItems({ threadId, items: [] }),
        persistThread: () => store.persistThread({ threadId }),
        flushThread: () => store.flushThread({ threadId }),
        shutdownThread: () => store.shutdownThread({ threadId }),
        discardThread: () => store.discardThread({ threadId }),
        updateThreadMetadata: () => store.updateThreadMetadata({ threadId, patch: { name: 'new' } }),
        archiveThread: () => store.archiveThread({ threadId }),
        unarchiveThread: () => store.unarchiveThread({ threadId }),
        deleteThread: () => store.deleteThread({ threadId }),
        readItems: () => store.readItems({ threadId, turnId: 'turn-1', itemIds: ['any'] }),
        listLiveThreads: () => store.listLiveThreads(),
        forkThread: () => store.forkThread({ threadId }),
        rollbackThread: () => store.rollbackThread({ threadId, beforeTurnId: 'turn-1' }),
        revertThread: () => store.revertThread({ threadId, beforeTurnId: 'turn-1' }),
      };
      const codes: Record<string, string> = {};
      for (const [name, call] of Object.entries(calls)) {
        codes[name] = await call().then(
          () => 'no error',
          (error: { code: string }) => error.code,
        );
      }
      expect(codes).toEqual(Object.fromEntries(Object.keys(calls).map((name) => [name, 'unavailable'])));
    });

    test('[K3] ends the store with `await using`, too', async (store) => {
      // Some browsers do not have the symbol yet.
      if (typeof Symbol.asyncDispose === 'symbol') await store[Symbol.asyncDispose]();
      else await store.close();
      expect((await failure(store.listThreads({}))).code).toBe('unavailable');
    });
  });
}

/** Collects a store's events, and what `then` makes of each. */
function listen(store: ThreadStoreClient, then: (event: ThreadEvent) => Promise<unknown> = async () => null) {
  const events: ThreadEvent[] = [];
  const answers: Promise<unknown>[] = [];
  let onEvent: () => void = () => undefined;
  const end = store.subscribe((event) => {
    if (!('threadId' in event)) return;
    events.push(event);
    answers.push(then(event));
    onEvent();
  });
  return {
    events,
    end,
    answers: () => Promise.all(answers),
    /** The first events, once so many have come. */
    first: (count: number) =>
      new Promise<ThreadEvent[]>((resolve) => {
        onEvent = () => events.length >= count && resolve(events.slice(0, count));
        onEvent();
      }),
  };
}
