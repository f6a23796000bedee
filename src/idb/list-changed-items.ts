import type { ItemPage } from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import { cursorsOf } from '../contract/page.ts';
import { toUpdatePage } from '../contract/update-page.ts';
import { bytesInPage, ItemReader, type FoundItem } from './item-reader.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { PACK_ITEMS, type StoredTurnRow, type ThreadPlace } from './schema.ts';
import { soundTurn } from './sound-rows.ts';

/**
 * A page of the items that changed after a watermark, in the order of their latest change, in a transaction over
 * `turns`, `packs`, `payloads` and `updates`.
 *
 * An item that never changed after it appeared stands in the order of its ordinal; the others are listed as updates.
 * Both lists are in order, so a page is their merged beginning.
 */
export async function listChangedItems(
  transaction: IDBTransaction,
  keyRange: typeof IDBKeyRange,
  thread: ThreadPlace,
  request: CheckedRequest<'listItems'>,
  watermark: number,
): Promise<ItemPage> {
  const { threadId, pageSize, maxBytes, turnId, deferOutput } = request;
  const reader = new ItemReader(transaction, keyRange, thread.rows);
  const isAsked = ({ pack }: FoundItem) => turnId === undefined || pack.turnId === turnId;
  const changed: FoundItem[] = [];

  const from = await firstItemAfter(transaction, keyRange, thread, watermark);
  // Of a long turn most items may lie before the watermark: they are passed over a pack at a time.
  const step = Math.max(pageSize + 1, PACK_ITEMS);
  for (let first = from; first < thread.counters.nextItem && changed.length <= pageSize; first += step) {
    const found = await reader.first([[first, first + step]], { count: step });
    changed.push(
      ...found.filter(({ row }) => !row.updated && row.updatedAtOrdinal > watermark).filter(isAsked),
    );
  }

  const updates = transaction.objectStore('updates');
  let after = watermark;
  for (let count = 0; count <= pageSize;) {
    const listed = ordinalRange(keyRange, thread.rows, after + 1);
    const [keys, ordinals] = await Promise.all([
      result(updates.getAllKeys(listed, pageSize + 1)),
      result<number[]>(updates.getAll(listed, pageSize + 1)),
    ]);
    const found = await Promise.all(
      ordinals.map((ordinal) => reader.first([[ordinal, ordinal + 1]], { count: 1 })),
    );
    // What is listed and not there was rolled back.
    const there = found.flat().filter(isAsked);
    changed.push(...there);
    count += there.length;
    const last = keys.at(-1);
    if (keys.length <= pageSize || !Array.isArray(last)) break;
    after = Number(last[1]);
  }

  changed.sort((a, b) => a.row.updatedAtOrdinal - b.row.updatedAtOrdinal);
  const bytesOf = ({ row }: FoundItem) => bytesInPage(row, request);
  const limit = { pageSize, maxBytes, bytesOf };
  const page = toUpdatePage(changed, limit, threadId, ({ row }) => row.updatedAtOrdinal);
  return { items: await reader.stored(page.rows, deferOutput), ...cursorsOf(page) };
}

/**
 * An item ordinal before which no unchanged item came after the watermark: the first one of the turn in which the
 * watermark lies. Turns know how far changes had come when they began, so that a search by halves finds it.
 */
async function firstItemAfter(
  transaction: IDBTransaction,
  keyRange: typeof IDBKeyRange,
  thread: ThreadPlace,
  watermark: number,
): Promise<number> {
  const turns = transaction.objectStore('turns');
  let low = 0;
  let high = thread.counters.nextTurn;
  let found = 0;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // Ordinals of turns that were rolled back are gaps: the next turn stands for them.
    const [turn] = await result<StoredTurnRow[]>(
      turns.getAll(ordinalRange(keyRange, thread.rows, middle), 1),
    );
    if (turn && soundTurn(turn) === turn && turn.began.update <= watermark + 1 && turn.ordinal < high) {
      low = turn.ordinal + 1;
      found = turn.began.item;
    } else high = middle;
  }
  return found;
}
