import { useMemo } from 'react';
import type { StoredThreadItem } from '../contract/records.ts';
import { type ItemList, ItemWindow } from './item-window.ts';
import { SharedWindows } from './shared-window.ts';
import { useThreadStore } from './thread-store-provider.ts';
import { limitsOf, type ListOptions, type ListView, useWindow } from './use-window.ts';

/**
 * How to read items. Defaults: 50 in a page, 500 kept; of one turn from its oldest item on, of a whole thread from the
 * newest.
 */
export interface UseItemsOptions extends ListOptions, Omit<ItemList, 'threadId'> {}

/** Items as far as they are read, and the ways to read more of them. */
export interface Items extends ListView {
  /** Oldest first. An item that did not change stays the same object. */
  items: readonly StoredThreadItem[];
}

const windows = new SharedWindows<ItemWindow>();

/**
 * Reads the items of a thread, or with `turnId` of one of its turns, page by page in both directions, and keeps them up
 * to date. Components that ask for the same items share them, with the place to which they were moved.
 * @example
 * const { items, atNewest, loadNewer } = useItems(threadId, { turnId });
 */
export function useItems(threadId: string, options: UseItemsOptions = {}): Items {
  const store = useThreadStore();
  const { includeArchived = false, turnId } = options;
  const limits = limitsOf(options, {
    pageSize: 50,
    maxRows: 500,
    startAt: turnId === undefined ? 'newest' : 'oldest',
  });
  const list = { threadId, includeArchived, turnId };
  const shared = windows.get(
    store,
    JSON.stringify([list, limits]),
    () => new ItemWindow(store, list, limits),
  );
  const { rows: items, view } = useWindow(shared, options.suspense);
  return useMemo(() => ({ ...view, items }), [view, items]);
}
