import type { RolloutFormat } from '../rollout/create-projection.ts';
import { summaryOf } from '../rollout/summary.ts';
import type { DraftItem } from '../rollout/turn-draft.ts';
import type { HeldTurn } from './held-turn.ts';
import { toItemRow, toPacks, toSummaryRow } from './item-rows.ts';
import { LIVE_PACK_BYTES, PACK_BYTES, PACK_ITEMS, PAYLOAD_BYTES, type TurnRow } from './schema.ts';
import type { RowChange } from './turn-rows.ts';

/**
 * Takes what changed in a turn since that was taken last: its row, packs of its new items, and the packs that hold
 * changed ones.
 * @param seal puts all its loose items into full packs: the turn has ended, or is written whole
 */
export function takeChanges(held: HeldTurn, format: RolloutFormat, seal: boolean): RowChange[] {
  const { draft, ranges } = held;
  const changes: RowChange[] = [];
  const packedBelow = ranges.at(-1)?.[1] ?? 0;
  const changed = [...draft.changedItems].sort((a, b) => a.ordinal - b.ordinal);
  const fresh = changed.filter((item) => item.ordinal >= packedBelow);
  for (const item of changed) {
    const { ordinal, bytes, item: content } = item;
    if (bytes > PAYLOAD_BYTES) changes.push((rows) => rows.putPayload(ordinal, content));
    if (item.updated) changes.push(listUpdate(held, item));
  }
  for (const { ordinal } of fresh) {
    const last = ranges.at(-1);
    if (last?.[1] === ordinal) last[1]++;
    else ranges.push([ordinal, ordinal + 1]);
  }
  const packed = pack(held, fresh, seal, changes);
  const turn = toTurnRow(held, format);
  changes.push((rows) => rows.putTurn(turn));
  for (const item of changed) {
    if (packed.has(item)) continue;
    const row = toItemRow(item);
    changes.push((rows) => rows.replaceItem(row));
  }
  draft.markWritten();
  return changes;
}

/** Puts new items into packs; gives the items whose packs hold all that changed. */
function pack(held: HeldTurn, fresh: DraftItem[], seal: boolean, changes: RowChange[]): Set<DraftItem> {
  const { draft, loose } = held;
  const tail = [...loose, ...fresh];
  const isFull =
    tail.length >= PACK_ITEMS || tail.reduce((bytes, item) => bytes + item.bytes, 0) >= LIVE_PACK_BYTES;
  const written = seal || isFull ? tail : fresh;
  if (written === tail) {
    for (const { ordinal } of loose) changes.push((rows) => rows.deletePack(ordinal));
    held.loose = [];
  } else held.loose = tail;
  const turn = { turnOrdinal: draft.ordinal, turnId: draft.turnId };
  const most = seal ? PACK_BYTES : LIVE_PACK_BYTES;
  for (const one of toPacks(written.map(toItemRow), turn, most)) changes.push((rows) => rows.putPack(one));
  return new Set(written);
}

/** Lists an item that was replaced under its latest change, and no other. */
function listUpdate({ listedUpdates }: HeldTurn, item: DraftItem): RowChange {
  const { ordinal, updatedAtOrdinal } = item;
  const listed = listedUpdates.get(item);
  listedUpdates.set(item, updatedAtOrdinal);
  return (rows) => rows.listUpdate(ordinal, updatedAtOrdinal, listed);
}

function toTurnRow({ draft, ranges, began }: HeldTurn, format: RolloutFormat): Omit<TurnRow, 'rows'> {
  let largeBytes = 0;
  for (const { bytes } of draft.items.values()) if (bytes > PAYLOAD_BYTES) largeBytes += bytes;
  return {
    ordinal: draft.ordinal,
    turnId: draft.turnId,
    ...draft.state,
    ...(draft.endOrdinal === undefined ? {} : { endOrdinal: draft.endOrdinal }),
    began,
    // They grow with the next items.
    ranges: ranges.map(([first, end]) => [first, end]),
    itemCount: draft.items.size,
    bytes: draft.bytes,
    ...(largeBytes > 0 ? { largeBytes } : {}),
    summary: summaryOf(draft, format === 'paginated' ? 'paginated' : 'legacy').map(toSummaryRow),
  };
}
