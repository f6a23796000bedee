import * as v from 'valibot';
import { findThread } from '../find-thread.ts';
import { defineMethod, noRollout, notFound, tellThread, type MethodContext } from '../method.ts';
import { maybe, maybeFlag, maybeText, text } from '../params.ts';
import { invalidRequest, notSupportedYet } from '../rpc-failure.ts';
import { parseThreadId } from '../thread-id.ts';

const nameParams = v.object({ threadId: text, name: text });
/** Here `null` is not nothing: it clears. */
const clearable = v.nullish(text);
const gitInfo = maybe(
  v.object({ sha: clearable, branch: clearable, originUrl: clearable }, 'must be an object or null'),
);
const params0130 = v.object({ threadId: text, gitInfo });
const paramsLatest = v.object({ threadId: text, gitInfo, projectId: maybeText, daybreakEnabled: maybeFlag });

/** `thread/name/set` of 0.130 (contract §3.2). */
export const threadNameSet0130 = defineMethod({
  name: 'thread/name/set',
  params: nameParams,
  unknownThread: notFound,
  run: setName,
});

/** Today's `thread/name/set`, which words a missing thread in another way. */
export const threadNameSetLatest = defineMethod({
  name: 'thread/name/set',
  params: nameParams,
  unknownThread: noRollout,
  run: setName,
});

/** `thread/metadata/update` of 0.130 (contract §3.2): Git's fields one by one; absent stays, `null` clears. */
export const threadMetadataUpdate0130 = defineMethod({
  name: 'thread/metadata/update',
  params: params0130,
  unknownThread: notFound,
  run: (context, { threadId, gitInfo: patch }) =>
    updateGitInfo(context, parseThreadId(threadId), patch ?? {}),
});

/** Today's `thread/metadata/update`. There are no projects here, and no further settings. */
export const threadMetadataUpdateLatest = defineMethod({
  name: 'thread/metadata/update',
  params: paramsLatest,
  experimentalFields: ['projectId', 'daybreakEnabled'],
  unknownThread: noRollout,
  async run(context, { threadId: named, gitInfo: patch, projectId, daybreakEnabled }) {
    const threadId = parseThreadId(named);
    if (projectId) throw invalidRequest(`project not found: ${projectId}`);
    if (daybreakEnabled !== undefined) throw notSupportedYet('thread/metadata/update.daybreakEnabled');
    if (patch) return updateGitInfo(context, threadId, patch);
    // To be in no project is what every thread here is.
    if (projectId === '') return { thread: tellThread(context, await findThread(context, threadId)) };
    throw invalidRequest('thread metadata update must include at least one field');
  },
});

async function setName(context: MethodContext, request: v.InferOutput<typeof nameParams>): Promise<object> {
  const { store, changes, protocol } = context;
  const threadId = parseThreadId(request.threadId);
  const name = request.name.trim();
  if (name === '') throw invalidRequest('thread name must not be empty');
  const { archivedAt } = await findThread(context, threadId);
  if (archivedAt !== undefined) throw protocol === '0.130' ? notFound(threadId) : noRollout(threadId);
  await changes.during(threadId, { name }, () => store.updateThreadMetadata({ threadId, patch: { name } }));
  return {};
}

async function updateGitInfo(
  context: MethodContext,
  threadId: string,
  patch: NonNullable<v.InferOutput<typeof gitInfo>>,
): Promise<object> {
  const fields = Object.entries(patch).filter(([, value]) => value !== undefined);
  if (fields.length === 0) throw invalidRequest('gitInfo must include at least one field');
  const trimmed = fields.map(([field, value]): [string, string | null] => {
    if (value?.trim() === '') throw invalidRequest(`gitInfo.${field} must not be empty`);
    return [field, value?.trim() ?? null];
  });
  const thread = await context.store.updateThreadMetadata({
    threadId,
    includeArchived: true,
    patch: { gitInfo: Object.fromEntries(trimmed) },
  });
  return { thread: tellThread(context, thread) };
}
