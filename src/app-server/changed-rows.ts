import type { StoredThreadItem, StoredTurn } from '../contract/records.ts';
import type { ThreadChanges } from '../contract/thread-store-client.ts';
import type { ThreadStore } from '../contract/thread-store.ts';

const TURNS_PAGE = 20;
const ITEMS_PAGE = 100;

/** A turn that changed, as it is now. */
export interface ChangedTurn {
  turn: StoredTurn;
  isNew: boolean;
}

/** An item that changed, as it is now. */
export interface ChangedItem {
  item: StoredThreadItem;
  isNew: boolean;
}

/**
 * Reads what a store's event names. What changes is nearly always at the end, so both are read from there. What is gone
 * by now is left out.
 */
export async function readChangedRows(
  store: ThreadStore,
  threadId: string,
  changes: ThreadChanges,
): Promise<{ turns: ChangedTurn[]; items: ChangedItem[] }> {
  const turns = await changedTurns(store, threadId, changes.turns);
  const items: ChangedItem[] = [];
  for (const turnId of new Set(changes.items.map((change) => change.turnId))) {
    const ofTurn = changes.items.filter((change) => change.turnId === turnId);
    items.push(...(await changedItems(store, threadId, turnId, ofTurn)));
  }
  return { turns, items };
}

async function changedTurns(
  store: ThreadStore,
  threadId: string,
  changes: ThreadChanges['turns'],
): Promise<ChangedTurn[]> {
  const wanted = new Map(changes.map((change) => [change.turnId, change]));
  const found: ChangedTurn[] = [];
  let cursor: string | undefined;
  while (wanted.size > 0) {
    const page = await store.listTurns({
      threadId,
      cursor,
      pageSize: TURNS_PAGE,
      itemsView: 'notLoaded',
      includeArchived: true,
    });
    for (const turn of page.turns) {
      const change = wanted.get(turn.turnId);
      if (!change) continue;
      wanted.delete(turn.turnId);
      // As the event has it: a read may call a turn interrupted that is only being written by somebody else.
      found.push({ turn: { ...turn, status: change.status }, isNew: change.isNew });
    }
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  return found.reverse();
}

async function changedItems(
  store: ThreadStore,
  threadId: string,
  turnId: string,
  changes: ThreadChanges['items'],
): Promise<ChangedItem[]> {
  const wanted = new Map(changes.map(({ itemId, isNew }) => [itemId, isNew]));
  const found: ChangedItem[] = [];
  let cursor: string | undefined;
  while (wanted.size > 0) {
    const page = await store.listItems({
      threadId,
      turnId,
      cursor,
      sortDirection: 'desc',
      pageSize: ITEMS_PAGE,
      includeArchived: true,
    });
    for (const item of page.items) {
      const isNew = wanted.get(item.itemId);
      if (isNew !== undefined) found.push({ item, isNew });
      wanted.delete(item.itemId);
    }
    if (page.nextCursor === undefined) break;
    cursor = page.nextCursor;
  }
  return found.reverse();
}
