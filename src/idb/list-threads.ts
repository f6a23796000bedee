import { decodeThreadCursor, encodeThreadCursor } from '../contract/cursor.ts';
import { cursorsOf, toPage } from '../contract/page.ts';
import type { StoredThread, ThreadPage } from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { ThreadSortKey } from '../contract/requests.ts';
import { threadFilter } from '../contract/thread-filter.ts';
import { wholeThreadRow } from './lean-thread-row.ts';
import { result } from './requests.ts';
import type { ThreadRow } from './schema.ts';
import { isSoundThread } from './sound-rows.ts';
import { fromThreadRow } from './thread-rows.ts';
import { toStoredThread } from '../rollout/stored-thread.ts';
import { emptyThreadMetadata } from '../rollout/thread-metadata.ts';

type Request = CheckedRequest<'listThreads'>;

/** The index of each sort key. Its keys are the NEGATIVE of the times: ascending, it gives the newest first. */
const INDEX_OF = {
  createdAt: 'byCreated',
  updatedAt: 'byUpdated',
  recencyAt: 'byRecency',
} as const satisfies Record<ThreadSortKey, keyof ThreadRow>;

/** A key of such an index: archived or not, minus the time, thread id. */
type IndexKey = [0 | 1, number, string];

/**
 * A page of threads, in a transaction over `threads`.
 * @param note is told every row that was read and is sound
 */
export async function listThreads(
  transaction: IDBTransaction,
  keyRange: typeof IDBKeyRange,
  request: Request,
  note: (row: ThreadRow) => void,
): Promise<ThreadPage> {
  const { cursor, pageSize, sortKey, sortDirection, cwdFilters } = request;
  if (cwdFilters?.length === 0) return { items: [] };
  const index = transaction.objectStore('threads').index(INDEX_OF[sortKey]);
  const shows = threadFilter(request);
  const found: StoredThread[] = [];
  let range = firstRange(keyRange, request, cursor);
  // With filters it may take several reads until the page is full; without, one.
  for (;;) {
    const rows = await readThreads(index, range, pageSize + 1, sortDirection);
    for (const lean of rows) {
      const row = wholeThreadRow(lean);
      const isSound = isSoundThread(row);
      if (isSound) note(row);
      const thread = isSound ? fromThreadRow(row) : fromDamagedRow(row);
      if (shows(thread)) found.push(thread);
    }
    const last = rows.at(-1);
    if (!last || rows.length <= pageSize || found.length > pageSize) break;
    range = rangeFrom(
      keyRange,
      sortDirection,
      [last.archived, last[INDEX_OF[sortKey]], last.threadId],
      false,
    );
  }
  const page = toPage(found, { pageSize }, (thread, inclusive) =>
    encodeThreadCursor({ sortKey, at: thread[sortKey], threadId: thread.threadId, inclusive }),
  );
  return { items: page.rows, ...cursorsOf(page) };
}

/** Of a row that is damaged, what the list is ordered by. */
function fromDamagedRow({ threadId, byCreated, byUpdated, byRecency }: ThreadRow): StoredThread {
  const times = { createdAt: -byCreated, updatedAt: -byUpdated, recencyAt: -byRecency };
  const rollout = { path: '', bytes: 0 };
  const nothing = { threadId, rollout, edits: {}, turnCount: 0, itemCount: 0, missingBase: 'damaged' };
  return toStoredThread({ ...emptyThreadMetadata(), ...times }, nothing);
}

function firstRange(keyRange: typeof IDBKeyRange, request: Request, cursor: string | undefined): IDBKeyRange {
  const { sortKey, sortDirection } = request;
  const archived = request.archived ? 1 : 0;
  if (cursor === undefined) return keyRange.bound([archived], [archived, []]);
  const { at, threadId, inclusive } = decodeThreadCursor(cursor, sortKey);
  return rangeFrom(keyRange, sortDirection, [archived, -at, threadId], inclusive);
}

/** What comes after a key: upwards for the newest first, downwards for the oldest first. */
function rangeFrom(
  keyRange: typeof IDBKeyRange,
  direction: Request['sortDirection'],
  key: IndexKey,
  inclusive: boolean,
): IDBKeyRange {
  const [archived] = key;
  return direction === 'desc'
    ? keyRange.bound(key, [archived, []], !inclusive)
    : keyRange.bound([archived], key, false, !inclusive);
}

/** The first rows of a range in a direction. */
async function readThreads(
  index: IDBIndex,
  range: IDBKeyRange,
  count: number,
  direction: Request['sortDirection'],
): Promise<ThreadRow[]> {
  if (direction === 'desc') return result<ThreadRow[]>(index.getAll(range, count));
  if (!readsRecords(index)) return walkBackwards(index, range, count);
  const records = await result(index.getAllRecords({ query: range, count, direction: 'prev' }));
  return records.map(({ value }) => value);
}

/** An index with IndexedDB 3.0's `getAllRecords`, which TypeScript's library does not know yet. */
interface RecordIndex extends IDBIndex {
  getAllRecords(options: {
    query: IDBKeyRange;
    count: number;
    direction: IDBCursorDirection;
  }): IDBRequest<{ value: ThreadRow }[]>;
}

function readsRecords(index: IDBIndex): index is RecordIndex {
  return 'getAllRecords' in index;
}

/** Oldest first is the index downwards: the one read that needs a cursor in WebKit before Safari 27.3. */
async function walkBackwards(index: IDBIndex, range: IDBKeyRange, count: number): Promise<ThreadRow[]> {
  const rows: ThreadRow[] = [];
  const request = index.openCursor(range, 'prev');
  for (let cursor = await result(request); cursor; cursor = await result(request)) {
    rows.push(cursor.value);
    if (rows.length === count) break;
    cursor.continue();
  }
  return rows;
}
