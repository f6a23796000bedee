import { threadNotFound } from '../contract/errors.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { ThreadChanges } from '../contract/thread-store-client.ts';
import type { ThreadEdits } from '../contract/thread-edits.ts';
import type { RolloutRecord } from '../import/import-target.ts';
import { lineAt, prepareLine, type PreparedLine } from '../rollout/append-line.ts';
import { createProjection } from '../rollout/create-projection.ts';
import type { Projection } from '../rollout/projection.ts';
import { rolloutFileName } from '../rollout/rollout-name.ts';
import { sessionMetaItem } from '../rollout/session-meta-item.ts';
import { addToThreadMetadata, emptyThreadMetadata, type ThreadMetadata } from '../rollout/thread-metadata.ts';
import { changesOf } from '../rollout/turn-changes.ts';
import type { Connection } from './connection.ts';
import { IdbTurnBook } from './idb-turn-book.ts';
import { LogTail } from './log-tail.ts';
import { result } from './requests.ts';
import { toRolloutRow } from './rollout-rows.ts';
import {
  PROJECTION_VERSION,
  ROW_STORES,
  type StoreName,
  type ThreadRow,
  type UnpublishedRow,
} from './schema.ts';
import { isSoundThread } from './sound-rows.ts';
import { putThreadRow, threadRowIn, toThreadRow } from './thread-rows.ts';
import { TurnRows } from './turn-rows.ts';
import { overtaken, threadExists } from '../contract/writer-errors.ts';

type NewThread = CheckedRequest<'createThread'>;

/** Where a thread's rows and lines are. */
type Keys = Pick<ThreadRow, 'rows' | 'log'>;

/**
 * A thread's state in a live writer's hands: what its rows say, in the form in which the next lines change it. A commit
 * that failed leaves it ahead of the rows: it is thrown away then, and loaded anew.
 */
export class WriterSession {
  readonly #connection: Connection;
  readonly #metadata: ThreadMetadata;
  readonly #book: IdbTurnBook;
  readonly #tail = new LogTail();
  readonly #threadId: string;
  #row: Omit<ThreadRow, 'counters' | 'projection'> | undefined;
  #created: NewThread | undefined;
  #rollout: RolloutRecord;
  #projection!: Projection;
  #changes: ThreadChanges | undefined;
  /** The transaction in which lines are applied: a look-up must not leave it. */
  #rows: TurnRows | undefined;

  private constructor(
    connection: Connection,
    threadId: string,
    row: ThreadRow | undefined,
    rollout: RolloutRecord,
  ) {
    this.#connection = connection;
    this.#threadId = threadId;
    this.#row = row;
    this.#rollout = rollout;
    this.#metadata = row ? structuredClone(row.metadata) : emptyThreadMetadata();
    this.#book = new IdbTurnBook(rollout.format, (mode, body) => this.#withRows(mode, body), row);
  }

  /** The session of a thread that is there. */
  static async resume(connection: Connection, row: ThreadRow): Promise<WriterSession> {
    const session = new WriterSession(connection, row.threadId, row, row.rollout);
    const options = { format: row.rollout.format, surface: row.surface };
    session.#projection = await createProjection(session.#book, options, row.projection);
    return session;
  }

  /** The session of a thread that comes to be with its first commit. */
  static async create(connection: Connection, thread: NewThread): Promise<WriterSession> {
    const { threadId, historyMode: format } = thread;
    const startedAt = Date.now();
    const path = rolloutFileName(threadId, startedAt);
    const counts = { bytes: 0, lines: 0, nextOrdinal: 0, cutOff: false };
    const rollout = { rolloutId: threadId, threadId, path, format, startedAt, ...counts };
    const session = new WriterSession(connection, threadId, undefined, rollout);
    session.#created = thread;
    session.#projection = await createProjection(session.#book, { format, surface: 'extended' });
    return session;
  }

  /** The log's length, also after a commit that failed once its lines were written. */
  get bytes(): number {
    return this.#rollout.bytes;
  }

  /** What the last commit changed, also one that failed; `undefined` where turns were rolled back. */
  get changes(): ThreadChanges | undefined {
    return this.#changes;
  }

