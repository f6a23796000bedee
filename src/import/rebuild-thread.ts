import { ThreadStoreError } from '../contract/errors.ts';
import type { Surface } from '../rollout/projection.ts';
import { identifyRollout } from './identify-rollout.ts';
import type { ImportTarget, PublishedThread, RolloutRecord } from './import-target.ts';
import { lineBatches } from './line-batches.ts';
import { LineLog } from './line-log.ts';
import { ThreadReplay, type ReplayOptions } from './thread-replay.ts';

/**
 * Makes a thread from what is in the log of the rollout in which it goes on, and stages it.
 * @param log counts the lines
 */
export async function replayLog(
  options: Omit<ReplayOptions, 'head'>,
  log: LineLog,
): Promise<PublishedThread> {
  const { target, stage, rollout, signal } = options;
  let replay: ThreadReplay | undefined;
  for await (const batch of lineBatches(target.readLog(rollout))) {
    signal?.throwIfAborted();
    if (!replay) {
      const { head } = identifyRollout(rollout.path, batch.lines);
      replay = await ThreadReplay.begin({ ...options, head });
    }
    await replay.apply(log.parse(batch));
    await stage.write();
  }
  if (!replay) throw new ThreadStoreError('internal', `the log of rollout ${rollout.rolloutId} is gone`);
  return replay.thread(log.complete(rollout));
}

/**
 * Makes a thread's turns, items and metadata anew from its lines. Readers see it as it was until it is whole. The caller
 * keeps writers and sweeps away.
 * @param rollout the one in which the thread goes on
 * @throws ThreadStoreError where its lines cannot be read; the thread stays as it was then
 */
export async function rebuildThread(
  target: ImportTarget,
  rollout: RolloutRecord,
  surface: Surface,
  signal?: AbortSignal,
): Promise<void> {
  const stage = await target.stage({ rows: rollout.format });
  try {
    const thread = await replayLog({ target, stage, rollout, surface, signal }, new LineLog());
    await stage.publish({ thread });
  } catch (error) {
    await stage.discard().catch(() => undefined);
    throw error;
  }
}
