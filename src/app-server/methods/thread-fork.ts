import * as v from 'valibot';
import type { StoredThread } from '../../contract/records.ts';
import { copyHistory } from '../copy-history.ts';
import { isThreadNotFound } from '../errors-to-rpc.ts';
import { findSession } from '../find-thread.ts';
import { canBeTurnId } from '../item-entries.ts';
import { historyEnd, type ForkBoundary } from '../fork-boundary.ts';
import { defineMethod, noRollout, tellThread, type MethodContext } from '../method.ts';
import { flag, maybeFlag, maybeText, text } from '../params.ts';
import { invalidRequest, notSupportedYet } from '../rpc-failure.ts';
import { sessionSettings } from '../session-settings.ts';
import { can } from '../store-capabilities.ts';
import { newThreadId } from '../thread-id.ts';
import { turnsOnWire } from './thread-read.ts';

const params0130 = v.object({
  threadId: text,
  path: maybeText,
  model: maybeText,
  modelProvider: maybeText,
  cwd: maybeText,
  baseInstructions: maybeText,
  ephemeral: flag,
  threadSource: maybeText,
  excludeTurns: flag,
  persistExtendedHistory: flag,
});

const paramsLatest = v.object({
  ...params0130.entries,
  lastTurnId: maybeText,
  beforeTurnId: maybeText,
  attachToSource: flag,
  experimentalPredictionMode: maybeFlag,
});

/** `thread/fork` of 0.130: a copy of the whole history, also of an archived thread (contract §3.2). */
export const threadFork0130 = defineMethod({
  name: 'thread/fork',
  params: params0130,
  experimentalFields: ['excludeTurns', 'persistExtendedHistory'],
  unknownThread: noRollout,
  async run(context, params) {
    return fork(context, await sourceOf(context, params), params, NO_BOUNDARY);
  },
});

/** Today's `thread/fork`, which can stop after or before a turn. */
export const threadForkLatest = defineMethod({
  name: 'thread/fork',
  params: paramsLatest,
  experimentalFields: ['beforeTurnId', 'path', 'attachToSource', 'experimentalPredictionMode'],
  unknownThread: noRollout,
  async run(context, params) {
    const source = await sourceOf(context, params);
    const { lastTurnId, beforeTurnId } = params;
    if (lastTurnId !== undefined && beforeTurnId !== undefined) {
      throw invalidRequest('`beforeTurnId` cannot be combined with `lastTurnId`');
    }
    if (source.archivedAt !== undefined) {
      throw invalidRequest(`session ${source.threadId} is archived: unarchive it first`);
    }
    const turnId = lastTurnId ?? beforeTurnId;
    if (turnId !== undefined && !canBeTurnId(turnId)) throw invalidRequest(`turn not found: ${turnId}`);
    if (params.attachToSource) throw notSupportedYet('thread/fork.attachToSource');
    if (params.experimentalPredictionMode) throw notSupportedYet('thread/fork.experimentalPredictionMode');
    return fork(context, source, params, { lastTurnId, beforeTurnId });
  },
});

const NO_BOUNDARY: ForkBoundary = { lastTurnId: undefined, beforeTurnId: undefined };

type ForkParams = v.InferOutput<typeof params0130>;

/** A path wins over an id, as in Codex; an empty one is none. */
async function sourceOf(context: MethodContext, { threadId, path }: ForkParams): Promise<StoredThread> {
  if (!path) return findSession(context, threadId);
  try {
    return await context.store.readThreadByRolloutPath({ rolloutPath: path, includeArchived: true });
  } catch (error) {
    if (isThreadNotFound(error))
      throw invalidRequest(`failed to resolve rollout path \`${path.slice(0, 200)}\``);
    throw error;
  }
}

async function fork(
  context: MethodContext,
  source: StoredThread,
  params: ForkParams,
  boundary: ForkBoundary,
): Promise<object> {
  const { store, protocol, changes, clientName } = context;
  if (params.ephemeral) throw notSupportedYet('thread/fork.ephemeral');
  const threadId = newThreadId(Date.now());
  const metadata = {
    cwd: params.cwd ?? source.cwd,
    modelProvider: params.modelProvider ?? source.modelProvider,
  };
  const { threadSource, baseInstructions } = params;
  const options = { ...metadata, threadId, originator: clientName, threadSource, baseInstructions };
  const copy = async () => {
    const end = await historyEnd(store, source.threadId, boundary);
    await copyHistory(store, source, { ...options, end });
  };
  const instructions = baseInstructions === undefined ? {} : { baseInstructions: { text: baseInstructions } };
  const whole = { ...boundary, threadId: source.threadId, newThreadId: threadId, source: 'vscode' };
  const more = { originator: clientName, threadSource, metadata, includeArchived: true, ...instructions };
  await changes.quietly(threadId, async () => {
    await (can(store, 'forkThread') ? store.forkThread({ ...whole, ...more }) : copy());
  });
  // The lines say what the source used last; what the client chose wins over them.
  const { model, modelProvider, cwd } = params;
  const patch = { model, modelProvider, cwd };
  const thread =
    model === undefined && modelProvider === undefined && cwd === undefined
      ? await store.readThread({ threadId })
      : await store.updateThreadMetadata({ threadId, patch });
  const turns = params.excludeTurns ? [] : await turnsOnWire(context, threadId);
  changes.tell({ method: 'thread/started', params: { thread: tellThread(context, thread) } });
  const settings = sessionSettings(thread, thread.model ?? source.model ?? '', protocol);
  return { thread: tellThread(context, thread, turns), ...settings };
}
