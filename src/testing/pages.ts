import type {
  ItemPage,
  StoredThread,
  StoredThreadItem,
  StoredTurn,
  ThreadPage,
  TurnPage,
} from '../contract/records.ts';
import type { ListItemsParams, ListThreadsParams, ListTurnsParams } from '../contract/requests.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';

/** A page of any list. */
export interface AnyPage<Row> {
  rows: Row[];
  nextCursor?: string;
  backwardsCursor?: string;
}

/** One page of turns. */
export async function turnPage(
  store: ThreadStoreClient,
  params: ListTurnsParams,
): Promise<AnyPage<StoredTurn>> {
  const { turns, ...cursors }: TurnPage = await store.listTurns(params);
  return { rows: turns, ...cursors };
}

/** One page of items. */
export async function itemPage(
  store: ThreadStoreClient,
  params: ListItemsParams,
): Promise<AnyPage<StoredThreadItem>> {
  const { items, ...cursors }: ItemPage = await store.listItems(params);
  return { rows: items, ...cursors };
}

/** One page of threads. */
export async function threadPage(
  store: ThreadStoreClient,
  params: ListThreadsParams,
): Promise<AnyPage<StoredThread>> {
  const { items, ...cursors }: ThreadPage = await store.listThreads(params);
  return { rows: items, ...cursors };
}

/** Every page of a list, one after the other. */
export async function allPages<Row>(
  read: (cursor: string | undefined) => Promise<AnyPage<Row>>,
): Promise<AnyPage<Row>[]> {
  const pages: AnyPage<Row>[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    pages.push(page);
    cursor = page.nextCursor;
    // A cursor that does not go on would never end.
    if (pages.length > 10_000) throw new Error('the list does not end');
  } while (cursor !== undefined);
  return pages;
}

/** Every turn of a thread, oldest first, read in one page. */
export async function allTurns(
  store: ThreadStoreClient,
  params: Omit<ListTurnsParams, 'pageSize'>,
): Promise<StoredTurn[]> {
  const { turns } = await store.listTurns({ sortDirection: 'asc', ...params, pageSize: 100_000 });
  return turns;
}

/** Every item of a thread or turn, oldest first, read in one page. */
export async function allItems(
  store: ThreadStoreClient,
  params: Omit<ListItemsParams, 'pageSize'>,
): Promise<StoredThreadItem[]> {
  const { items } = await store.listItems({ ...params, pageSize: 100_000 });
  return items;
}

/** The ids of turns. */
export function turnIdsOf(page: Pick<AnyPage<StoredTurn>, 'rows'>): string[] {
  return page.rows.map(({ turnId }) => turnId);
}

/** The ids of items. */
export function itemIdsOf(page: Pick<AnyPage<StoredThreadItem>, 'rows'>): string[] {
  return page.rows.map(({ itemId }) => itemId);
}

/** The ids of threads. */
export function threadIdsOf(page: Pick<AnyPage<StoredThread>, 'rows'>): string[] {
  return page.rows.map(({ threadId }) => threadId);
}

/** The other way round. */
export function opposite(direction: 'asc' | 'desc'): 'asc' | 'desc' {
  return direction === 'asc' ? 'desc' : 'asc';
}

/** The text of a cursor, which must be there. */
export function present(cursor: string | undefined): string {
  if (cursor === undefined) throw new Error('the page has no such cursor');
  return cursor;
}
