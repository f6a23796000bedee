import { describe, expect } from 'vitest';
import type { RolloutFile } from '../contract/rollout-import.ts';
import type { ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import { builtId, EPOCH, RolloutBuilder } from './rollout-builder.ts';
import { imported, type StoreTest } from './store-test.ts';

/** Rules of importing the names that people gave their threads in Codex. */
export function importNameTests(test: StoreTest): void {
  describe('importing names', () => {
    test('[I27] from `session_index.jsonl` names threads, wherever among the files it lies', async (store) => {
      const [before, after, unnamed] = [
        RolloutBuilder.legacy(),
        RolloutBuilder.paginated(),
        RolloutBuilder.legacy(),
      ];
      const index = nameIndex(
        [before.threadId, 'Replaced'],
        [after.threadId, '  After all \n'],
        [builtId(), 'Of a thread that is not there'],
        [before.threadId, 'Before'],
      );
      const changed: string[] = [];
      const stop = store.subscribe((event: ThreadStoreEvent) => {
        if (event.type === 'threadChanged') changed.push(event.threadId);
      });
      await imported(store, [before.turns('turn-1')]);
      changed.length = 0;
      const report = await store.importRollouts([index, after.turns('turn-1').file, unnamed.file]);
      stop();
      expect(report.files[0]).toEqual({
        name: index.name,
        outcome: 'imported',
        lines: 4,
        bytes: index.data.length,
        rejectedLines: [],
        rejectedLineCount: 0,
      });
      expect(report.threadIds.toSorted()).toEqual(
        [before.threadId, after.threadId, unnamed.threadId].toSorted(),
      );
      expect(new Set(changed)).toEqual(new Set(report.threadIds));
      expect(await namesOf(store, [before, after, unnamed])).toEqual(['Before', 'After all', undefined]);
      const { items } = await store.listThreads({ searchTerm: 'After' });
      expect(items.map(({ threadId }) => threadId)).toEqual([after.threadId]);
    });

    test('[I27] changes no time, and nothing when it comes again', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      const { threadId } = rollout;
      const index = nameIndex([threadId, 'A name']);
      await imported(store, [rollout]);
      const { name: none, ...rest } = await store.readThread({ threadId });
      expect(none).toBeUndefined();
      expect((await store.importRollouts([index])).threadIds).toEqual([threadId]);
      expect(await store.readThread({ threadId })).toEqual({ ...rest, name: 'A name' });
      const again = await store.importRollouts([rollout.file, index]);
      expect(again.files.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
      expect(again.threadIds).toEqual([]);
      await imported(store, [rollout.turns('turn-2')], { surface: 'limited' });
      expect(await namesOf(store, [rollout])).toEqual(['A name']);
    });

    test('[I27] names archived threads, and one that is being written', async (store) => {
      const [archived, written] = [RolloutBuilder.legacy({ archived: true }), RolloutBuilder.paginated()];
      await imported(store, [archived.turns('turn-1'), written.turns('turn-1')]);
      const { threadId } = written;
      await store.resumeThread({ threadId });
      const names = nameIndex([archived.threadId, 'Put away'], [threadId, 'In work']);
      expect((await store.importRollouts([names])).threadIds.toSorted()).toEqual(
        [archived.threadId, threadId].toSorted(),
      );
      await store.appendItems({
        threadId,
        items: [{ type: 'event_msg', payload: { type: 'thread_rolled_back', num_turns: 0 } }],
      });
      await store.shutdownThread({ threadId });
      expect(await namesOf(store, [archived, written])).toEqual(['Put away', 'In work']);
    });

    test('[I27] leaves out lines that give no name, and says which', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      const good = nameIndex([rollout.threadId, 'Kept']).data;
      const bad = [
        '{"id":',
        '[]',
        `{"id":"${rollout.threadId}"}`,
        `{"id":"${rollout.threadId}","thread_name":"  "}`,
      ];
      const { files } = await store.importRollouts([
        rollout.file,
        { name: '/home/me/.codex/session_index.jsonl', data: `\n${good}${bad.join('\n')}` },
      ]);
      expect(files[1]).toMatchObject({ outcome: 'imported', lines: 6, rejectedLineCount: 4 });
      expect(files[1]?.rejectedLines.map(({ line }) => line)).toEqual([3, 4, 5, 6]);
      for (const { reason } of files[1]?.rejectedLines ?? [])
        expect(reason).toMatch(/not JSON|object|thread_name/);
      expect(await namesOf(store, [rollout])).toEqual(['Kept']);
    });

    test('[I27] gives none where its stream breaks off', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      const bytes = new TextEncoder().encode(nameIndex([rollout.threadId, 'Never']).data);
      let isGiven = false;
      const data = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if (isGiven) return controller.error(new Error('the stick was pulled out'));
          isGiven = true;
          controller.enqueue(bytes);
        },
      });
      const { files } = await store.importRollouts([{ name: 'session_index.jsonl', data }, rollout.file]);
      expect(files).toMatchObject([
        { outcome: 'failed', reason: expect.stringContaining('the stick was pulled out') },
        { outcome: 'imported' },
      ]);
      expect(await namesOf(store, [rollout])).toEqual([undefined]);
    });

    test('[I29] has told what it changed once it answers', async (store) => {
      const { threadId, file } = RolloutBuilder.legacy().turns('turn-1');
      const told: string[] = [];
      const end = store.subscribe((event) => event.type === 'threadChanged' && told.push(event.threadId));
      await store.importRollouts([file]);
      expect(told).toEqual([threadId]);
      // To give a name is the last that an import does: its answer comes right behind.
      for (let time = 1; time <= 20; time++) {
        const data = line(threadId, `Name ${time}`, EPOCH + time * 1000);
        const { threadIds } = await store.importRollouts([{ name: 'session_index.jsonl', data }]);
        expect(threadIds).toEqual([threadId]);
        expect(told).toHaveLength(1 + time);
      }
      end();
    });

    test('[I28] leaves a thread the name that it was given here later', async (store) => {
      const [here, codex] = [RolloutBuilder.legacy(), RolloutBuilder.legacy()].map((rollout) =>
        rollout.turns('turn-1'),
      );
      if (!here || !codex) throw new Error('two were made');
      const both = [here.threadId, codex.threadId];
      await store.importRollouts([here.file, codex.file, nameIndex(...both.map(named('Old')))]);
      for (const threadId of both)
        await store.updateThreadMetadata({ threadId, patch: { name: 'Given here' } });
      const later = { name: 'session_index.jsonl', data: line(codex.threadId, 'New', Date.now() + 60_000) };
      const older = { name: 'session_index.jsonl', data: line(here.threadId, 'Older', EPOCH + 1000) };
      expect((await store.importRollouts([older, later])).threadIds).toEqual([codex.threadId]);
      expect(await namesOf(store, [here, codex])).toEqual(['Given here', 'New']);
    });

    test('[I28] renames one that Codex named anew, whatever else was done to it here', async (store) => {
      const rollout = RolloutBuilder.legacy().turns('turn-1');
      const { threadId } = rollout;
      await store.importRollouts([rollout.file, nameIndex([threadId, 'Old'])]);
      await store.updateThreadMetadata({ threadId, patch: { gitInfo: { branch: 'main' } } });
      const anew = line(threadId, 'New', EPOCH + 2000);
      await store.importRollouts([{ name: 'session_index.jsonl', data: anew }]);
      expect(await store.readThread({ threadId })).toMatchObject({
        name: 'New',
        gitInfo: { branch: 'main' },
      });
    });
  });
}

/** A file of names, as Codex writes it. */
function nameIndex(...names: [threadId: string, name: string][]): RolloutFile & { data: string } {
  return {
    name: 'session_index.jsonl',
    data: names.map(([threadId, name]) => line(threadId, name, EPOCH)).join(''),
  };
}

function line(threadId: string, name: string, givenAt: number): string {
  const updatedAt = new Date(givenAt).toISOString();
  return `${JSON.stringify({ id: threadId, thread_name: name, updated_at: updatedAt })}\n`;
}

function named(name: string): (threadId: string) => [string, string] {
  return (threadId) => [threadId, name];
}

function namesOf(
  store: ThreadStoreClient,
  rollouts: readonly { threadId: string }[],
): Promise<(string | undefined)[]> {
  return Promise.all(
    rollouts.map(async ({ threadId }) => (await store.readThread({ threadId, includeArchived: true })).name),
  );
}
