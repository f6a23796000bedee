import type { StoredTurn, TurnItemsView } from '../contract/records.ts';
import type { ThreadStore } from '../contract/thread-store.ts';

const PAGE_SIZE = 100;

/** A thread's turns from its beginning on, a page at a time. */
export async function* readAllTurns(
  store: ThreadStore,
  threadId: string,
  itemsView: TurnItemsView,
): AsyncGenerator<StoredTurn> {
  let cursor: string | undefined;
  do {
    const page = await store.listTurns({
      threadId,
      cursor,
      itemsView,
      sortDirection: 'asc',
      pageSize: PAGE_SIZE,
      includeArchived: true,
    });
    yield* page.turns;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
