import type { Json } from '../contract/json.ts';
import type { RolloutItem, StoredTurnError } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import { turnItemOnDisk } from '../rollout/turn-item-on-disk.ts';

/** The line that begins a turn. Times of turns are in Unix seconds (contract §3.6). */
export function turnStarted(turnId: string, startedAt: number): RolloutItem {
  return event({ type: 'task_started', turn_id: turnId, root_turn_id: turnId, started_at: startedAt });
}

/** The line that ends a turn well, or, with an error, as failed. */
export function turnCompleted(turnId: string, startedAtMs: number, error?: StoredTurnError): RolloutItem {
  const failure = error && { message: error.message, codex_error_info: error.codexErrorInfo ?? 'other' };
  const times = timesUntilNow(startedAtMs);
  return event({ type: 'task_complete', turn_id: turnId, ...times, ...(failure ? { error: failure } : {}) });
}

/**
 * The line that ends a turn as interrupted.
 * @param startedAt Unix seconds; absent when nobody knows
 */
export function turnAborted(turnId: string, startedAt: number | undefined): RolloutItem {
  const times = startedAt === undefined ? {} : timesUntilNow(startedAt * 1000);
  return event({ type: 'turn_aborted', turn_id: turnId, reason: 'interrupted', ...times });
}

/** The line of an item's state. */
export function itemState(
  threadId: string,
  turnId: string,
  item: ThreadItem,
  startedAtMs: number,
  completedAtMs: number | undefined,
): RolloutItem {
  return event({
    type: 'item_completed',
    thread_id: threadId,
    turn_id: turnId,
    item: turnItemOnDisk(item),
    started_at_ms: startedAtMs,
    // 0 is how Codex writes that there is none.
    completed_at_ms: completedAtMs ?? 0,
  });
}

function timesUntilNow(startedAtMs: number): { [field: string]: Json } {
  const now = Date.now();
  return {
    started_at: Math.floor(startedAtMs / 1000),
    completed_at: Math.floor(now / 1000),
    // A clock that was set back must not make a turn end before it began.
    duration_ms: Math.max(0, now - startedAtMs),
  };
}

function event(payload: { [field: string]: Json }): RolloutItem {
  return { type: 'event_msg', payload };
}
