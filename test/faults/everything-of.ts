import type { ThreadStoreClient } from 'idb-thread-store';
import { allItems, allTurns } from '../../src/testing/pages.ts';

/** All that a store tells of its threads. */
export async function everythingOf(store: ThreadStoreClient): Promise<unknown> {
  const lists = await Promise.all([store.listThreads({}), store.listThreads({ archived: true })]);
  const threads = [];
  for (const { threadId } of lists.flatMap(({ items }) => items)) {
    const request = { threadId, includeArchived: true };
    threads.push({
      thread: await store.readThread({ ...request, includeHistory: true }),
      summaries: await allTurns(store, request),
      turns: await allTurns(store, { ...request, itemsView: 'full' }),
      items: await allItems(store, request),
      changes: await allItems(store, { ...request, afterUpdatedAtOrdinal: -1 }),
    });
  }
  // Long text by its length, so that it can be kept in a file.
  return JSON.parse(
    JSON.stringify(threads, (_key, value: unknown) =>
      typeof value === 'string' && value.length > 1000 ? `${value.length} characters` : value,
    ),
  );
}
