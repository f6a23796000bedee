import * as v from 'valibot';
import type { ThreadStore } from '../../contract/thread-store.ts';
import { findThread } from '../find-thread.ts';
import { defineMethod, notFound, tellThread } from '../method.ts';
import { text } from '../params.ts';
import { readAllTurns } from '../read-all-turns.ts';
import { invalidRequest, notSupportedYet } from '../rpc-failure.ts';
import { can } from '../store-capabilities.ts';

/**
 * `thread/revert` (contract §3.2): a paginated thread's history becomes what it was before one turn. Codex does so with
 * loaded threads only; here a thread at rest can be reverted, too, and only where there is nothing to be reverted does
 * it get the answer that Codex gives to threads that are not loaded.
 */
export const threadRevert = defineMethod({
  name: 'thread/revert',
  params: v.object({ threadId: text, beforeTurnId: text }),
  unknownThread: notFound,
  async run(context, { threadId: named, beforeTurnId }) {
    const { store, changes } = context;
    const { threadId, archivedAt, historyMode } = await findThread(context, named);
    if (archivedAt !== undefined) throw notFound(threadId);
    if (historyMode !== 'paginated') throw invalidRequest('thread/revert requires a paginated thread');
    if (!(await hasTurn(store, threadId, beforeTurnId))) {
      throw (await isLive(store, threadId))
        ? invalidRequest(`turn not found: ${beforeTurnId}`)
        : notFound(threadId);
    }
    if (!can(store, 'revertThread')) throw notSupportedYet('thread/revert');
    const { revertThread } = store;
    const revert = () => revertThread.call(store, { threadId, beforeTurnId });
    const thread = await changes.during(threadId, { reverted: true }, revert);
    const [turns, items] = await Promise.all([
      store.listTurns({ threadId, pageSize: 1, itemsView: 'notLoaded' }),
      store.listItems({ threadId, pageSize: 1, sortDirection: 'desc' }),
    ]);
    return {
      thread: tellThread(context, thread),
      turnsBackwardsCursor: turns.backwardsCursor ?? null,
      itemsBackwardsCursor: items.backwardsCursor ?? null,
    };
  },
});

async function hasTurn(store: ThreadStore, threadId: string, turnId: string): Promise<boolean> {
  for await (const turn of readAllTurns(store, threadId, 'notLoaded'))
    if (turn.turnId === turnId) return true;
  return false;
}

async function isLive(store: ThreadStore, threadId: string): Promise<boolean> {
  return can(store, 'listLiveThreads') && (await store.listLiveThreads()).threadIds.includes(threadId);
}
