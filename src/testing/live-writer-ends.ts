import { describe, expect } from 'vitest';
import { expectNoWriter, expectReplay, liveThread, METADATA, payloads, payloadsOf } from './live-script.ts';
import { builtId, RolloutBuilder } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const MODES = ['legacy', 'paginated'] as const;

/** Rules of how a live writer ends: shutdown, discard, the end of the store. */
export function liveWriterEndTests(test: StoreTest): void {
  describe('the end of a live writer', () => {
    test('[P2] refuses every call after its shutdown; what it wrote stays (statements 2 and 11)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.append();
      await script.shutdown();
      const before = await store.loadHistory({ threadId });
      await expectNoWriter(store, threadId);
      expect(await store.loadHistory({ threadId })).toEqual(before);
      expect(before.items).toHaveLength(5);
    });

    test('[P3] that was discarded leaves nothing of a thread that was not persisted (statement 3)', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        script.lines.turns('turn-1');
        await script.append();
        await store.discardThread({ threadId });
        expect((await failure(store.readThread({ threadId, includeArchived: true }))).code).toBe(
          'thread_not_found',
        );
        expect((await failure(script.append())).code).toBe('thread_not_found');
        expect((await store.listThreads({})).items).toEqual([]);
        // The id is free again.
        await script.create();
        script.lines.turns('turn-2');
        await script.write();
        expect(await payloadsOf(store, threadId)).toHaveLength(5);
        await script.shutdown();
        await store.deleteThread({ threadId });
      }
    });

    test('[P4] that was discarded keeps what was persisted, and whole lines only (statement 4)', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        script.lines.turns('turn-1');
        await script.append();
        await store.persistThread({ threadId });
        const kept = await payloadsOf(store, threadId);
        script.lines.turn({ id: 'turn-2', agent: ['x'.repeat(100_000)] });
        const later = script.take();
        await store.appendItems({ threadId, items: later });
        await store.discardThread({ threadId });
        const there = await payloadsOf(store, threadId);
        expect(there.slice(0, kept.length)).toEqual(kept);
        // All of the call, or nothing of it.
        expect([[], payloads(later)]).toContainEqual(there.slice(kept.length));
        await expectReplay(store, threadId);
        // And the thread can be gone on with at once.
        await script.resume();
        script.lines.turns('turn-3');
        await script.write();
        expect((await payloadsOf(store, threadId)).slice(there.length)).toHaveLength(4);
        await expectReplay(store, threadId);
      }
    });

    test('[P4] that was discarded tells a flush that waits whether its lines were kept', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.write();
      script.lines.turns('turn-2');
      const appended = script.append();
      const [flush] = await Promise.allSettled([script.flush(), store.discardThread({ threadId }), appended]);
      const { length } = await payloadsOf(store, threadId);
      if (flush.status === 'fulfilled') expect(length).toBe(9);
      else expect([5, 9]).toContain(length);
    });

    test('[P10] that was never opened is not found, by any call (statement 10)', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      for (const threadId of [builtId(), rollout.threadId]) await expectNoWriter(store, threadId);
      expect(await payloadsOf(store, rollout.threadId)).toHaveLength(5);
    });

    test('[P11] persists and flushes again without writing again, and may be discarded again (statement 11)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.append();
      await Promise.all([
        store.persistThread({ threadId }),
        store.persistThread({ threadId }),
        script.flush(),
      ]);
      const before = await store.readThread({ threadId, includeHistory: true });
      expect(before.history?.items).toHaveLength(5);
      await store.persistThread({ threadId });
      await script.flush();
      await script.flush();
      expect(await store.readThread({ threadId, includeHistory: true })).toEqual(before);
      await store.discardThread({ threadId });
      await store.discardThread({ threadId });
      expect((await failure(script.shutdown())).code).toBe('thread_not_found');
      // A new writer makes the discarding of the old one a thing of the past.
      await script.resume();
      await script.shutdown();
      expect((await failure(script.shutdown())).code).toBe('thread_not_found');
      expect((await failure(store.discardThread({ threadId }))).code).toBe('thread_not_found');
      expect(await store.readThread({ threadId, includeHistory: true })).toEqual(before);
    });

    test('[P30] keeps every line that was accepted, also beside a shutdown', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.write();
      let accepted = 0;
      const item = { type: 'future', payload: 'x' };
      const closing = script.shutdown();
      const tries: Promise<unknown>[] = [];
      for (let call = 0; call < 60; call++) {
        const trying = store.appendItems({ threadId, items: [item] });
        tries.push(
          trying.then(
            () => accepted++,
            () => undefined,
          ),
        );
        // Some calls come at once, some as the shutdown goes on.
        if (call % 4 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      await closing;
      await Promise.all(tries);
      // The next writer sees them all, and nothing is written beside it.
      await script.resume();
      await script.flush();
      expect(await payloadsOf(store, threadId)).toHaveLength(5 + accepted);
      await expectReplay(store, threadId);
    });

    test('[P29] ends with its store, which no call survives', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.append();
      await store.close();
      const calls: Record<string, () => Promise<unknown>> = {
        createThread: () => store.createThread({ threadId: builtId(), ...METADATA }),
        resumeThread: () => store.resumeThread({ threadId }),
        appendItems: () => store.appendItems({ threadId, items: [{ type: 'future', payload: 1 }] }),
        persistThread: () => store.persistThread({ threadId }),
        flushThread: () => store.flushThread({ threadId }),
        shutdownThread: () => store.shutdownThread({ threadId }),
        discardThread: () => store.discardThread({ threadId }),
        updateThreadMetadata: () => store.updateThreadMetadata({ threadId, patch: { name: 'x' } }),
        archiveThread: () => store.archiveThread({ threadId }),
        unarchiveThread: () => store.unarchiveThread({ threadId }),
        deleteThread: () => store.deleteThread({ threadId }),
      };
      const codes: Record<string, string> = {};
      for (const [name, call] of Object.entries(calls)) codes[name] = (await failure(call())).code;
      expect(codes).toEqual(Object.fromEntries(Object.keys(calls).map((name) => [name, 'unavailable'])));
    });
  });
}
