import { aborted, isAborted, stoppable, storeIsClosed, ThreadStoreError } from '../contract/errors.ts';
import type { StoreEvent } from '../contract/thread-store-client.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import { DatabaseOpening } from './open-database.ts';
import { Handle, StalledError } from './handle.ts';
import { abort, commitNow, committed } from './requests.ts';
import type { StoreName } from './schema.ts';
import { explained, isConnectionLost, isQuotaExceeded } from './storage-error.ts';

/** The platform's IndexedDB, or one that an app injects. */
export interface IdbPlatform {
  indexedDB: IDBFactory;
  IDBKeyRange: typeof IDBKeyRange;
}

/** For whom a transaction is. */
export interface Call {
  /** The store's method. */
  operation: string;
  /** Aborts the transaction: what waits for it, or runs in it, ends at once. */
  signal?: AbortSignal | undefined;
}

/** What a connection is made of. */
export interface ConnectionOptions {
  name: string;
  platform: IdbPlatform;
  /** Hears what happens to the connection. */
  onEvent: (event: StoreEvent) => void;
  /** How long a call waits for other tabs to let the database be opened, in milliseconds. Default 10 seconds. */
  openDeadlineMs?: number | undefined;
  /** Default: those of this version. */
  migrations?: readonly Migration[];
}

/** How long to wait before the second try, and before the third and last. */
const BACK_OFF_MS = [0, 100];

/** Who read so lately is taken to go on reading. */
const READING_MS = 1000;

/** How long a newer version waits while this one writes what it has queued. */
const LAST_WRITES_MS = 2000;

/**
 * The one owner of the database's handle. A handle that died, or never opened, is not kept: the next try opens a new
 * one. Every transaction of the store goes through {@link Connection.read}, {@link Connection.write} or
 * {@link Connection.writeOnce}.
 */
export class Connection {
  readonly name: string;
  readonly keyRange: typeof IDBKeyRange;
  /** Writes what is queued: a newer version of the app wants the database. */
  beforeEnd: () => Promise<void> = () => Promise.resolve();
  readonly #factory: IDBFactory;
  readonly #onEvent: (event: StoreEvent) => void;
  readonly #openDeadlineMs: number;
  readonly #migrations: readonly Migration[];
  #opening: DatabaseOpening | undefined;
  #handle: Handle | undefined;
  /** The handle was lost: that there is a new one must be told. */
  #isLost = false;
  /** There was a database before. */
  #wasThere = false;
  /** Why callers get nothing any more: an error of its own for each. */
  #end: (() => ThreadStoreError) | undefined;
  /** Nothing is written any more either. */
  #isShut = false;
  /** When a caller last read. */
  #readAt = -Infinity;

  constructor({ name, platform, onEvent, openDeadlineMs, migrations }: ConnectionOptions) {
    this.name = name;
    this.#factory = platform.indexedDB;
    this.keyRange = platform.IDBKeyRange;
    this.#onEvent = onEvent;
    this.#openDeadlineMs = openDeadlineMs ?? 10_000;
    this.#migrations = migrations ?? MIGRATIONS;
  }

  /**
   * @throws ThreadStoreError `unavailable` once the connection was closed for good, by its owner or for the sake of a
   * newer version.
   */
  mustBeOpen(): void {
    if (this.#end) throw this.#end();
  }

  /** Whether callers read, or did so a moment ago and may go on. */
  get isRead(): boolean {
    return performance.now() - this.#readAt < READING_MS;
  }

  /** Leaves the database to callers for so many milliseconds, where they read: bulk writes rest between their steps. */
  async rest(ms: number): Promise<void> {
    if (this.isRead) await new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** Opens the database now, rather than with the first call. */
  async open(): Promise<void> {
    await this.#tried(undefined, () => undefined);
  }

  /**
   * Runs `body` in one transaction that only reads. Where the connection dies it runs again, on a new one: three times
   * at the most.
   */
  read<T>(stores: StoreName[], body: (transaction: IDBTransaction) => Promise<T>, call?: Call): Promise<T> {
    if (call) this.#readAt = performance.now();
    return this.#tried(call, (handle) => {
      const transaction = handle.transaction(stores, 'readonly');
      return abortable(transaction, call, () => handle.running(transaction, () => body(transaction)));
    });
  }

