import {
  anchorIsGone,
  decodeItemCursor,
  decodeThreadCursor,
  decodeTurnCursor,
  encodeItemCursor,
  encodeThreadCursor,
  encodeTurnCursor,
} from '../contract/cursor.ts';
import { ThreadStoreError } from '../contract/errors.ts';
import { LARGE_ITEM_BYTES, withoutLargeFields } from '../contract/large-items.ts';
import { cursorsOf, toPage } from '../contract/page.ts';
import type {
  ItemPage,
  StoredThread,
  StoredThreadItem,
  StoredTurn,
  ThreadPage,
  TurnItemsView,
  TurnPage,
} from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { SortDirection } from '../contract/requests.ts';
import { threadFilter } from '../contract/thread-filter.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import { toUpdatePage, watermarkOf } from '../contract/update-page.ts';
import { readStatus } from '../rollout/read-status.ts';
import { toStoredThread } from '../rollout/stored-thread.ts';
import { summaryOf } from '../rollout/summary.ts';
import { toStoredItem, type DraftItem, type TurnDraft } from '../rollout/turn-draft.ts';
import type { MemoryThread } from './memory-import-target.ts';

/** A page of threads. */
export function listThreads(
  threads: Iterable<MemoryThread>,
  request: CheckedRequest<'listThreads'>,
): ThreadPage {
  const { cursor, pageSize, sortKey, sortDirection, archived } = request;
  const anchor = cursor === undefined ? undefined : decodeThreadCursor(cursor, sortKey);
  // Newest first; of the same time, by id.
  const compare = (a: ThreadPlace, b: ThreadPlace) => b.at - a.at || (a.threadId < b.threadId ? -1 : 1);
  const rows = Array.from(threads, storedThread)
    .filter((thread) => (thread.archivedAt !== undefined) === archived)
    .filter(threadFilter(request))
    .map((thread) => ({ thread, at: thread[sortKey], threadId: thread.threadId }))
    .sort(compare);
  if (sortDirection === 'asc') rows.reverse();
  const found = rows.filter((row) => {
    if (!anchor) return true;
    if (row.at === anchor.at && row.threadId === anchor.threadId) return anchor.inclusive;
    return compare(row, anchor) > 0 === (sortDirection === 'desc');
  });
  const page = toPage(found, { pageSize }, ({ at, threadId }, inclusive) =>
    encodeThreadCursor({ sortKey, at, threadId, inclusive }),
  );
  return { items: page.rows.map(({ thread }) => thread), ...cursorsOf(page) };
}

/** A page of turns. */
export function listTurns(
  thread: MemoryThread,
  request: CheckedRequest<'listTurns'>,
  isRunning: boolean,
): TurnPage {
  const { threadId, cursor, pageSize, maxBytes, sortDirection } = request;
  const { turns } = thread.book;
  const anchor = cursor === undefined ? undefined : decodeTurnCursor(cursor, threadId);
  const at = anchor && turns.findIndex(({ turnId }) => turnId === anchor.turnId);
  if (at === -1) throw anchorIsGone('turn', 'listTurns');
  const found = fromAnchor(turns, sortDirection, at, anchor?.inclusive);
  const itemsOf = (draft: TurnDraft) => itemsInView(draft, thread, request.itemsView);
  const bytesOf = (draft: TurnDraft) => sum(itemsOf(draft).map((item) => bytesIn(item, request)));
  const limit = { pageSize, maxBytes, bytesOf };
  const page = toPage(found, limit, ({ turnId, ordinal }, inclusive) =>
    encodeTurnCursor({ threadId, turnId, ordinal, inclusive }),
  );
  return {
    turns: page.rows.map((draft) => {
      const items = itemsOf(draft).map((item) => contentOf(item, request.deferOutput));
      return storedTurn(draft, items, request.itemsView, isRunning);
    }),
    ...cursorsOf(page),
  };
}

