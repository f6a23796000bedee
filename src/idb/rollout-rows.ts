import type { RolloutRecord } from '../import/import-target.ts';
import { rolloutNameOf } from '../rollout/rollout-name.ts';
import type { RolloutRow } from './schema.ts';
import { mustBeSound } from './sound-rows.ts';
import { threadRowIn } from './thread-rows.ts';

/** A rollout's row. */
export function toRolloutRow(rollout: RolloutRecord, log: number): RolloutRow {
  const { fileName } = rolloutNameOf(rollout.path);
  return { ...rollout, fileName, ...(rollout.base ? { baseId: rollout.base.rolloutId } : {}), log };
}

/** A rollout as far as it is written: for the one in which a thread goes on, the thread's row knows. */
export async function upToDate(
  transaction: IDBTransaction,
  row: RolloutRow | undefined,
): Promise<RolloutRow | undefined> {
  if (!row) return undefined;
  const thread = await threadRowIn(transaction, row.threadId);
  if (thread) mustBeSound(thread);
  if (thread?.rollout.rolloutId !== row.rolloutId) return row;
  return toRolloutRow(thread.rollout, thread.log);
}