  /**
   * Runs `body` in one transaction that is whole or not there, and returns once it has committed.
   *
   * Where the connection dies it runs again, also when nobody knows whether the try before it came through: `body`
   * must come to the same when it did, and begin anew with what it keeps outside of the transaction.
   * @param durability `strict` where a caller was promised that it is on disk, `relaxed` otherwise
   * @param call its signal aborts the transaction, unless it commits first: then this returns as without it
   */
  write<T>(
    stores: StoreName[],
    durability: IDBTransactionDurability,
    body: (transaction: IDBTransaction) => Promise<T> | T,
    call?: Call,
  ): Promise<T> {
    let hasBegun = false;
    return this.#tried(
      call,
      (handle) => {
        const transaction = handle.transaction(stores, 'readwrite', { durability });
        // Whether the try before came through only this one tells: it is not to be stopped.
        const stoppedBy = hasBegun ? undefined : call;
        hasBegun = true;
        return commit(handle, transaction, body, stoppedBy);
      },
      { mayStop: () => !hasBegun },
    );
  }

  /** As {@link Connection.write}, for a `body` that must not run twice: only its beginning is tried again. */
  writeOnce<T>(
    stores: StoreName[],
    durability: IDBTransactionDurability,
    body: (transaction: IDBTransaction) => Promise<T> | T,
    call?: Call,
  ): Promise<T> {
    let hasBegun = false;
    return this.#tried(
      call,
      (handle) => {
        const transaction = handle.transaction(stores, 'readwrite', { durability });
        hasBegun = true;
        return commit(handle, transaction, body, call);
      },
      { mayTryAgain: () => !hasBegun, mayStop: () => !hasBegun },
    );
  }

  /**
   * Ends the connection for good. Resolves once what runs on it has ended: who ends a worker before that leaves WebKit
   * with transactions that never end, and every later write waits for them.
   */
  close(): Promise<void> {
    this.#end ??= () => storeIsClosed();
    return this.#shut();
  }

  /**
   * Runs `attempt` with a handle, and again with a new one where that one is dead. Once it failed, the signal is heeded
   * only where it is sure that nothing was changed.
   */
  #tried<T>(
    call: Call | undefined,
    attempt: (handle: Handle) => Promise<T> | T,
    { mayTryAgain = yes, mayStop = yes } = {},
  ): Promise<T> {
    return stoppable(call?.operation ?? '', call?.signal, async () => {
      for (let tries = 0; ; tries++) {
        let handle: Handle | undefined;
        try {
          handle = this.#handle ?? (await this.#open());
          return await attempt(handle);
        } catch (error) {
          // What the caller stopped says nothing of the connection.
          if (isAborted(error)) throw error;
          this.#leave(handle, error);
          if (call?.signal?.aborted && mayStop()) throw aborted(call.operation, call.signal.reason);
          const wait = BACK_OFF_MS[tries];
          const mayHelp = isConnectionLost(error) && !(error instanceof StalledError);
          if (wait === undefined || !mayHelp || !mayTryAgain()) throw await explained(error, call?.operation);
          await new Promise((resolve) => setTimeout(resolve, wait));
        }
      }
    });
  }

  async #open(): Promise<Handle> {
    // Writers may end their work while callers are already refused.
    if (this.#isShut) this.mustBeOpen();
    const opening = (this.#opening ??= this.#beginOpening());
    await opening.within(this.#openDeadlineMs);
    // Taken, or given back, as soon as it was there.
    if (this.#handle) return this.#handle;
    this.mustBeOpen();
    throw new DOMException('the connection closed as it opened', 'InvalidStateError');
  }

  #beginOpening(): DatabaseOpening {
    const opening = new DatabaseOpening({
      factory: this.#factory,
      name: this.name,
      migrations: this.#migrations,
      onBlocked: (oldVersion, newVersion) => this.#onEvent({ type: 'blocked', oldVersion, newVersion }),
    });
    opening.opened.then(
      ({ db, isNew }) => this.#take(db, isNew),
      () => {
        this.#opening = undefined;
      },
    );
    return opening;
  }

  #take(db: IDBDatabase, isNew: boolean): void {
    this.#opening = undefined;
    // It came too late: the store was closed meanwhile.
    if (this.#isShut) return db.close();
    const handle = new Handle(db);
    this.#handle = handle;
    db.onclose = () => this.#drop(handle, true);
    db.onversionchange = ({ newVersion }) => {
      if (newVersion === null) this.#wasDeleted(handle);
      else void this.#giveWay();
    };
    if (isNew && this.#wasThere) this.#onEvent({ type: 'databaseDeleted' });
    else if (this.#isLost) this.#onEvent({ type: 'reopened' });
    this.#wasThere = true;
    this.#isLost = false;
  }

  /** A handle on which something failed is not used again if that may be because of the handle. */
  #leave(handle: Handle | undefined, error: unknown): void {
    // Firefox refuses every write on a connection that once ran out of space, also when there is space again.
    if (handle && isQuotaExceeded(error)) this.#drop(handle, false);
    else if (handle && isConnectionLost(error)) this.#drop(handle, true);
  }

  /** Forgets a handle. What runs on it may end. A late event of an old one must not make the newer one forgotten. */
  #drop(handle: Handle, isLost: boolean): void {
    void handle.close();
    if (this.#handle !== handle) return;
    this.#handle = undefined;
    this.#isLost ||= isLost;
  }

  #wasDeleted(handle: Handle): void {
    // The next handle is one of a new database, of which nobody need be told again.
    this.#drop(handle, false);
    this.#wasThere = false;
    this.#onEvent({ type: 'databaseDeleted' });
  }

  /** A newer version of the app waits for the database: what was accepted is written, and then it has it. */
  async #giveWay(): Promise<void> {
    if (this.#end) return;
    this.#end = () =>
      new ThreadStoreError(
        'unavailable',
        'a newer version of this app has taken over the database; reload the page',
        { retryable: false },
      );
    this.#onEvent({ type: 'outdated' });
    const limit = new Promise((resolve) => setTimeout(resolve, LAST_WRITES_MS));
    await Promise.race([this.beforeEnd().catch(() => undefined), limit]);
    await this.#shut();
  }

  async #shut(): Promise<void> {
    this.#isShut = true;
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

const yes = (): boolean => true;

function commit<T>(
  handle: Handle,
  transaction: IDBTransaction,
  body: (transaction: IDBTransaction) => Promise<T> | T,
  call: Call | undefined,
): Promise<T> {
  const end = committed(transaction);
  // It may fall while `body` waits for something else.
  end.catch(() => undefined);
  return abortable(transaction, call, async () => {
    try {
      return await handle.running(transaction, async () => {
        const value = await body(transaction);
        commitNow(transaction);
        await end;
        return value;
      });
    } catch (error) {
      abort(transaction);
      if (error instanceof StalledError) throw error;
      // The transaction's own failure says more than a request's that fell with it.
      await handle.running(transaction, () => end).catch(() => undefined);
      throw transaction.error ?? error;
    }
  });
}

/**
 * Runs `body`, and aborts the transaction when the signal says so.
 * @throws ThreadStoreError `aborted` when that ended the transaction; where it had ended before, what `body` throws
 */
async function abortable<T>(
  transaction: IDBTransaction,
  call: Call | undefined,
  body: () => Promise<T>,
): Promise<T> {
  if (!call?.signal) return body();
  const { operation, signal } = call;
  let isStopped = false;
  const stop = () => {
    isStopped ||= abort(transaction);
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await body();
  } catch (error) {
    throw isStopped ? aborted(operation, signal.reason) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
