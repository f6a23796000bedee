import { ThreadStoreError, threadNotFound } from '../contract/errors.ts';
import { rolledBack, turnNotFound } from '../history/history-errors.ts';
import { prepareLine } from '../rollout/append-line.ts';
import type { Connection } from './connection.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import type { StoredTurnRow } from './schema.ts';
import { WriterSession } from './writer-session.ts';
import { readThreadRow, threadRowIn } from './thread-rows.ts';

/**
 * Takes back the last turns of a legacy thread, from one on, by one more line. The caller keeps writers away.
 * @throws ThreadStoreError `invalid_request` for a turn that is not there
 */
export async function rollBack(
  connection: Connection,
  threadId: string,
  beforeTurnId: string,
): Promise<void> {
  const { thread, count } = await connection.read(['threads', 'turns'], async (transaction) => {
    const turns = transaction.objectStore('turns');
    const row = await threadRowIn(transaction, threadId);
    if (!row) throw threadNotFound(threadId, 'rollbackThread');
    const turn = await result<StoredTurnRow | undefined>(turns.index('byId').get([row.rows, beforeTurnId]));
    if (!turn) throw turnNotFound(threadId, beforeTurnId, 'rollbackThread');
    const gone = ordinalRange(connection.keyRange, row.rows, turn.ordinal);
    return { thread: row, count: await result(turns.count(gone)) };
  });
  const commit = async () => {
    const session = await WriterSession.resume(connection, thread);
    await session.commit([prepareLine(rolledBack(count), 0)], 'strict');
  };
  await commit().catch(async (error: unknown) => {
    // As a live writer does: unless it came through, a commit is tried once more.
    if (!(error instanceof ThreadStoreError) || error.code !== 'unavailable') throw error;
    const row = await readThreadRow(connection, threadId);
    if (row?.rollout.bytes === thread.rollout.bytes) await commit();
  });
}
