import type { StoredThread } from '../contract/records.ts';
import type { ThreadMetadata } from './thread-metadata.ts';

/** What a store knows of a thread beside what its lines say. */
export interface ThreadState {
  threadId: string;
  /** The name of the rollout file in which it goes on. */
  rolloutPath?: string;
  /** Bytes of that file. */
  bytes: number;
  name?: string;
  archivedAt?: number;
  turnCount: number;
  itemCount: number;
  /** A rollout that its history needs and that is not there. */
  missingBase?: string;
}

/** A thread's record, as the contract gives it. */
export function toStoredThread(metadata: ThreadMetadata, state: ThreadState): StoredThread {
  const { format, historyBase: _base, memoryMode: _mode, ...known } = metadata;
  const { threadId, rolloutPath, bytes, name, archivedAt, turnCount, itemCount, missingBase } = state;
  return {
    ...known,
    threadId,
    ...(rolloutPath === undefined ? {} : { rolloutPath }),
    ...(name === undefined ? {} : { name }),
    ...(archivedAt === undefined ? {} : { archivedAt }),
    ...(missingBase === undefined ? {} : { incomplete: true }),
    historyMode: format === 'paginated' ? 'paginated' : 'legacy',
    turnCount,
    itemCount,
    bytes,
  };
}
