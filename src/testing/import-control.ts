import { describe, expect, vi } from 'vitest';
import type { ImportProgress, RolloutFile } from '../contract/rollout-import.ts';
import { allItems, allTurns, turnIdsOf } from './pages.ts';
import { RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

/** Rules of a running import: progress, stopping it, several at once, reads meanwhile. */
export function importControlTests(test: StoreTest): void {
  describe('a running import', () => {
    test('[I21] tells how far it is, never less than before, up to the end', async (store) => {
      const rollouts = [large(RolloutBuilder.paginated()), RolloutBuilder.legacy().turns('turn-1')];
      const told: ImportProgress[] = [];
      let end: (progress: ImportProgress) => void;
      // In another thread the last word may come after the import's own answer.
      const last = new Promise<ImportProgress>((resolve) => (end = resolve));
      await imported(store, rollouts, {
        onProgress: (progress) => {
          told.push(progress);
          if (progress.files === rollouts.length) end(progress);
        },
      });
      const text = rollouts.map((rollout) => rollout.text).join('');
      expect(await last).toEqual({
        files: 2,
        file: rollouts[1]?.name,
        bytes: text.length,
        lines: rollouts.flatMap(({ lines }) => lines).length,
        items: (await Promise.all(rollouts.map(({ threadId }) => allItems(store, { threadId })))).flat()
          .length,
      });
      expect(told.filter(({ files, bytes }) => files === 0 && bytes > 0).length).toBeGreaterThan(2);
      for (const field of ['files', 'bytes', 'lines', 'items'] as const) {
        const values = told.map((progress) => progress[field]);
        expect(values).toEqual([...values].sort((a, b) => a - b));
      }
      expect(new Set(told.map(({ file }) => file))).toEqual(new Set(rollouts.map(({ name }) => name)));
    });

    test('[K3] that waits for its source, or for its turn, ends with the store', async (store) => {
      let [onPull, onCancel] = [() => {}, () => {}];
      const pulled = new Promise<void>((resolve) => (onPull = resolve));
      const cancelled = new Promise<void>((resolve) => (onCancel = resolve));
      const source = { pull: onPull, cancel: onCancel };
      const data = new ReadableStream<Uint8Array>(source, { highWaterMark: 0 });
      const imports = [[{ name: 'never ends', data }], [RolloutBuilder.legacy().file]].map((files) =>
        failure(store.importRollouts(files)),
      );
      await pulled;
      await store.close();
      for (const error of await Promise.all(imports))
        expect(error).toMatchObject({ code: 'unavailable', operation: 'importRollouts', retryable: false });
      await cancelled;
    });

    test('[I22] that was stopped before it began changes nothing', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      const error = await failure(store.importRollouts([rollout.file], { signal: AbortSignal.abort() }));
      expect(error).toMatchObject({ code: 'aborted', operation: 'importRollouts', retryable: false });
      expect((await store.listThreads({})).items).toEqual([]);
      expect((await imported(store, [rollout])).files[0]?.outcome).toBe('imported');
    });

    test('[I22] that is stopped leaves nothing half-visible, and the file can be imported later', async (store) => {
      const [first, second] = [RolloutBuilder.legacy().turns('turn-1'), large(RolloutBuilder.paginated())];
      const stop = new AbortController();
      const file = watched(second, (chunk) => {
        if (chunk === 5) stop.abort();
      });
      const running = store.importRollouts([first.file, file], { signal: stop.signal });
      expect((await failure(running)).code).toBe('aborted');
      // What was whole before stays.
      expect((await store.listThreads({})).items.map(({ threadId }) => threadId)).toEqual([first.threadId]);
      expect((await failure(store.readThread({ threadId: second.threadId }))).code).toBe('thread_not_found');
      expect((await imported(store, [second])).files[0]?.outcome).toBe('imported');
      expect(turnIdsOf({ rows: await allTurns(store, { threadId: second.threadId }) })).toEqual(turnIds(40));
    });

    test('[I22] that is stopped while a thread grows leaves the thread as it was', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-0');
      const { threadId } = rollout;
      await imported(store, [rollout]);
      const all = async () => [
        await store.readThread({ threadId, includeHistory: true }),
        await allTurns(store, { threadId, itemsView: 'full' }),
      ];
      const before = await all();
      large(rollout);
      for (const when of [1, 5, 12]) {
        const stop = new AbortController();
        const file = watched(rollout, (chunk) => {
          if (chunk === when) stop.abort();
        });
        expect((await failure(store.importRollouts([file], { signal: stop.signal }))).code).toBe('aborted');
        expect(await all()).toEqual(before);
      }
      expect((await imported(store, [rollout])).files[0]?.outcome).toBe('extended');
      expect((await store.loadHistory({ threadId })).items).toHaveLength(rollout.lines.length);
      expect((await allTurns(store, { threadId })).length).toBe(41);
    });

    test('[I22] is stopped also while it waits for a stream that gives nothing more', async (store) => {
      const stop = new AbortController();
      let cancelled = false;
      const data = new ReadableStream<Uint8Array>(
        {
          pull: () => {
            stop.abort();
            // And never gives a chunk.
            return new Promise<void>(() => undefined);
          },
          cancel: () => {
            cancelled = true;
          },
        },
        { highWaterMark: 0 },
      );
      const running = store.importRollouts([{ name: 'stalled', data }], { signal: stop.signal });
      expect((await failure(running)).code).toBe('aborted');
      expect(cancelled).toBe(true);
      const rollout = RolloutBuilder.legacy();
      expect((await imported(store, [rollout])).threadIds).toEqual([rollout.threadId]);
    });

    test('[I26] goes on when what listens to its progress throws', async (store) => {
      // Where the platform reports errors to the page, this test is not to fail by that.
      const reported = vi.fn<(error: unknown) => void>();
      if ('reportError' in globalThis) vi.stubGlobal('reportError', reported);
      try {
        const rollout = large(RolloutBuilder.paginated());
        let calls = 0;
        const onProgress = () => {
          calls++;
          throw new Error('a listener failed');
        };
        const { files } = await store.importRollouts([rollout.file], { onProgress });
        expect(files).toMatchObject([{ outcome: 'imported' }]);
        expect(calls).toBeGreaterThan(1);
        expect(await allTurns(store, { threadId: rollout.threadId })).toHaveLength(40);
      } finally {
        vi.unstubAllGlobals();
      }
    });

    test('[I23] and another one at the same time both end well', async (store) => {
      const [a, b] = [large(RolloutBuilder.paginated()), RolloutBuilder.legacy().turns('turn-1')];
      const [one, two] = await Promise.all([imported(store, [a, b]), imported(store, [b, a])]);
      const outcomes = [one, two].map(({ files }) => files.map(({ outcome }) => outcome).sort());
      expect(outcomes.flat().sort()).toEqual(['imported', 'imported', 'unchanged', 'unchanged']);
      expect((await store.listThreads({})).items).toHaveLength(2);
      expect(await allTurns(store, { threadId: a.threadId })).toHaveLength(40);
    });

    test('[I24] shows readers a thread whole, or not at all', async (store) => {
      const rollout = large(RolloutBuilder.legacy());
      const { threadId } = rollout;
      let looked = 0;
      const notThere = watched(rollout, async () => {
        looked++;
        expect((await failure(store.readThread({ threadId }))).code).toBe('thread_not_found');
        expect((await failure(store.listTurns({ threadId }))).code).toBe('thread_not_found');
        expect((await store.listThreads({})).items).toEqual([]);
      });
      await imported(store, [{ file: notThere }]);
      expect(looked).toBeGreaterThan(10);
      const thread = await store.readThread({ threadId, includeHistory: true });
      const turns = await allTurns(store, { threadId, itemsView: 'full' });
      expect(turns).toHaveLength(40);
      const asBefore = watched(rollout.turns('turn-41', 'turn-42'), async () => {
        expect(await store.readThread({ threadId, includeHistory: true })).toEqual(thread);
        expect(await allTurns(store, { threadId, itemsView: 'full' })).toEqual(turns);
      });
      await imported(store, [{ file: asBefore }]);
      expect(await allTurns(store, { threadId })).toHaveLength(42);
    });
  });
}

/** Adds 40 turns of 30 KB each: many batches. */
function large(rollout: RolloutBuilder): RolloutBuilder {
  for (const id of turnIds(40)) rollout.turn({ id, agent: ['x'.repeat(30_000), `answer of ${id}`] });
  return rollout;
}

/** A rollout's file as a stream of chunks of 64 KB; `onChunk` is called before each is given. */
function watched(rollout: RolloutBuilder, onChunk: (chunk: number) => void | Promise<void>): RolloutFile {
  const bytes = new TextEncoder().encode(rollout.text);
  let chunk = 0;
  const data = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await onChunk(chunk);
        const at = chunk++ * 65_536;
        if (at < bytes.length) controller.enqueue(bytes.slice(at, at + 65_536));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { name: rollout.name, data };
}
