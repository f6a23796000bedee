import * as v from 'valibot';
import { defineMethod, type MethodContext } from '../method.ts';
import { maybeOneOf, pageParams, pageSizeOf, text } from '../params.ts';
import { parseThreadId } from '../thread-id.ts';
import { toWireTurn } from '../to-wire-turn.ts';

const params = v.object({
  threadId: text,
  ...pageParams,
  itemsView: maybeOneOf(['notLoaded', 'summary', 'full']),
});

/** `thread/turns/list` of 0.130 (contract §3.2), where it was experimental. */
export const threadTurnsList0130 = defineMethod({
  name: 'thread/turns/list',
  params,
  experimental: true,
  run: list,
});

/** Today's `thread/turns/list`. */
export const threadTurnsListLatest = defineMethod({ name: 'thread/turns/list', params, run: list });

async function list({ store, protocol }: MethodContext, request: v.InferOutput<typeof params>) {
  const { cursor, limit, sortDirection, itemsView } = request;
  const page = await store.listTurns({
    threadId: parseThreadId(request.threadId),
    cursor,
    pageSize: pageSizeOf(limit),
    sortDirection: sortDirection ?? 'desc',
    itemsView: itemsView ?? 'summary',
    includeArchived: true,
  });
  return {
    data: page.turns.map((turn) => toWireTurn(turn, protocol)),
    nextCursor: page.nextCursor ?? null,
    backwardsCursor: page.backwardsCursor ?? null,
  };
}
