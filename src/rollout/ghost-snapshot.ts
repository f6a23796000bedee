import { isJsonObject, type Json } from '../contract/json.ts';
import type { RolloutItem } from '../contract/records.ts';

/**
 * A line without the snapshots of the working copy that early versions wrote among the response items, also in what a
 * compaction put in place of a history (contract §1.5, 25).
 * @returns `undefined` when the line is such a snapshot
 */
export function withoutGhostSnapshots(item: RolloutItem): RolloutItem | undefined {
  const { type, payload } = item;
  if (type === 'response_item' && isGhostSnapshot(payload)) return undefined;
  if (type !== 'compacted' || !isJsonObject(payload)) return item;
  const history = payload['replacement_history'];
  if (!Array.isArray(history) || !history.some(isGhostSnapshot)) return item;
  return {
    ...item,
    payload: { ...payload, replacement_history: history.filter((entry) => !isGhostSnapshot(entry)) },
  };
}

function isGhostSnapshot(value: Json): boolean {
  return isJsonObject(value) && value['type'] === 'ghost_snapshot';
}
