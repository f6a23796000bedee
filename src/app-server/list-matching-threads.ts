import type { StoredThread, ThreadPage } from '../contract/records.ts';
import type { ListThreadsParams } from '../contract/requests.ts';
import type { ThreadStore } from '../contract/thread-store.ts';

const CHUNK_SIZE = 200;

/**
 * A page of the threads that pass a test which the store itself cannot make. Its cursors are the store's: they stand
 * exactly before the first and after the last row that it gives.
 */
export async function listMatchingThreads(
  store: ThreadStore,
  request: ListThreadsParams & { pageSize: number },
  matches: (thread: StoredThread) => boolean,
): Promise<ThreadPage> {
  // Nearly always every row passes, and the store's own page is the answer.
  const whole = await store.listThreads(request);
  if (whole.items.every(matches)) return whole;

  const fetch = (cursor: string | undefined, pageSize: number) =>
    store.listThreads({ ...request, cursor, pageSize });
  const page: ThreadPage = { items: [] };
  let position = request.cursor;
  for (;;) {
    const chunk = await fetch(position, CHUNK_SIZE);
    const first = chunk.items.findIndex(matches);
    if (first >= 0 && page.items.length === 0) {
      const start = first === 0 ? position : (await fetch(position, first)).nextCursor;
      const { backwardsCursor } = await fetch(start, 1);
      if (backwardsCursor !== undefined) page.backwardsCursor = backwardsCursor;
    }
    for (const [index, thread] of chunk.items.entries()) {
      if (!matches(thread)) continue;
      page.items.push(thread);
      if (page.items.length < request.pageSize) continue;
      const { nextCursor } = await fetch(position, index + 1);
      const more = chunk.nextCursor !== undefined || chunk.items.slice(index + 1).some(matches);
      return more && nextCursor !== undefined ? { ...page, nextCursor } : page;
    }
    if (chunk.nextCursor === undefined) return page;
    position = chunk.nextCursor;
  }
}
