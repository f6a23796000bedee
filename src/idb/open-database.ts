import { ThreadStoreError } from '../contract/errors.ts';
import type { Migration } from './migrations.ts';
import { abort } from './requests.ts';
import { STORES } from './schema.ts';

/** Which database to open. */
export interface DatabaseOptions {
  factory: IDBFactory;
  name: string;
  migrations: readonly Migration[];
  /** Called when a tab of an older version keeps this one from migrating the database. */
  onBlocked: (oldVersion: number, newVersion: number) => void;
}

/** A handle, and whether its database was made for it. */
export interface OpenedDatabase {
  db: IDBDatabase;
  isNew: boolean;
}

/**
 * A database that is being opened. The platform can neither give that up nor say how long it takes: while another tab
 * keeps an older version open it waits, and behind such an opening others wait without even being told.
 */
export class DatabaseOpening {
  /** The handle, however long it takes. */
  readonly opened: Promise<OpenedDatabase>;
  #isUpgrading = false;
  #isBlocked = false;

  constructor(options: DatabaseOptions) {
    this.opened = this.#open(options);
    // Who waits is told; when nobody does, there is nobody to tell.
    this.opened.catch(() => undefined);
  }

  /**
   * The handle.
   * @param deadlineMs how long to wait for other tabs. A migration that has begun may take as long as it needs.
   * @throws ThreadStoreError `unavailable` at the deadline. The opening goes on, and this may be asked again.
   */
  async within(deadlineMs: number): Promise<OpenedDatabase> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const overdue = new Promise<never>((_, reject) => {
      const wait = () => {
        timer = setTimeout(
          () => (this.#isUpgrading ? wait() : reject(this.#overdue(deadlineMs))),
          deadlineMs,
        );
      };
      wait();
    });
    try {
      return await Promise.race([this.opened, overdue]);
    } finally {
      clearTimeout(timer);
    }
  }

  #open({ factory, name, migrations, onBlocked }: DatabaseOptions): Promise<OpenedDatabase> {
    return new Promise((resolve, reject) => {
      const request = factory.open(name, migrations.length);
      let isNew = false;
      let failure: unknown;
      request.onblocked = ({ oldVersion }) => {
        this.#isBlocked = true;
        onBlocked(oldVersion, migrations.length);
      };
      request.onupgradeneeded = ({ oldVersion }) => {
        this.#isUpgrading = true;
        isNew = oldVersion === 0;
        const { result: db, transaction } = request;
        if (!transaction) return;
        migrate(migrations.slice(oldVersion), db, transaction).catch((error: unknown) => {
          failure = error;
          abort(transaction);
        });
      };
      request.onerror = () => reject(failure ?? request.error);
      request.onsuccess = () => {
        const db = request.result;
        if (STORES.every((store) => db.objectStoreNames.contains(store))) return resolve({ db, isNew });
        db.close();
        reject(notOurs(name));
      };
    });
  }

  #overdue(deadlineMs: number): ThreadStoreError {
    const why = this.#isBlocked
      ? 'an older version of this app has it open in another tab'
      : `no answer within ${deadlineMs / 1000} s; another tab may keep it`;
    return new ThreadStoreError(
      'unavailable',
      `the database cannot be opened: ${why}; close or reload the other tabs, then try again`,
      { operation: 'open' },
    );
  }
}

async function migrate(
  migrations: readonly Migration[],
  db: IDBDatabase,
  transaction: IDBTransaction,
): Promise<void> {
  // The first one must begin at once: a transaction of which nothing is asked ends.
  for (const migration of migrations) {
    const running = migration(db, transaction);
    if (running) await running;
  }
}

function notOurs(name: string): ThreadStoreError {
  return new ThreadStoreError(
    'internal',
    `the database ${name} is not one of this store's: its stores are not there; use another name, or delete it`,
    { operation: 'open' },
  );
}
