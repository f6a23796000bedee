import { archivedThreadNotFound, threadIsArchived, threadNotFound } from '../contract/errors.ts';
import type { StoredThread } from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import { addPatch, editsTold } from '../contract/thread-edits.ts';
import type { ThreadEditsTold } from '../contract/thread-store-client.ts';
import type { Call, Connection } from './connection.ts';
import type { ThreadRow } from './schema.ts';
import { mustBeSound } from './sound-rows.ts';
import { fromThreadRow, putThreadRow, threadRowIn, toThreadRow } from './thread-rows.ts';

/** Something that people do to a thread. */
export interface ThreadEdit {
  /** What the thread's listeners are told of it. */
  told: ThreadEditsTold;
  /**
   * What people did to the thread until now, changed.
   * @param isTriedAgain the same edit was tried before, and may have come through without saying so
   */
  change: (row: ThreadRow, isTriedAgain: boolean) => ThreadRow['edits'];
  /** What is said when there is no such thread. */
  notFound: typeof threadNotFound;
}

/** Merges a patch, as of now, into what was patched before. */
export function patchEdit({
  threadId,
  includeArchived,
  patch,
}: CheckedRequest<'updateThreadMetadata'>): ThreadEdit {
  const editedAt = Date.now();
  return {
    told: editsTold(patch),
    change: (row) => {
      if (row.archived && !includeArchived) throw threadIsArchived(threadId, 'updateThreadMetadata');
      return addPatch(row.edits, patch, editedAt);
    },
    notFound: threadNotFound,
  };
}

/** Archives a thread that is not archived, as of now. */
export function archiveEdit(): ThreadEdit {
  const archivedAt = Date.now();
  return {
    told: { archived: true },
    change: (row, isTriedAgain) => {
      const isDone = isTriedAgain && row.edits.archivedAt === archivedAt;
      if (row.archived && !isDone) throw threadNotFound(row.threadId, 'archiveThread');
      return { ...row.edits, archivedAt };
    },
    notFound: threadNotFound,
  };
}

/** Takes a thread back from the archive, as of now. */
export function unarchiveEdit(): ThreadEdit {
  const editedAt = Date.now();
  return {
    told: { archived: false },
    change: (row, isTriedAgain) => {
      const isDone = isTriedAgain && row.edits.editedAt === editedAt;
      if (!row.archived && !isDone) throw archivedThreadNotFound(row.threadId, 'unarchiveThread');
      const { archivedAt: _, ...edits } = row.edits;
      return { ...edits, editedAt };
    },
    notFound: archivedThreadNotFound,
  };
}

/** Does an edit in one transaction; gives the thread's new record. */
export function editThread(
  connection: Connection,
  call: Call & { threadId: string },
  { change, notFound }: ThreadEdit,
): Promise<StoredThread> {
  const { operation, threadId } = call;
  let isTriedAgain = false;
  const edit = async (transaction: IDBTransaction) => {
    const row = await threadRowIn(transaction, threadId);
    if (!row) throw notFound(threadId, operation);
    mustBeSound(row, operation);
    const edited = toThreadRow({ ...row, edits: change(row, isTriedAgain) });
    isTriedAgain = true;
    putThreadRow(transaction, edited);
    return fromThreadRow(edited);
  };
  return connection.write(['threads'], 'strict', edit, call);
}
