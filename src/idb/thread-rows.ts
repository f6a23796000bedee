import type { StoredThread } from '../contract/records.ts';
import type { PublishedThread } from '../import/import-target.ts';
import { toStoredThread } from '../rollout/stored-thread.ts';
import { PROJECTION_VERSION, type ThreadRow } from './schema.ts';
import type { StagedTurnBook } from './staged-turn-book.ts';

/**
 * A thread's row, as an import publishes it.
 * @param old the row that it replaces: what people did to the thread, as naming and archiving it, stays
 */
export function toThreadRow(
  thread: PublishedThread,
  book: StagedTurnBook,
  rows: number,
  old: ThreadRow | undefined,
): ThreadRow {
  const { threadId, rollout, missingBase, metadata, surface, projection } = thread;
  const archivedAt = old ? old.archivedAt : thread.archived ? metadata.updatedAt : undefined;
  return {
    threadId,
    archived: archivedAt === undefined ? 0 : 1,
    byCreated: -metadata.createdAt,
    byUpdated: -metadata.updatedAt,
    byRecency: -metadata.recencyAt,
    metadata,
    ...(old?.name === undefined ? {} : { name: old.name }),
    ...(archivedAt === undefined ? {} : { archivedAt }),
    rows,
    counters: book.counters,
    turnCount: book.turnCount,
    itemCount: book.itemCount,
    rolloutId: rollout.rolloutId,
    rolloutPath: rollout.path,
    bytes: rollout.bytes,
    ...(missingBase === undefined ? {} : { missingBase }),
    surface,
    projection: projection.state,
    projectionVersion: PROJECTION_VERSION,
  };
}

/** A thread's row as the contract gives it. */
export function fromThreadRow(row: ThreadRow): StoredThread {
  return toStoredThread(row.metadata, row);
}
