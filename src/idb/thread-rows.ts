import type { StoredThread } from '../contract/records.ts';
import type { ThreadEdits } from '../contract/thread-edits.ts';
import type { PublishedThread } from '../import/import-target.ts';
import { toStoredThread } from '../rollout/stored-thread.ts';
import type { Connection } from './connection.ts';
import type { IdbTurnBook } from './idb-turn-book.ts';
import { leanThreadRow, wholeThreadRow } from './lean-thread-row.ts';
import { result } from './requests.ts';
import { PROJECTION_VERSION, type ThreadRow } from './schema.ts';

/** A thread's row without what follows from the rest. */
type ThreadContent = Omit<ThreadRow, 'archived' | 'byCreated' | 'byUpdated' | 'byRecency'>;

/** A thread's row, in a transaction over `threads`. */
export function threadRowIn(transaction: IDBTransaction, threadId: string): Promise<ThreadRow | undefined> {
  const lean = result<ThreadRow | undefined>(transaction.objectStore('threads').get(threadId));
  const row = lean.then((there) => there && wholeThreadRow(there));
  // As with every request: whoever went away, because something else of the transaction failed, need not hear of it.
  row.catch(() => undefined);
  return row;
}

/** Writes a thread's row, in a transaction over `threads`. */
export function putThreadRow(transaction: IDBTransaction, row: ThreadRow): void {
  transaction.objectStore('threads').put(leanThreadRow(row));
}

/** A thread's row as it is now. */
export function readThreadRow(connection: Connection, threadId: string): Promise<ThreadRow | undefined> {
  return connection.read(['threads'], (transaction) => threadRowIn(transaction, threadId));
}

/** A thread's row, with the keys by which it is sorted and told apart. */
export function toThreadRow(content: ThreadContent): ThreadRow {
  const { createdAt, updatedAt, recencyAt, archivedAt } = fromThreadRow(content);
  return {
    ...content,
    archived: archivedAt === undefined ? 0 : 1,
    byCreated: -createdAt,
    byUpdated: -updatedAt,
    byRecency: -recencyAt,
  };
}

/** A thread's row as the contract gives it. */
export function fromThreadRow(row: ThreadContent): StoredThread {
  return toStoredThread(row.metadata, row);
}

/**
 * A thread's row, as an import publishes it.
 * @param old the row that it replaces: what people did to the thread stays
 */
export function importedThreadRow(
  thread: PublishedThread,
  book: IdbTurnBook,
  keys: Pick<ThreadRow, 'rows' | 'log'>,
  old: ThreadRow | undefined,
): ThreadRow {
  const { threadId, rollout, missingBase, metadata, archived, surface, projection } = thread;
  const edits: ThreadEdits = old?.edits ?? (archived ? { archivedAt: 'unknown' } : {});
  return toThreadRow({
    threadId,
    metadata,
    edits,
    ...keys,
    counters: book.counters,
    turnCount: book.turnCount,
    itemCount: book.itemCount,
    rollout,
    ...(missingBase === undefined ? {} : { missingBase }),
    surface,
    projection: projection.state,
    projectionVersion: PROJECTION_VERSION,
  });
}
