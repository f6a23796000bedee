import * as v from 'valibot';
import type { ThreadStore } from '../../contract/thread-store.ts';
import { isThreadNotFound } from '../errors-to-rpc.ts';
import { findThread } from '../find-thread.ts';
import { defineMethod, notFound, tellThread } from '../method.ts';
import { count, text } from '../params.ts';
import { invalidRequest } from '../rpc-failure.ts';
import { turnsOnWire } from './thread-read.ts';

/**
 * `thread/rollback` of 0.130 (contract §3.2): the last turns are taken back, by one more line. 0.130 does so with
 * loaded threads only; here every thread that is not archived can be rolled back.
 */
export const threadRollback = defineMethod({
  name: 'thread/rollback',
  params: v.object({ threadId: text, numTurns: count }),
  unknownThread: notFound,
  async run(context, { threadId: named, numTurns }) {
    const { store } = context;
    if (numTurns < 1) throw invalidRequest('numTurns must be >= 1');
    const { threadId, archivedAt, historyMode } = await findThread(context, named);
    if (archivedAt !== undefined) throw notFound(threadId);
    if (historyMode === 'paginated') throw invalidRequest('paginated threads do not support thread/rollback');
    // What was just appended may begin a turn.
    const isLive = await flushed(store, threadId);
    const { turns } = await store.listTurns({ threadId, pageSize: 1, itemsView: 'notLoaded' });
    if (turns[0]?.status === 'inProgress')
      throw invalidRequest('cannot roll back while a turn is in progress');
    if (!isLive) await store.resumeThread({ threadId });
    const payload = { type: 'thread_rolled_back', num_turns: numTurns };
    await store.appendItems({ threadId, items: [{ type: 'event_msg', payload }] });
    await (isLive ? store.flushThread({ threadId }) : store.shutdownThread({ threadId }));
    const thread = await store.readThread({ threadId });
    return { thread: tellThread(context, thread, await turnsOnWire(context, threadId)) };
  },
});

/** Writes what a thread's live writer has queued. Gives whether it has one. */
async function flushed(store: ThreadStore, threadId: string): Promise<boolean> {
  try {
    await store.flushThread({ threadId });
    return true;
  } catch (error) {
    if (isThreadNotFound(error)) return false;
    throw error;
  }
}
