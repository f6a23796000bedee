import { newId } from '../contract/new-id.ts';
import { threadNotFound, ThreadStoreError } from '../contract/errors.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { ImportTarget } from '../import/import-target.ts';
import { rolloutFileName } from '../rollout/rollout-name.ts';
import { turnNotFound } from './history-errors.ts';
import { baseAt, metaOf, publishRollout } from './new-rollout.ts';
import { turnPlaces } from './turn-places.ts';

/**
 * Makes a paginated thread's history what it was before one turn, as Codex does it: the thread goes on in a further
 * rollout, whose history begins in the former one below that turn's first line. That one stays whole, also for the
 * forks that begin in it. The caller keeps writers away.
 * @param operation the method for which this is done
 * @throws ThreadStoreError `thread_not_found`; `invalid_request` for a legacy thread or a turn that is not there
 */
export async function revertThread(
  target: ImportTarget,
  { threadId, beforeTurnId, signal }: CheckedRequest<'revertThread'>,
  operation = 'revertThread',
): Promise<void> {
  const thread = await target.thread(threadId);
  const current = thread && (await target.rollout(thread.rolloutId));
  if (!thread || !current) throw threadNotFound(threadId, operation);
  if (current.format !== 'paginated') {
    const message = 'revertThread requires a paginated thread; rollbackThread takes others, too';
    throw new ThreadStoreError('invalid_request', message, { operation, threadId });
  }
  const turns = await turnPlaces(target, current, thread.surface, signal);
  const turn = turns.find(({ turnId }) => turnId === beforeTurnId);
  if (!turn) throw turnNotFound(threadId, beforeTurnId, operation);

  const { base, history_base } = baseAt(turn.place, operation);
  // The newest of a thread's rollouts is the one that it goes on in, whatever the clock says.
  const startedAt = Math.max(Date.now(), current.startedAt + 1);
  const meta = await metaOf(target, current);
  const counts = { bytes: 0, lines: 0, nextOrdinal: 0, cutOff: false };
  await publishRollout(
    target,
    {
      rollout: {
        ...segmentOf(threadId, current.path, startedAt),
        threadId,
        base,
        format: 'paginated',
        startedAt,
        // What is gone keeps its ordinals: no other turn or item may be taken for it.
        counters: thread.counters,
        ...counts,
      },
      meta: { ...meta, timestamp: new Date(startedAt).toISOString(), history_base },
      surface: thread.surface,
    },
    signal,
  );
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The id and the name of a further rollout of a thread. Only in the name of a thread whose id is a UUID there is room
 * for the segment's own; others are told by when they began.
 */
function segmentOf(
  threadId: string,
  currentPath: string,
  startedAt: number,
): { rolloutId: string; path: string } {
  const folder = /^.*[/\\]/.exec(currentPath)?.[0] ?? '';
  const isUuid = UUID.test(threadId);
  const rolloutId = isUuid ? newId() : `${threadId}@${startedAt}`;
  const name = isUuid ? `${threadId}_${rolloutId}` : threadId;
  return { rolloutId, path: folder + rolloutFileName(name, startedAt) };
}
