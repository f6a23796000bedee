import { isJsonObject } from '../contract/json.ts';
import type { RolloutItem, StoredTurn } from '../contract/records.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { readAllTurns } from './read-all-turns.ts';
import { invalidRequest } from './rpc-failure.ts';

/** Up to where a fork goes: through one turn, before one turn, or, with neither, to the end. */
export interface ForkBoundary {
  lastTurnId: string | undefined;
  beforeTurnId: string | undefined;
}

/** Where a copied history ends. */
export interface HistoryEnd {
  /** The first turn that is left out; absent: none is. */
  firstLeftOut?: string;
  /** A turn at the end that is still being worked on: its copy is marked as interrupted. */
  running?: string;
}

/**
 * Finds out where a copy of a thread's history ends.
 * @throws RpcFailure -32600 for a turn that is not there, or that is still being worked on (contract §3.2)
 */
export async function historyEnd(
  store: ThreadStore,
  threadId: string,
  { lastTurnId, beforeTurnId }: ForkBoundary,
): Promise<HistoryEnd> {
  let previous: StoredTurn | undefined;
  for await (const turn of readAllTurns(store, threadId, 'notLoaded')) {
    if (turn.turnId === beforeTurnId || (previous && previous.turnId === lastTurnId)) {
      return { firstLeftOut: turn.turnId };
    }
    if (turn.turnId === lastTurnId && turn.status === 'inProgress') {
      throw invalidRequest(`turn ${lastTurnId} is still in progress`);
    }
    previous = turn;
  }
  const wanted = beforeTurnId ?? lastTurnId;
  if (wanted !== undefined && previous?.turnId !== lastTurnId)
    throw invalidRequest(`turn not found: ${wanted}`);
  return previous?.status === 'inProgress' ? { running: previous.turnId } : {};
}

/** Tells the place of the line that begins a turn, among a thread's lines in replay order; -1 when none does. */
export function startOfTurn(lines: readonly RolloutItem[], turnId: string): number {
  const [, position] = IMPLICIT_TURN.exec(turnId) ?? [];
  if (position !== undefined) return indexOfLoaded(lines, Number(position));
  return lines.findIndex(({ type, payload }) => {
    if (type !== 'event_msg' || !isJsonObject(payload)) return false;
    const begins = payload['type'] === 'task_started' || payload['type'] === 'turn_started';
    return begins && payload['turn_id'] === turnId;
  });
}

/** A turn that no event began is called after the place of its first line (contract §5.4). */
const IMPLICIT_TURN = /^rollout-(\d+)$/;

/** Ghost snapshots are not counted. */
function indexOfLoaded(lines: readonly RolloutItem[], position: number): number {
  let loaded = -1;
  return lines.findIndex(({ type, payload }) => {
    const isGhost = type === 'response_item' && isJsonObject(payload) && payload['type'] === 'ghost_snapshot';
    if (!isGhost) loaded++;
    return loaded === position;
  });
}
