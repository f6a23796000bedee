import { addToThreadMetadata, emptyThreadMetadata } from '../rollout/thread-metadata.ts';
import type { ImportTarget, RolloutRecord } from './import-target.ts';
import { lineBatches } from './line-batches.ts';
import { LineLog } from './line-log.ts';

/**
 * The preview that a thread had before all of it was taken away: of the rollouts that it has left behind, the latest in
 * which a user wrote something. Codex goes on calling it so. `''` where there is none.
 */
export async function formerPreview(
  target: Pick<ImportTarget, 'rolloutsOfThread' | 'readLog'>,
  { threadId, rolloutId }: RolloutRecord,
): Promise<string> {
  const left = (await target.rolloutsOfThread(threadId)).filter((one) => one.rolloutId !== rolloutId);
  for (const rollout of left.sort((a, b) => b.startedAt - a.startedAt)) {
    const metadata = emptyThreadMetadata();
    const log = new LineLog();
    for await (const batch of lineBatches(target.readLog(rollout)))
      for (const line of log.parse(batch)) {
        addToThreadMetadata(metadata, line);
        if (metadata.preview !== '') return metadata.preview;
      }
  }
  return '';
}
