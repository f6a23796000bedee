import { threadNotFound } from '../contract/errors.ts';
import type { Connection } from './connection.ts';
import { result } from './requests.ts';
import { toRolloutRow } from './rollout-rows.ts';
import type { RolloutRow, UnpublishedRow } from './schema.ts';
import { isSoundThread } from './sound-rows.ts';
import { threadRowIn } from './thread-rows.ts';

/**
 * Takes a thread out of every answer, in one small transaction. Its rows and logs are left to the sweep; the logs of
 * rollouts in which the histories of other threads begin stay, until the last of those is deleted.
 */
export function deleteThread(connection: Connection, threadId: string): Promise<void> {
  let isTriedAgain = false;
  return connection.write(['threads', 'rollouts', 'unpublished'], 'strict', async (transaction) => {
    const threads = transaction.objectStore('threads');
    const rollouts = transaction.objectStore('rollouts');
    const unpublished = transaction.objectStore('unpublished');
    const thread = await threadRowIn(transaction, threadId);
    // The try before may have come through without saying so.
    if (!thread && isTriedAgain) return;
    isTriedAgain = true;
    if (!thread) throw threadNotFound(threadId, 'deleteThread');
    threads.delete(threadId);
    // Also one whose record is damaged can be deleted; what nobody can find then stays behind.
    if (isSoundThread(thread)) {
      unpublished.put({ key: thread.rows, what: 'rows' } satisfies UnpublishedRow);
      // From now on only its own row tells how far this rollout goes.
      rollouts.put(toRolloutRow(thread.rollout, thread.log));
    }

    const isNeeded = async ({ rolloutId, threadId: owner }: RolloutRow): Promise<boolean> => {
      const [isOwned, dependants] = await Promise.all([
        result(threads.getKey(owner)),
        result(rollouts.index('baseId').getAllKeys(rolloutId, 1)),
      ]);
      return isOwned !== undefined || dependants.length > 0;
    };
    // Newest first: a rollout of the thread's own must not keep the one that it is based on.
    const own = await result<RolloutRow[]>(rollouts.index('threadId').getAll(threadId));
    const candidates = own.sort((a, b) => a.startedAt - b.startedAt);
    for (let rollout = candidates.pop(); rollout; rollout = candidates.pop()) {
      if (await isNeeded(rollout)) continue;
      rollouts.delete(rollout.rolloutId);
      unpublished.put({ key: rollout.log, what: 'log' } satisfies UnpublishedRow);
      const base = rollout.baseId && (await result<RolloutRow | undefined>(rollouts.get(rollout.baseId)));
      if (base && !candidates.some(({ rolloutId }) => rolloutId === base.rolloutId)) candidates.push(base);
    }
  });
}
