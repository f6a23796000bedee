import type { StoredThreadItem } from '../contract/records.ts';
import { MAX_ID_LENGTH } from '../contract/check-request.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { can } from './store-capabilities.ts';

const PAGE_SIZE = 100;

/** Which items of one turn. */
export interface WantedItems {
  threadId: string;
  turnId: string;
  itemIds: string[];
}

/** The items of one turn that have these ids, in stored order. A store that cannot look them up is read page by page. */
export async function readItems(store: ThreadStore, wanted: WantedItems): Promise<StoredThreadItem[]> {
  if (can(store, 'readItems')) return (await store.readItems({ ...wanted, includeArchived: true })).items;
  const missing = new Set(wanted.itemIds);
  const found: StoredThreadItem[] = [];
  let cursor: string | undefined;
  do {
    const { threadId, turnId } = wanted;
    const page = await store.listItems({
      threadId,
      turnId,
      cursor,
      pageSize: PAGE_SIZE,
      includeArchived: true,
    });
    found.push(...page.items.filter(({ itemId }) => missing.delete(itemId)));
    cursor = page.nextCursor;
  } while (cursor !== undefined && missing.size > 0);
  return found;
}

/** Where an item stands in its turn, for a page that begins next to it. */
export interface ItemAnchor {
  threadId: string;
  turnId: string;
  itemId: string;
  sortDirection: 'asc' | 'desc';
}

/**
 * The store's cursor right behind an item, in a direction. Cursors are the store's own, so it is taken from a page that
 * ends with the item.
 * @returns `undefined` when no such item is there; `cursor` is absent when nothing comes behind it
 */
export async function cursorBehindItem(
  store: ThreadStore,
  { itemId, ...scope }: ItemAnchor,
): Promise<{ cursor?: string } | undefined> {
  let position: string | undefined;
  do {
    const request = { ...scope, cursor: position, includeArchived: true };
    const page = await store.listItems({ ...request, pageSize: PAGE_SIZE });
    const index = page.items.findIndex((item) => item.itemId === itemId);
    if (index >= 0) {
      const { nextCursor } = await store.listItems({ ...request, pageSize: index + 1 });
      return nextCursor === undefined ? {} : { cursor: nextCursor };
    }
    position = page.nextCursor;
  } while (position !== undefined);
  return undefined;
}

/** Whether a store may have a turn of this id: one that nobody could store is simply not there. */
export function canBeTurnId(turnId: string): boolean {
  return turnId !== '' && turnId.length <= MAX_ID_LENGTH;
}