  /**
   * Appends lines: log, turns, items and the thread's record change in one transaction. {@link changes} tells what.
   */
  async commit(prepared: readonly PreparedLine[], durability: 'relaxed' | 'strict'): Promise<void> {
    const stores: StoreName[] = ['threads', 'log', ...ROW_STORES];
    if (this.#created) stores.push('rollouts', 'unpublished');
    await this.#connection.writeOnce(stores, durability, async (transaction) => {
      const reading = threadRowIn(transaction, this.#threadId);
      const keys = this.#row ?? (await this.#newKeys(transaction, await reading));
      const rows = new TurnRows(transaction, this.#connection.keyRange, keys.rows);
      this.#rows = rows;
      const { counters, turnCount } = this.#book;
      const before = { ...counters };
      const lines = this.#created ? [this.#firstLine(this.#created), ...prepared] : prepared;
      const text = await this.#apply(lines);
      const changes = changesOf(this.#book.changedTurns, before);
      await rows.make(this.#book.takeAll());
      const rollout = this.#writeLog(transaction, keys.log, text, lines.length, changes);
      // All is asked for before the thread's row has come: mostly it is as it was left.
      const left = this.#row;
      let row = this.#toRow(keys, rollout, left?.edits ?? {});
      putThreadRow(transaction, row);
      if (this.#created) transaction.objectStore('rollouts').put(toRolloutRow(rollout, keys.log));
      const there = await reading;
      if (left) {
        mustBeAsLeft(left, there);
        // What people did to the thread meanwhile, perhaps in another tab.
        const edits = there?.edits ?? {};
        if (JSON.stringify(edits) !== JSON.stringify(left.edits))
          putThreadRow(transaction, (row = this.#toRow(keys, rollout, edits)));
      }
      this.#row = row;
      this.#rollout = rollout;
      this.#created = undefined;
      this.#rows = undefined;
      // After a rollback anything may have changed.
      const isRolledBack = this.#book.turnCount - turnCount < this.#book.counters.nextTurn - before.nextTurn;
      this.#changes = isRolledBack ? undefined : changes;
    });
  }

  #toRow({ rows, log }: Keys, rollout: RolloutRecord, edits: ThreadEdits): ThreadRow {
    return toThreadRow({
      ...(this.#row ?? { surface: 'extended', projectionVersion: PROJECTION_VERSION }),
      threadId: this.#threadId,
      metadata: this.#metadata,
      edits,
      rows,
      log,
      counters: this.#book.counters,
      turnCount: this.#book.turnCount,
      itemCount: this.#book.itemCount,
      rollout,
      projection: this.#projection.state,
    });
  }

  /** The keys of a new thread's rows and log: they are made in the transaction that publishes them. */
  async #newKeys(transaction: IDBTransaction, there: ThreadRow | undefined): Promise<Keys> {
    if (there) throw threadExists(this.#threadId, 'createThread');
    const unpublished = transaction.objectStore('unpublished');
    const newKey = async (what: UnpublishedRow['what']) => {
      const key = Number(await result(unpublished.add({ what })));
      unpublished.delete(key);
      return key;
    };
    return { rows: await newKey('rows'), log: await newKey('log') };
  }

  #firstLine(thread: NewThread): PreparedLine {
    return prepareLine(sessionMetaItem(thread, this.#rollout.startedAt), 0);
  }

  async #apply(prepared: readonly PreparedLine[]): Promise<string> {
    const now = Date.now();
    const isNumbered = this.#rollout.format === 'paginated';
    let { nextOrdinal } = this.#rollout;
    let whole = '';
    for (const one of prepared) {
      const { text, line } = lineAt(one, now, isNumbered ? nextOrdinal++ : undefined);
      whole += text;
      const waiting = this.#projection.apply(line);
      if (waiting) await waiting;
      addToThreadMetadata(this.#metadata, line);
    }
    this.#rollout = { ...this.#rollout, nextOrdinal };
    return whole;
  }

  #writeLog(
    transaction: IDBTransaction,
    log: number,
    text: string,
    lines: number,
    changes: ThreadChanges,
  ): RolloutRecord {
    const { bytes: at, lines: before, cutOff } = this.#rollout;
    if (text === '') return this.#rollout;
    // A line that was cut off stays as it is: what is appended must not become part of it.
    const bytes = new TextEncoder().encode(cutOff ? `\n${text}` : text);
    const hasEnded = changes.turns.some(({ status }) => status !== 'inProgress');
    this.#tail.write(transaction.objectStore('log'), log, at, bytes, hasEnded);
    return { ...this.#rollout, bytes: at + bytes.length, lines: before + lines, cutOff: false };
  }

  #withRows<T>(mode: 'read' | 'write', body: (rows: TurnRows) => Promise<T>): Promise<T> {
    if (this.#rows) return body(this.#rows);
    const key = this.#row?.rows ?? 0;
    const run = (transaction: IDBTransaction) =>
      body(new TurnRows(transaction, this.#connection.keyRange, key));
    if (mode === 'read') return this.#connection.read(ROW_STORES, run);
    return this.#connection.write(ROW_STORES, 'relaxed', run);
  }
}

/**
 * A commit goes on only from where its writer left the thread. Where the platform has no Web Locks, another tab may have
 * written it meanwhile: then its writer begins anew, with what is there.
 */
function mustBeAsLeft(
  { threadId, rows, rollout }: Omit<ThreadRow, 'counters' | 'projection'>,
  there: ThreadRow | undefined,
): void {
  if (there?.rows !== rows) throw threadNotFound(threadId, 'appendItems');
  // A damaged record is put right by the commit.
  if (isSoundThread(there) && there.rollout.bytes !== rollout.bytes) throw overtaken(threadId);
}
