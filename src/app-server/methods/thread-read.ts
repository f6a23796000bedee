import * as v from 'valibot';
import { findThread } from '../find-thread.ts';
import { defineMethod, tellThread, type MethodContext } from '../method.ts';
import { flag, text } from '../params.ts';
import { readAllTurns } from '../read-all-turns.ts';
import { toWireTurn } from '../to-wire-turn.ts';

const params = v.object({ threadId: text, includeTurns: flag });

/** `thread/read` of 0.130 (contract §3.2): archived threads can be read, too. */
export const threadRead0130 = defineMethod({ name: 'thread/read', params, run: read });

/** Today's `thread/read`. No store here keeps what was read, so there is no receipt. */
export const threadReadLatest = defineMethod({
  name: 'thread/read',
  params,
  run: async (context, request) => ({ ...(await read(context, request)), readState: null }),
});

async function read(context: MethodContext, { threadId, includeTurns }: v.InferOutput<typeof params>) {
  const thread = await findThread(context, threadId);
  return {
    thread: tellThread(context, thread, includeTurns ? await turnsOnWire(context, thread.threadId) : []),
  };
}

/** All turns of a thread with all their items, oldest first. */
export async function turnsOnWire({ store, protocol }: MethodContext, threadId: string): Promise<object[]> {
  const turns: object[] = [];
  for await (const turn of readAllTurns(store, threadId, 'full')) turns.push(toWireTurn(turn, protocol));
  return turns;
}