/** A page of items. */
export function listItems({ book }: MemoryThread, request: CheckedRequest<'listItems'>): ItemPage {
  const { threadId, turnId, cursor, pageSize, maxBytes, sortDirection, deferOutput } = request;
  const limit = { pageSize, maxBytes, bytesOf: ({ item }: ItemOfTurn) => bytesIn(item, request) };
  const stored = (rows: ItemOfTurn[]) =>
    structuredClone(rows.map(({ draft, item }) => storedItem(draft, item, deferOutput)));
  const rows = book.turns
    .flatMap((draft) => Array.from(draft.items.values(), (item) => ({ draft, item })))
    .sort((a, b) => a.item.ordinal - b.item.ordinal);
  const isAsked = ({ draft }: ItemOfTurn) => turnId === undefined || draft.turnId === turnId;
  const watermark = watermarkOf(request);
  if (watermark !== undefined) {
    const changeOf = ({ item }: ItemOfTurn) => item.updatedAtOrdinal;
    const changed = rows
      .filter((row) => changeOf(row) > watermark && isAsked(row))
      .sort((a, b) => changeOf(a) - changeOf(b));
    const page = toUpdatePage(changed, limit, threadId, changeOf);
    return { items: stored(page.rows), ...cursorsOf(page) };
  }
  const anchor = cursor === undefined ? undefined : decodeItemCursor(cursor, threadId);
  const at =
    anchor &&
    rows.findIndex(({ draft, item }) => item.itemId === anchor.itemId && draft.turnId === anchor.turnId);
  if (at === -1) throw anchorIsGone('item', 'listItems');
  const found = fromAnchor(rows, sortDirection, at, anchor?.inclusive).filter(isAsked);
  const page = toPage(found, limit, ({ draft, item }, inclusive) => {
    const { itemId, ordinal } = item;
    return encodeItemCursor({ threadId, turnId: draft.turnId, itemId, ordinal, inclusive });
  });
  return { items: stored(page.rows), ...cursorsOf(page) };
}

interface ItemOfTurn {
  draft: TurnDraft;
  item: DraftItem;
}

/** What an item counts for in a page. */
function bytesIn({ bytes }: DraftItem, { deferOutput }: { deferOutput: boolean }): number {
  return deferOutput && bytes > LARGE_ITEM_BYTES ? 0 : bytes;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Some items of one turn. */
export function readItems(
  { book }: MemoryThread,
  { turnId, itemIds }: CheckedRequest<'readItems'>,
): StoredThreadItem[] {
  const draft = book.find(turnId);
  if (!draft) return [];
  const wanted = Array.from(draft.items.values()).filter(({ itemId }) => itemIds.includes(itemId));
  return structuredClone(wanted.map((item) => storedItem(draft, item)));
}

/** A thread's record. */
export function storedThread({ metadata, book, ...thread }: MemoryThread): StoredThread {
  const { turns, itemCount } = book;
  return structuredClone(toStoredThread(metadata, { ...thread, turnCount: turns.length, itemCount }));
}

interface ThreadPlace {
  at: number;
  threadId: string;
}

/** The rows from an anchor on, in a direction; without one, all. */
function fromAnchor<Row>(
  rows: Row[],
  direction: SortDirection,
  at: number | undefined,
  inclusive = false,
): Row[] {
  const skip = inclusive ? 0 : 1;
  if (direction === 'asc') return rows.slice(at === undefined ? 0 : at + skip);
  return rows.slice(0, at === undefined ? rows.length : at + 1 - skip).reverse();
}

function itemsInView(draft: TurnDraft, { rollout }: MemoryThread, view: TurnItemsView): DraftItem[] {
  if (view === 'notLoaded') return [];
  if (view === 'full') return [...draft.items.values()];
  return summaryOf(draft, rollout.format === 'paginated' ? 'paginated' : 'legacy');
}

function storedTurn(
  { turnId, ordinal, bytes, state, items: all }: TurnDraft,
  items: ThreadItem[],
  itemsView: TurnItemsView,
  isRunning: boolean,
): StoredTurn {
  const status = readStatus(state.status, isRunning);
  return structuredClone({ turnId, ordinal, ...state, status, items, itemsView, itemCount: all.size, bytes });
}

function storedItem({ turnId }: TurnDraft, item: DraftItem, deferOutput = false): StoredThreadItem {
  return toStoredItem(turnId, item, contentOf(item, deferOutput));
}

function contentOf({ item, itemId, bytes }: DraftItem, deferOutput: boolean): ThreadItem {
  if (!item) throw new ThreadStoreError('internal', `the content of item ${itemId} is not in memory`);
  return deferOutput && bytes > LARGE_ITEM_BYTES ? withoutLargeFields(item) : item;
}
