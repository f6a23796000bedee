import { ThreadStoreError } from '../contract/errors.ts';
import type { RolloutItem } from '../contract/records.ts';
import type { RolloutFormat } from '../rollout/create-projection.ts';

/** The line that takes back a legacy thread's last turns (contract §5.4). */
export function rolledBack(count: number): RolloutItem {
  return { type: 'event_msg', payload: { type: 'thread_rolled_back', num_turns: count } };
}

/** The error for a turn that a thread does not have. */
export function turnNotFound(threadId: string, turnId: string, operation: string): ThreadStoreError {
  return new ThreadStoreError('invalid_request', `turn not found: ${turnId}`, { operation, threadId });
}

/**
 * Makes sure that a thread's history can be cut.
 * @throws ThreadStoreError `unsupported` for a thread from a file without envelopes
 */
export function mustHaveEnvelopes(format: RolloutFormat, threadId: string, operation: string): void {
  if (format !== 'bare') return;
  const message = 'threads from before September 2025 can only be read';
  throw new ThreadStoreError('unsupported', message, { operation, threadId });
}
