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
import type { CheckedRequest, SortDirection } from '../contract/requests.ts';
import { threadFilter } from '../contract/thread-filter.ts';
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
  const page = toPage(found, pageSize, ({ at, threadId }, inclusive) =>
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
  const { threadId, cursor, pageSize, sortDirection, itemsView } = request;
  const { turns } = thread.book;
  const anchor = cursor === undefined ? undefined : decodeTurnCursor(cursor, threadId);
  const at = anchor && turns.findIndex(({ turnId }) => turnId === anchor.turnId);
  if (at === -1) throw anchorIsGone('turn', 'listTurns');
  const found = fromAnchor(turns, sortDirection, at, anchor?.inclusive);
  const page = toPage(found, pageSize, ({ turnId, ordinal }, inclusive) =>
    encodeTurnCursor({ threadId, turnId, ordinal, inclusive }),
  );
  return {
    turns: page.rows.map((draft) => storedTurn(draft, thread, itemsView, isRunning)),
    ...cursorsOf(page),
  };
}

/** A page of items. */
export function listItems({ book }: MemoryThread, request: CheckedRequest<'listItems'>): ItemPage {
  const { threadId, turnId, cursor, pageSize, sortDirection } = request;
  const isAsked = (row: StoredThreadItem) => turnId === undefined || row.turnId === turnId;
  const rows = book.turns
    .flatMap((draft) => Array.from(draft.items.values(), (item) => storedItem(draft, item)))
    .sort((a, b) => a.ordinal - b.ordinal);
  const watermark = watermarkOf(request);
  if (watermark !== undefined) {
    const changed = rows
      .filter((row) => row.updatedAtOrdinal > watermark && isAsked(row))
      .sort((a, b) => a.updatedAtOrdinal - b.updatedAtOrdinal);
    return structuredClone(toUpdatePage(changed, request));
  }
  const anchor = cursor === undefined ? undefined : decodeItemCursor(cursor, threadId);
  const at = anchor && rows.findIndex((row) => row.itemId === anchor.itemId && row.turnId === anchor.turnId);
  if (at === -1) throw anchorIsGone('item', 'listItems');
  const found = fromAnchor(rows, sortDirection, at, anchor?.inclusive).filter(isAsked);
  const page = toPage(found, pageSize, ({ turnId: ofTurn, itemId, ordinal }, inclusive) =>
    encodeItemCursor({ threadId, turnId: ofTurn, itemId, ordinal, inclusive }),
  );
  return { items: structuredClone(page.rows), ...cursorsOf(page) };
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

function storedTurn(
  draft: TurnDraft,
  thread: MemoryThread,
  itemsView: TurnItemsView,
  isRunning: boolean,
): StoredTurn {
  const { turnId, ordinal, bytes, state } = draft;
  const items =
    itemsView === 'notLoaded'
      ? []
      : itemsView === 'full'
        ? [...draft.items.values()]
        : summaryOf(draft, thread.rollout.format === 'paginated' ? 'paginated' : 'legacy');
  return structuredClone({
    turnId,
    ordinal,
    ...state,
    status: readStatus(state.status, isRunning),
    items: items.map(contentOf),
    itemsView,
    itemCount: draft.items.size,
    bytes,
  });
}

function storedItem({ turnId }: TurnDraft, item: DraftItem): StoredThreadItem {
  return toStoredItem(turnId, item, contentOf(item));
}

function contentOf({ item, itemId }: DraftItem) {
  if (!item) throw new ThreadStoreError('internal', `the content of item ${itemId} is not in memory`);
  return item;
}
