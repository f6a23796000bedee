import { anchorIsGone, decodeItemCursor, encodeItemCursor, type ItemCursor } from '../contract/cursor.ts';
import { cursorsOf, toPage } from '../contract/page.ts';
import type { ItemPage } from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import { watermarkOf } from '../contract/update-page.ts';
import { bytesInPage, ItemReader, type FoundItem, type Range } from './item-reader.ts';
import { listChangedItems } from './list-changed-items.ts';
import { result } from './requests.ts';
import type { StoredTurnRow, ThreadPlace, TurnRow } from './schema.ts';
import { soundTurn } from './sound-rows.ts';

type Request = CheckedRequest<'listItems'>;

/** A page of items, in a transaction over `turns`, `packs`, `payloads` and `updates`. */
export async function listItems(
  transaction: IDBTransaction,
  keyRange: typeof IDBKeyRange,
  thread: ThreadPlace,
  request: Request,
): Promise<ItemPage> {
  const { threadId, pageSize, maxBytes, cursor, turnId, deferOutput } = request;
  const watermark = watermarkOf(request);
  if (watermark !== undefined) return listChangedItems(transaction, keyRange, thread, request, watermark);
  const anchor = cursor === undefined ? undefined : decodeItemCursor(cursor, threadId);
  const reader = new ItemReader(transaction, keyRange, thread.rows);
  const byId = async (id: string) => {
    const turns = transaction.objectStore('turns').index('byId');
    const row = await result<StoredTurnRow | undefined>(turns.get([thread.rows, id]));
    return row && soundTurn(row);
  };
  const ranges = turnId === undefined ? wholeThread(thread) : ((await byId(turnId))?.ranges ?? []);
  const place = anchor && (await locate(reader, anchor, byId));
  const found = await findItems(reader, ranges, request, place);
  const bytesOf = ({ row }: FoundItem) => bytesInPage(row, request);
  const page = toPage(found, { pageSize, maxBytes, bytesOf }, ({ row, pack }, inclusive) =>
    encodeItemCursor({ threadId, turnId: pack.turnId, ordinal: row.ordinal, inclusive, itemId: row.itemId }),
  );
  return { items: await reader.stored(page.rows, deferOutput), ...cursorsOf(page) };
}

function wholeThread(thread: ThreadPlace): Range[] {
  return [[0, thread.counters.nextItem]];
}

function findItems(
  reader: ItemReader,
  ranges: readonly Range[],
  { pageSize, sortDirection, maxBytes, deferOutput }: Request,
  anchor: { ordinal: number; inclusive: boolean } | undefined,
): Promise<FoundItem[]> {
  const limit = { count: pageSize + 1, maxBytes, deferOutput };
  if (sortDirection === 'asc') {
    const first = anchor ? anchor.ordinal + (anchor.inclusive ? 0 : 1) : 0;
    return reader.first(clip(ranges, [first, Number.POSITIVE_INFINITY]), limit);
  }
  const end = anchor ? anchor.ordinal + (anchor.inclusive ? 1 : 0) : Number.POSITIVE_INFINITY;
  return reader.last(clip(ranges, [0, end]), limit);
}

/** What of these ranges lies in another. */
function clip(ranges: readonly Range[], [first, end]: Range): Range[] {
  return ranges
    .map(([from, to]): Range => [Math.max(from, first), Math.min(to, end)])
    .filter(([from, to]) => from < to);
}

/** Where the cursor's item is now: rows that were made anew may have other ordinals. */
async function locate(
  reader: ItemReader,
  anchor: ItemCursor,
  byId: (turnId: string) => Promise<TurnRow | undefined>,
): Promise<{ ordinal: number; inclusive: boolean }> {
  const isAnchor = ({ row, pack }: FoundItem) =>
    row.itemId === anchor.itemId && pack.turnId === anchor.turnId;
  const [there] = await reader.first([[anchor.ordinal, anchor.ordinal + 1]], { count: 1 });
  if (there && isAnchor(there)) return anchor;
  const turn = await byId(anchor.turnId);
  const moved = turn && (await reader.first(turn.ranges, { count: turn.itemCount })).find(isAnchor);
  if (!moved) throw anchorIsGone('item', 'listItems');
  return { ordinal: moved.row.ordinal, inclusive: anchor.inclusive };
}
