import { stoppable, ThreadStoreError } from '../contract/errors.ts';
import { committed } from './requests.ts';
import { createStores, SCHEMA_VERSION, type StoreName } from './schema.ts';
import { toStorageError } from './storage-error.ts';

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

/**
 * The one owner of the database's handle. A handle that closed, or never opened, is not kept: the next call opens a
 * new one. Every transaction of the store goes through {@link Connection.read} or {@link Connection.write}.
 */
export class Connection {
  readonly name: string;
  readonly keyRange: typeof IDBKeyRange;
  readonly #factory: IDBFactory;
  #opening: Promise<IDBDatabase> | undefined;
  /** The handle that was opened last. */
  #current: IDBDatabase | undefined;
  #closed = false;

  constructor(name: string, platform: IdbPlatform) {
    this.name = name;
    this.#factory = platform.indexedDB;
    this.keyRange = platform.IDBKeyRange;
  }

  /** @throws ThreadStoreError `unavailable` once the connection was closed for good. */
  mustBeOpen(): void {
    if (this.#closed) throw new ThreadStoreError('unavailable', 'the store is closed', { retryable: false });
  }

  /** Opens the database now, rather than with the first call. */
  async open(): Promise<void> {
    await this.#database();
  }

  /** Runs `body` in one transaction that only reads. */
  async read<T>(
    stores: StoreName[],
    body: (transaction: IDBTransaction) => Promise<T>,
    call?: Call,
  ): Promise<T> {
    return this.#run(call, async () => {
      const transaction = await this.#begin(stores, 'readonly');
      return abortable(transaction, call?.signal, () => body(transaction));
    });
  }

  /**
   * Runs `body` in one transaction that is whole or not there, and returns once it has committed.
   * @param durability `strict` where a caller was promised that it is on disk, `relaxed` otherwise
   * @param call its signal aborts the transaction, unless it commits first: then this returns as without it
   */
  async write<T>(
    stores: StoreName[],
    durability: 'strict' | 'relaxed',
    body: (transaction: IDBTransaction) => Promise<T> | T,
    call?: Call,
  ): Promise<T> {
    return this.#run(call, async () => {
      const transaction = await this.#begin(stores, 'readwrite', durability);
      const end = committed(transaction);
      return abortable(transaction, call?.signal, async () => {
        try {
          const value = await body(transaction);
          await end;
          return value;
        } catch (error) {
          abort(transaction);
          // The transaction's own failure says more than a request's that fell with it, and must not go unheard.
          await end.catch(() => undefined);
          throw transaction.error ?? error;
        }
      });
    });
  }

  /** Ends the connection for good. */
  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#opening;
    this.#opening = undefined;
    await opening?.then((db) => db.close()).catch(() => undefined);
  }

  /** What goes wrong is told in the contract's words. */
  #run<T>(call: Call | undefined, body: () => Promise<T>): Promise<T> {
    return stoppable(call?.operation ?? '', call?.signal, async () => {
      try {
        return await body();
      } catch (error) {
        throw toStorageError(error, call?.operation);
      }
    });
  }

  async #begin(
    stores: StoreName[],
    mode: IDBTransactionMode,
    durability: 'strict' | 'relaxed' = 'relaxed',
  ): Promise<IDBTransaction> {
    const db = await this.#database();
    try {
      return db.transaction(stores, mode, { durability });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'InvalidStateError') throw error;
      // The handle is closing though no event has said so yet (seen in WebKit and Chromium): open a new one.
      this.#opening = undefined;
      return (await this.#database()).transaction(stores, mode, { durability });
    }
  }

  async #database(): Promise<IDBDatabase> {
    this.mustBeOpen();
    this.#opening ??= this.#openDatabase().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  #openDatabase(): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const request = this.#factory.open(this.name, SCHEMA_VERSION);
      request.onupgradeneeded = () => createStores(request.result);
      request.onerror = () => reject(request.error ?? new Error('the database did not open'));
      request.onsuccess = () => {
        const db = request.result;
        // A late event of an old handle must not make the newer one forgotten.
        const forget = () => {
          if (this.#current === db) this.#opening = undefined;
        };
        this.#current = db;
        db.onclose = forget;
        // A newer version, or a deletion, waits for this handle.
        db.onversionchange = () => {
          db.close();
          forget();
        };
        resolve(db);
      };
    });
  }
}

/** Runs `body`, and aborts the transaction when the signal says so. */
async function abortable<T>(
  transaction: IDBTransaction,
  signal: AbortSignal | undefined,
  body: () => Promise<T>,
): Promise<T> {
  if (!signal) return body();
  const stop = () => abort(transaction);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop);
  try {
    return await body();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
