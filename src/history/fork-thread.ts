import { newId } from '../contract/new-id.ts';
import { isJsonObject, type Json } from '../contract/json.ts';
import { threadNotFound, ThreadStoreError } from '../contract/errors.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import { threadExists } from '../contract/writer-errors.ts';
import type { ImportTarget, RolloutRecord } from '../import/import-target.ts';
import { present } from '../rollout/line-values.ts';
import { sourceOnDisk, WRITER_VERSION } from '../rollout/session-meta-item.ts';
import { rolloutFileName } from '../rollout/rollout-name.ts';
import { baseAt, metaOf, publishRollout, type NewRollout } from './new-rollout.ts';
import { mustHaveEnvelopes, turnNotFound } from './history-errors.ts';
import { turnPlaces, type HistoryPlace, type TurnPlace } from './turn-places.ts';

type Request = CheckedRequest<'forkThread'>;

const operation = 'forkThread';

/**
 * Makes a new thread that has the beginning of another one's history, as Codex does it: of a paginated thread the new
 * rollout only names how much of the old one it goes on from; of a legacy thread the lines are copied. A turn that is
 * being worked on at the end is marked as interrupted in the new thread.
 * @param isRunning whether somebody writes the source: then its open turn cannot be forked through
 * @returns the new thread's id
 * @throws ThreadStoreError `invalid_request` for a turn that is not there, `conflict` where the new id is taken
 */
export async function forkThread(
  target: ImportTarget,
  request: Request,
  isRunning: boolean,
): Promise<string> {
  const { threadId: sourceId, signal, newThreadId: threadId = newId() } = request;
  const thread = await target.thread(sourceId);
  const source = thread && (await target.rollout(thread.rolloutId));
  if (!thread || !source) throw threadNotFound(sourceId, operation);
  mustHaveEnvelopes(source.format, sourceId, operation);
  if ((await target.thread(threadId)) ?? (await target.rollout(threadId)))
    throw threadExists(threadId, operation);

  const turns = await turnPlaces(target, source, thread.surface, signal);
  const { end, open } = endOf(turns, request, isRunning);
  const startedAt = Date.now();
  const content =
    source.format === 'paginated'
      ? beginningAt(end ?? endOfLines(source))
      : { copied: end ? { ...source, bytes: end.byteOffset } : source };
  const { originator, threadSource, baseInstructions, metadata } = request;
  const meta = await metaOf(target, source);
  const counts = { bytes: 0, lines: 0, nextOrdinal: 0, cutOff: false };
  const { base } = content;
  await publishRollout(
    target,
    {
      rollout: {
        rolloutId: threadId,
        threadId,
        path: rolloutFileName(threadId, startedAt),
        format: source.format,
        startedAt,
        ...(base ? { base } : {}),
        ...counts,
      },
      // Who the source is, as an agent of a thread, the fork is not.
      meta: present({
        session_id: threadId,
        id: threadId,
        forked_from_id: sourceId,
        forked_from_ordinal_exclusive: base?.endOrdinalExclusive,
        timestamp: new Date(startedAt).toISOString(),
        cwd: metadata?.cwd ?? meta['cwd'],
        originator: originator ?? meta['originator'],
        cli_version: WRITER_VERSION,
        source: request.source === undefined ? ownSource(meta['source']) : sourceOnDisk(request.source),
        thread_source: threadSource,
        model_provider: metadata?.modelProvider ?? meta['model_provider'],
        base_instructions: baseInstructions ?? meta['base_instructions'],
        dynamic_tools: meta['dynamic_tools'],
        memory_mode: metadata?.memoryMode ?? meta['memory_mode'],
        history_mode: meta['history_mode'],
        history_base: content.history_base,
        git: meta['git'],
      }),
      ...(content.copied ? { copied: content.copied } : {}),
      added: open === undefined ? [] : [interruption(open)],
      surface: thread.surface,
    },
    signal,
  );
  return threadId;
}

interface Content extends Pick<NewRollout, 'copied'>, Partial<ReturnType<typeof baseAt>> {}

function beginningAt(place: HistoryPlace): Content {
  return baseAt(place, operation);
}

function endOfLines({ rolloutId, nextOrdinal, bytes }: RolloutRecord): HistoryPlace {
  return { rolloutId, ordinal: nextOrdinal, byteOffset: bytes };
}

/** Up to where the history is taken over; without an end, all of it. */
function endOf(
  turns: readonly TurnPlace[],
  { threadId, lastTurnId, beforeTurnId }: Request,
  isRunning: boolean,
): { end?: HistoryPlace; open?: string } {
  const last = turns.at(-1);
  const whole = last?.status === 'inProgress' ? { open: last.turnId } : {};
  const wanted = beforeTurnId ?? lastTurnId;
  if (wanted === undefined) return whole;
  const index = turns.findIndex(({ turnId }) => turnId === wanted);
  const turn = turns[index];
  if (!turn) throw turnNotFound(threadId, wanted, operation);
  if (beforeTurnId !== undefined) return { end: turn.place };
  if (turn.status === 'inProgress' && isRunning)
    throw new ThreadStoreError('invalid_request', `turn ${wanted} is still in progress`, {
      operation,
      threadId,
    });
  const next = turns[index + 1];
  return next ? { end: next.place } : whole;
}

function ownSource(source: Json = 'vscode'): Json {
  return isJsonObject(source) && 'subagent' in source ? 'vscode' : source;
}

function interruption(turnId: string): { type: string; payload: { [field: string]: string } } {
  return { type: 'event_msg', payload: { type: 'turn_aborted', turn_id: turnId, reason: 'interrupted' } };
}
