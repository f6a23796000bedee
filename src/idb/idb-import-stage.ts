import type { ImportStage, PublishedRollout, StageOptions } from '../import/import-target.ts';
import { baseIsGone } from '../contract/writer-errors.ts';
import type { Connection } from './connection.ts';
import { ordinalRange } from './ordinal-range.ts';
import { OverlappingWrites } from './overlapping-writes.ts';
import { result } from './requests.ts';
import { toRolloutRow } from './rollout-rows.ts';
import { ROW_STORES, type RolloutRow, type StoreName, type UnpublishedRow } from './schema.ts';
import { IdbTurnBook } from './idb-turn-book.ts';
import { importedThreadRow, putThreadRow, threadRowIn } from './thread-rows.ts';
import { TurnRows } from './turn-rows.ts';

/** Where the stage writes: its keys of rows and log, and the offset at which its part of the log begins. */
interface StageKeys {
  rows: number | undefined;
  log: number | undefined;
  logStart: number;
}

/** A piece of the stage's part of the log, and its offset there. */
interface LogPiece {
  at: number;
  bytes: Uint8Array<ArrayBuffer>;
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
  readonly #writes: OverlappingWrites;
  #keys: Promise<StageKeys> | undefined;
  /** What waits for the next transaction. */
  #waiting: LogPiece[] = [];
  #logBytes = 0;

  constructor(connection: Connection, options: StageOptions) {
    this.#connection = connection;
    this.#options = options;
    this.#writes = new OverlappingWrites(connection);
    this.book = new IdbTurnBook(options.rows ?? 'legacy', (mode, body) => this.#withRows(mode, body));
  }

  get itemCount(): number {
    return this.book.itemCount;
  }

  async write(bytes?: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes) {
      this.#waiting.push({ at: this.#logBytes, bytes });
      this.#logBytes += bytes.length;
    }
    const isFirst = this.#options.log === 'new' && this.#keys === undefined && this.#waiting.length === 1;
    if (isFirst && bytes) return;
    const keys = await this.#begin();
    const { rows } = keys;
    const changes = rows === undefined ? [] : this.book.takeEnded();
    const pieces = this.#waiting;
    this.#waiting = [];
    const stores: StoreName[] = changes.length > 0 ? [...ROW_STORES] : [];
    if (pieces.length > 0) stores.push('log');
    if (stores.length === 0) return;
    await this.#writes.add(stores, async (transaction) => {
      putLog(transaction, keys, pieces);
      if (rows !== undefined && changes.length > 0) await this.#rowsIn(transaction, rows).make(changes);
    });
    // Whoever adds to a rollout that is there reads it then.
    if (this.#options.log !== 'new' && pieces.length > 0) await this.#writes.drained();
  }

  async publish({ rollout, thread, needed }: PublishedRollout): Promise<void> {
    const begun = await this.#keys;
    await this.#writes.drained();
    const changes = this.book.takeAll();
    const stores: StoreName[] = ['threads', 'rollouts', 'unpublished', 'log', ...ROW_STORES];
    let keys = begun;
    await this.#connection.write(stores, 'strict', async (transaction) => {
      const unpublished = transaction.objectStore('unpublished');
      const rollouts = transaction.objectStore('rollouts');
      const rowOf = (rolloutId: string) => result<RolloutRow | undefined>(rollouts.get(rolloutId));
      if (needed !== undefined && !(await rowOf(needed))) throw baseIsGone(needed);
      const old = thread && (await threadRowIn(transaction, thread.threadId));
      const isRolloutAlone = !thread && this.#options.log === 'new';
      const former = rollout && isRolloutAlone ? await rowOf(rollout.rolloutId) : undefined;
      // The try before came through, though it did not say so.
      if (keys && ((old && old.rows === keys.rows) || (former && former.log === keys.log))) return;
      keys = begun ?? (await this.#newKeys(transaction));
      putLog(transaction, keys, this.#waiting);
      if (rollout && keys.log !== undefined) {
        rollouts.put(toRolloutRow(rollout, keys.log));
        unpublished.delete(keys.log);
      }
      if (!thread || keys.rows === undefined) return;
      await this.#rowsIn(transaction, keys.rows).make(changes);
      unpublished.delete(keys.rows);
      const log = await rowOf(thread.rollout.rolloutId);
      if (old) {
        unpublished.put({ key: old.rows, what: 'rows' } satisfies UnpublishedRow);
        // The thread goes on elsewhere: its former rollout's own row must say how far that one went.
        if (old.rollout.rolloutId !== thread.rollout.rolloutId)
          rollouts.put(toRolloutRow(old.rollout, old.log));
      }
      const published = { rows: keys.rows, log: log?.log ?? 0 };
      putThreadRow(transaction, importedThreadRow(thread, this.book, published, old));
    });
  }

  async discard(): Promise<void> {
    // What was written is listed as unpublished: the next sweep clears it, and nothing may come after that.
    await this.#writes.drained();
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
    const keys: StageKeys = { rows: undefined, log: undefined, logStart: 0 };
    if (rows) keys.rows = await newKey('rows');
    if (log === 'new') keys.log = await newKey('log');
    else if (log) {
      const row = await result<RolloutRow | undefined>(
        transaction.objectStore('rollouts').get(log.rolloutId),
      );
      keys.log = row?.log;
      keys.logStart = log.bytes;
      // An earlier attempt to add to it may have left bytes behind its end.
      if (row)
        transaction.objectStore('log').delete(ordinalRange(this.#connection.keyRange, row.log, log.bytes));
    }
    return keys;
  }

  async #withRows<T>(mode: 'read' | 'write', body: (rows: TurnRows) => Promise<T>): Promise<T> {
    const { rows = 0 } = await this.#begin();
    await this.#writes.drained();
    const run = (transaction: IDBTransaction) => body(this.#rowsIn(transaction, rows));
    if (mode === 'read') return this.#connection.read(ROW_STORES, run);
    return this.#connection.write(ROW_STORES, 'relaxed', run);
  }

  #rowsIn(transaction: IDBTransaction, rows: number): TurnRows {
    return new TurnRows(transaction, this.#connection.keyRange, rows);
  }
}

function putLog(
  transaction: IDBTransaction,
  { log, logStart }: StageKeys,
  pieces: readonly LogPiece[],
): void {
  if (log === undefined) return;
  for (const { at, bytes } of pieces) transaction.objectStore('log').put(bytes, [log, logStart + at]);
}
