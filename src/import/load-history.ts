import type { RolloutItem } from '../contract/records.ts';
import type { ParsedLine } from '../rollout/line.ts';
import { withoutGhostSnapshots } from '../rollout/ghost-snapshot.ts';
import { baseLines } from './base-lines.ts';
import type { ImportTarget, RolloutRecord } from './import-target.ts';
import { lineBatches } from './line-batches.ts';
import { LineLog } from './line-log.ts';

/**
 * A thread's raw lines, word for word, in replay order (contract §1.5, 24 and 25).
 * @param signal stops the reading between two batches, with its reason
 */
export async function loadHistory(
  target: Pick<ImportTarget, 'rollout' | 'readLog'>,
  rollout: RolloutRecord,
  signal?: AbortSignal,
): Promise<RolloutItem[]> {
  const items: RolloutItem[] = [];
  const add = (lines: Iterable<ParsedLine>) => {
    signal?.throwIfAborted();
    for (const line of lines) {
      const item = withoutGhostSnapshots(line.item);
      if (item) items.push(item);
    }
  };
  for await (const { lines } of baseLines(target, rollout)) add(lines);
  const log = new LineLog();
  for await (const batch of lineBatches(target.readLog(rollout))) add(log.parse(batch));
  return items;
}
