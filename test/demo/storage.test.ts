import { createMemoryThreadStore } from 'idb-thread-store/memory';
import type { StoredThread, ThreadStoreClient } from 'idb-thread-store';
import { describe, expect, test } from 'vitest';
import { deleteThreads } from '../../demo/src/storage/delete-threads.ts';
import { rolloutFile, rolloutName } from '../../demo/src/storage/rollout-file.ts';
import { recording } from '../support/corpus.ts';

describe('rolloutFile', () => {
  test.each(['legacy/rich', 'paginated/rich'])('gives back the file of %s, word for word', async (name) => {
    const store = createMemoryThreadStore();
    const files = await recording(name).files();
    const { threadIds } = await store.importRollouts(files);
    expect(files).toHaveLength(1);
    const file = await rolloutFile(store, threadIds[0] ?? '');
    expect(file.name).toBe(files[0]?.name);
    expect(await file.text()).toBe(files[0]?.data);
  });

  test('names a thread that never was a file', () => {
    const thread = { threadId: 'a/b', createdAt: Date.UTC(2026, 10, 22, 16, 31, 21) } as StoredThread;
    expect(rolloutName(thread)).toBe('rollout-2026-11-22T16-31-21-a_b.jsonl');
    expect(rolloutName({ ...thread, rolloutPath: '2026/11/rollout-x.jsonl.zst' })).toBe('rollout-x.jsonl');
  });
});

test('deleteThreads deletes the archived ones, too', async () => {
  const store = createMemoryThreadStore();
  for (let number = 0; number < 60; number++) await createThread(store, `thread-${number}`);
  for (let number = 0; number < 30; number++) await store.archiveThread({ threadId: `thread-${number}` });
  const counts: number[] = [];
  await deleteThreads(store, (count) => counts.push(count));
  expect(counts).toEqual([25, 30, 55, 60]);
  for (const archived of [false, true]) expect((await store.listThreads({ archived })).items).toEqual([]);
});

async function createThread(store: ThreadStoreClient, threadId: string): Promise<void> {
  await store.createThread({ threadId, metadata: { modelProvider: 'test' } });
  await store.persistThread({ threadId });
  await store.shutdownThread({ threadId });
}
