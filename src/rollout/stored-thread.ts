import type { StoredThread } from '../contract/records.ts';
import { withEdits, type ThreadEdits } from '../contract/thread-edits.ts';
import type { ThreadMetadata } from './thread-metadata.ts';

/** What a store knows of a thread beside what its lines say. */
export interface ThreadState {
  threadId: string;
  /** The rollout file in which it goes on: its name as imported, and its bytes. */
  rollout: { path: string; bytes: number };
  edits: ThreadEdits;
  turnCount: number;
  itemCount: number;
  /** A rollout that its history needs and that is not there. */
  missingBase?: string;
}

/** A thread's record, as the contract gives it. */
export function toStoredThread(metadata: ThreadMetadata, state: ThreadState): StoredThread {
  const { format, historyBase: _base, hasTurnEvents: _events, ...known } = metadata;
  const { threadId, rollout, edits, turnCount, itemCount, missingBase } = state;
  // Lists make many of these: what is added to an object takes a third of the time of another copy.
  const thread: StoredThread = Object.assign(known, {
    threadId,
    rolloutPath: rollout.path,
    historyMode: format === 'paginated' ? ('paginated' as const) : ('legacy' as const),
    turnCount,
    itemCount,
    bytes: rollout.bytes,
  });
  if (missingBase !== undefined) thread.incomplete = true;
  return withEdits(thread, edits);
}
