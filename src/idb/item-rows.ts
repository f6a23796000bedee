import { withoutLargeFields } from '../contract/large-items.ts';
import type { StoredThreadItem } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import type { DraftItem } from '../rollout/turn-draft.ts';
import { PACK_ITEMS, PAYLOAD_BYTES, type ItemRow, type PackRow, type SummaryRow } from './schema.ts';

/** A draft's item as a row. A large one leaves its content to the payloads. */
export function toItemRow(draft: DraftItem): ItemRow {
  const { itemId, ordinal, updatedAtOrdinal, createdAtMs, startedAtMs, completedAtMs, bytes, updated } =
    draft;
  return {
    itemId,
    ordinal,
    updatedAtOrdinal,
    createdAtMs,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
    bytes,
    ...(updated ? { updated } : {}),
    ...contentOf(draft),
  };
}

/** A draft's item as a summary has it. */
export function toSummaryRow(draft: DraftItem): SummaryRow {
  const { itemId, ordinal, bytes } = draft;
  return { itemId, ordinal, bytes, ...contentOf(draft) };
}

function contentOf({ item, bytes }: DraftItem): Pick<ItemRow, 'item' | 'stub'> {
  if (item === undefined) return {};
  return bytes > PAYLOAD_BYTES ? { stub: withoutLargeFields(item) } : { item };
}

/** A row and its content as the contract gives it. */
export function toStoredItem(turnId: string, row: ItemRow, item: ThreadItem): StoredThreadItem {
  const { itemId, ordinal, updatedAtOrdinal, createdAtMs, startedAtMs, completedAtMs } = row;
  return {
    turnId,
    itemId,
    ordinal,
    updatedAtOrdinal,
    createdAtMs,
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
    item,
  };
}

/**
 * Packs items of one turn: as many as fit, and only such whose ordinals follow each other, so that packs never
 * overlap and a range of ordinals is a range of packs.
 * @param most how many bytes a pack holds, about, unless one item is larger
 */
export function* toPacks(
  items: ItemRow[],
  turn: Pick<PackRow, 'turnOrdinal' | 'turnId'>,
  most: number,
): Generator<Omit<PackRow, 'rows'>> {
  let pack: ItemRow[] = [];
  let bytes = 0;
  for (const item of items) {
    const last = pack.at(-1);
    const size = item.item ? item.bytes : 0;
    if (last && (pack.length === PACK_ITEMS || bytes + size > most || item.ordinal !== last.ordinal + 1)) {
      yield { ...turn, last: last.ordinal, items: pack };
      pack = [];
      bytes = 0;
    }
    pack.push(item);
    bytes += size;
  }
  const last = pack.at(-1);
  if (last) yield { ...turn, last: last.ordinal, items: pack };
}
