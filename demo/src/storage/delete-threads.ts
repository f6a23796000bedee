import type { ThreadStore } from 'idb-thread-store';

/** How many threads are deleted at a time. */
const atOnce = 25;

/**
 * Deletes every thread, the archived ones too.
 * @param onProgress hears how many are gone by now
 * @throws ThreadStoreError `conflict` when a thread is being written; those before it are gone by then
 */
export async function deleteThreads(store: ThreadStore, onProgress: (count: number) => void): Promise<void> {
  let count = 0;
  for (const archived of [false, true]) {
    for (;;) {
      const { items } = await store.listThreads({ archived, pageSize: atOnce });
      if (items.length === 0) break;
      await Promise.all(items.map(({ threadId }) => store.deleteThread({ threadId })));
      onProgress((count += items.length));
    }
  }
}
