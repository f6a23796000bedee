import type { ParsedLine } from '../rollout/line.ts';
import type { ImportTarget, RolloutRecord } from './import-target.ts';
import { lineBatches } from './line-batches.ts';
import { LineLog } from './line-log.ts';

/** Lines of one rollout. */
export interface BaseLines {
  rollout: RolloutRecord;
  lines: ParsedLine[];
}

/**
 * The lines of a thread's history that come before its rollout's own, in batches, in replay order: those of the
 * rollout's base below an ordinal, before them those of the base's base, and so on.
 * @returns the id of a rollout that is missing, wholly or from some line on
 */
export async function* baseLines(
  target: Pick<ImportTarget, 'rollout' | 'readLog'>,
  rollout: RolloutRecord,
  seen = new Set<string>(),
): AsyncGenerator<BaseLines, string | undefined, undefined> {
  if (!rollout.base) return undefined;
  const { rolloutId, endOrdinalExclusive } = rollout.base;
  seen.add(rollout.rolloutId);
  const base = await target.rollout(rolloutId);
  // A file that names itself as its base, over whatever detour, has none.
  if (!base || seen.has(rolloutId)) return rolloutId;
  const missing = yield* baseLines(target, base, seen);
  const log = new LineLog();
  for await (const batch of lineBatches(target.readLog(base))) {
    const lines = [...log.parse(batch)];
    const end = lines.findIndex(({ ordinal }) => ordinal !== undefined && ordinal >= endOrdinalExclusive);
    yield { rollout: base, lines: end < 0 ? lines : lines.slice(0, end) };
    if (end >= 0) return missing;
  }
  // Without a line at the end or beyond, what is there may be an older copy of the base.
  return missing ?? (log.nextOrdinal < endOrdinalExclusive ? rolloutId : undefined);
}
