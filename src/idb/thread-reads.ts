import { threadIsArchived, threadNotFound } from '../contract/errors.ts';
import type { Call, Connection } from './connection.ts';
import type { StoreName, ThreadPlace, ThreadRow } from './schema.ts';
import { mustBeSound } from './sound-rows.ts';
import { threadRowIn } from './thread-rows.ts';

/** A call that is about one thread. */
export interface ThreadCall extends Call {
  threadId: string;
  includeArchived: boolean;
}

/** Of so many threads it is remembered where their rows were. */
const MOST_PLACES = 1000;

/** Read transactions that begin with a thread's row. */
export class ThreadReads {
  readonly #connection: Connection;
  /** Where threads' rows were when their records were last read. */
  readonly #places = new Map<string, ThreadPlace>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The thread's row. */
  row(call: ThreadCall): Promise<ThreadRow> {
    return this.with(call, ['threads'], (row) => Promise.resolve(row));
  }

  /**
   * Runs `body` in one read transaction, with the row of the thread that it is about.
   * @throws ThreadStoreError `thread_not_found`, or `invalid_request` for one that is archived and was not asked for
   */
  with<T>(
    call: ThreadCall,
    stores: StoreName[],
    body: (thread: ThreadRow, transaction: IDBTransaction) => Promise<T>,
  ): Promise<T> {
    const read = async (transaction: IDBTransaction) => body(await rowOf(call, transaction), transaction);
    return this.#connection.read(stores, read, call);
  }

  /**
   * As {@link ThreadReads.with}, for what needs of the thread only where its rows are. They are mostly where they were
   * last time: `body` begins there at once, while the thread's row is read, which tells whether that was right.
   * @param next the counter that must be the same
   * @returns what `body` gave, and the thread's row
   */
  at<T>(
    call: ThreadCall,
    stores: StoreName[],
    next: 'nextTurn' | 'nextItem',
    body: (place: ThreadPlace, transaction: IDBTransaction) => Promise<T>,
  ): Promise<{ value: T; row: ThreadRow }> {
    const read = async (transaction: IDBTransaction) => {
      const reading = rowOf(call, transaction);
      const guess = this.#places.get(call.threadId);
      const early = guess && body(guess, transaction);
      early?.catch(() => undefined);
      const row = await reading;
      this.note(row);
      const isThere = guess?.rows === row.rows && guess.counters[next] === row.counters[next];
      return { value: await (early && isThere ? early : body(row, transaction)), row };
    };
    return this.#connection.read(stores, read, call);
  }

  /** Remembers where a thread's rows are, by its row, which is sound. */
  note({ threadId, rows, counters }: ThreadRow): void {
    // The map is in the order in which they were noted.
    this.#places.delete(threadId);
    this.#places.set(threadId, { rows, counters });
    if (this.#places.size <= MOST_PLACES) return;
    const [oldest] = this.#places.keys();
    if (oldest !== undefined) this.#places.delete(oldest);
  }
}

/** Says how a thread's turns and items are: lines are only ever added, and what is made anew has a key of its own. */
export function revisionOf({ rows, rollout }: ThreadRow): string {
  return `${rows}:${rollout.bytes}`;
}

async function rowOf(call: ThreadCall, transaction: IDBTransaction): Promise<ThreadRow> {
  const { operation, threadId, includeArchived } = call;
  const row = await threadRowIn(transaction, threadId);
  if (!row) throw threadNotFound(threadId, operation);
  if (row.archived && !includeArchived) throw threadIsArchived(threadId, operation);
  mustBeSound(row, operation);
  return row;
}
