import type { ImportStage, PublishedRollout, StageOptions } from '../import/import-target.ts';
import { baseIsGone } from '../contract/writer-errors.ts';
import type { Connection } from './connection.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { toRolloutRow } from './rollout-rows.ts';
import {
  ROW_STORES,
  type RolloutRow,
  type StoreName,
  type ThreadRow,
  type UnpublishedRow,
} from './schema.ts';
import { IdbTurnBook } from './idb-turn-book.ts';
import { importedThreadRow } from './thread-rows.ts';
import { TurnRows } from './turn-rows.ts';

/** Where the stage writes: its keys of rows and log, and the offset of the log's next bytes. */
interface StageKeys {
  rows: number | undefined;
  log: number | undefined;
  logEnd: number;
}

/**
 * What an import writes under keys of its own, in one transaction for each batch. The keys are listed as unpublished
 * until the last transaction, the only one that readers can see; a sweep clears what never came so far.
 *
 * The first batch of a new rollout waits for the second: most files are small, and are written whole by the transaction
 * that publishes them.
 */
export class IdbImportStage implements ImportStage {
  readonly book: IdbTurnBook;
  readonly #connection: Connection;
  readonly #options: StageOptions;
  #keys: Promise<StageKeys> | undefined;
  /** Bytes that wait for the next transaction. */
  #waiting: Uint8Array<ArrayBuffer>[] = [];

  constructor(connection: Connection, options: StageOptions) {
    this.#connection = connection;
    this.#options = options;
    this.book = new IdbTurnBook(options.rows ?? 'legacy', (mode, body) => this.#withRows(mode, body));
  }

  get itemCount(): number {
    return this.book.itemCount;
  }

  async write(bytes?: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes) this.#waiting.push(bytes);
    const isFirst = this.#options.log === 'new' && this.#keys === undefined && this.#waiting.length === 1;
    if (isFirst && bytes) return;
    const keys = await this.#begin();
    const stores: StoreName[] = [
      ...(keys.rows === undefined ? [] : ROW_STORES),
      ...(this.#waiting.length > 0 ? ['log' as const] : []),
    ];
    if (stores.length === 0) return;
    const rewind = this.book.mark();
    const logEnd = await this.#connection.write(stores, 'relaxed', async (transaction) => {
      rewind();
      const end = this.#writeLog(transaction, keys);
      if (keys.rows !== undefined) await this.book.writeEnded(this.#rowsIn(transaction, keys.rows));
      return end;
    });
    this.book.settle();
    this.#waiting = [];
    keys.logEnd = logEnd;
  }

  async publish({ rollout, thread, needed }: PublishedRollout): Promise<void> {
    const begun = await this.#keys;
    const stores: StoreName[] = ['threads', 'rollouts', 'unpublished', 'log', ...ROW_STORES];
    const rewind = this.book.mark();
    let keys = begun;
    await this.#connection.write(stores, 'strict', async (transaction) => {
      rewind();
      const unpublished = transaction.objectStore('unpublished');
      const rollouts = transaction.objectStore('rollouts');
      const threads = transaction.objectStore('threads');
      const rowOf = (rolloutId: string) => result<RolloutRow | undefined>(rollouts.get(rolloutId));
      if (needed !== undefined && !(await rowOf(needed))) throw baseIsGone(needed);
      const old = thread && (await result<ThreadRow | undefined>(threads.get(thread.threadId)));
      const isRolloutAlone = !thread && this.#options.log === 'new';
      const former = rollout && isRolloutAlone ? await rowOf(rollout.rolloutId) : undefined;
      // The try before came through, though it did not say so.
      if (keys && ((old && old.rows === keys.rows) || (former && former.log === keys.log))) return;
      keys = begun ?? (await this.#newKeys(transaction));
      this.#writeLog(transaction, keys);
      if (rollout && keys.log !== undefined) {
        rollouts.put(toRolloutRow(rollout, keys.log));
        unpublished.delete(keys.log);
      }
      if (!thread || keys.rows === undefined) return;
      await this.book.writeAll(this.#rowsIn(transaction, keys.rows));
      unpublished.delete(keys.rows);
      const log = await rowOf(thread.rollout.rolloutId);
      if (old) {
        unpublished.put({ key: old.rows, what: 'rows' } satisfies UnpublishedRow);
        // The thread goes on elsewhere: its former rollout's own row must say how far that one went.
        if (old.rollout.rolloutId !== thread.rollout.rolloutId)
          rollouts.put(toRolloutRow(old.rollout, old.log));
      }
      threads.put(importedThreadRow(thread, this.book, { rows: keys.rows, log: log?.log ?? 0 }, old));
    });
  }

  discard(): Promise<void> {
    // What was written is listed as unpublished: the next sweep clears it.
    return Promise.resolve();
  }

  #begin(): Promise<StageKeys> {
    this.#keys ??= this.#makeKeys();
    return this.#keys;
  }

  #makeKeys(): Promise<StageKeys> {
    return this.#connection.write(['unpublished', 'rollouts', 'log'], 'relaxed', (transaction) =>
      this.#newKeys(transaction),
    );
  }

  async #newKeys(transaction: IDBTransaction): Promise<StageKeys> {
    const { rows, log } = this.#options;
    const unpublished = transaction.objectStore('unpublished');
    const newKey = async (what: UnpublishedRow['what']) => Number(await result(unpublished.add({ what })));
    const keys: StageKeys = { rows: undefined, log: undefined, logEnd: 0 };
    if (rows) keys.rows = await newKey('rows');
    if (log === 'new') keys.log = await newKey('log');
    else if (log) {
      const row = await result<RolloutRow | undefined>(
        transaction.objectStore('rollouts').get(log.rolloutId),
      );
      keys.log = row?.log;
      keys.logEnd = log.bytes;
      // An earlier attempt to add to it may have left bytes behind its end.
      if (row)
        transaction.objectStore('log').delete(ordinalRange(this.#connection.keyRange, row.log, log.bytes));
    }
    return keys;
  }

  /** Writes the bytes that wait; gives the offset of those that come next. */
  #writeLog(transaction: IDBTransaction, { log, logEnd }: StageKeys): number {
    if (log === undefined) return logEnd;
    let end = logEnd;
    for (const bytes of this.#waiting) {
      transaction.objectStore('log').put(bytes, [log, end]);
      end += bytes.length;
    }
    return end;
  }

  async #withRows<T>(mode: 'read' | 'write', body: (rows: TurnRows) => Promise<T>): Promise<T> {
    const { rows = 0 } = await this.#begin();
    const run = (transaction: IDBTransaction) => body(this.#rowsIn(transaction, rows));
    if (mode === 'read') return this.#connection.read(ROW_STORES, run);
    return this.#connection.write(ROW_STORES, 'relaxed', run);
  }

  #rowsIn(transaction: IDBTransaction, rows: number): TurnRows {
    return new TurnRows(transaction, this.#connection.keyRange, rows);
  }
}
