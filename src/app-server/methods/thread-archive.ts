import * as v from 'valibot';
import { descendantsOf } from '../descendants.ts';
import { findSession, findThread } from '../find-thread.ts';
import { defineMethod, noRollout, tellThread, type MethodContext } from '../method.ts';
import { text } from '../params.ts';
import { invalidRequest } from '../rpc-failure.ts';

const params = v.object({ threadId: text });

/** `thread/archive` (contract §3.2): the thread, and the threads that its agents were spawned into. */
export const threadArchive = defineMethod({
  name: 'thread/archive',
  params,
  unknownThread: noRollout,
  async run(context, request) {
    const { threadId, archivedAt } = await findSession(context, request.threadId);
    if (archivedAt !== undefined) throw noRollout(threadId);
    const descendants = await descendantsOf(context.store, threadId);
    await archive(context, threadId);
    for (const descendant of descendants) {
      if (descendant.archivedAt === undefined) await bestEffort(archive(context, descendant.threadId));
    }
    return {};
  },
});

/** `thread/unarchive` of 0.130. */
export const threadUnarchive0130 = defineMethod({
  name: 'thread/unarchive',
  params,
  unknownThread: noArchivedRollout,
  run: unarchive,
});

/** Today's `thread/unarchive`, which brings back the spawned threads, too. */
export const threadUnarchiveLatest = defineMethod({
  name: 'thread/unarchive',
  params,
  unknownThread: noArchivedRollout,
  async run(context, request) {
    const answer = await unarchive(context, request);
    const { threadId } = await findThread(context, request.threadId);
    for (const descendant of await descendantsOf(context.store, threadId)) {
      if (descendant.archivedAt !== undefined) await bestEffort(unarchiveOne(context, descendant.threadId));
    }
    return answer;
  },
});

/** `thread/delete`: the threads that a thread's agents were spawned into, deepest first, and then the thread. */
export const threadDelete = defineMethod({
  name: 'thread/delete',
  params,
  unknownThread: noRollout,
  async run(context, request) {
    const { store, changes } = context;
    const { threadId } = await findThread(context, request.threadId);
    for (const descendant of await descendantsOf(store, threadId)) {
      const remove = () => store.deleteThread({ threadId: descendant.threadId });
      await bestEffort(changes.during(descendant.threadId, { deleted: true }, remove));
    }
    await changes.during(threadId, { deleted: true }, () => store.deleteThread({ threadId }));
    return {};
  },
});

async function unarchive(context: MethodContext, request: v.InferOutput<typeof params>) {
  const { threadId, archivedAt } = await findSession(context, request.threadId);
  if (archivedAt === undefined) throw noArchivedRollout(threadId);
  return { thread: tellThread(context, await unarchiveOne(context, threadId)) };
}

function archive({ store, changes }: MethodContext, threadId: string): Promise<void> {
  return changes.during(threadId, { archived: true }, () => store.archiveThread({ threadId }));
}

function unarchiveOne({ store, changes }: MethodContext, threadId: string) {
  return changes.during(threadId, { archived: false }, () => store.unarchiveThread({ threadId }));
}

function noArchivedRollout(threadId: string) {
  return invalidRequest(`no archived rollout found for thread id ${threadId}`);
}

/** A spawned thread that resists does not keep its parent from where it is to go. */
async function bestEffort(work: Promise<unknown>): Promise<void> {
  await work.catch(() => undefined);
}
