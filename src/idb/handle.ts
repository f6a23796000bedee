import { abort } from './requests.ts';
import type { StoreName } from './schema.ts';

/** How long what runs on a handle that was closed may still take. */
const LAST_WORDS_MS = 2000;

/** How often a transaction is looked at, at the most, until it has begun, and then from one answer to the next. */
const LOOKS_TO_BEGIN = 6;
const LOOKS_TO_GO_ON = 24;

/** How long after each other, in seconds. */
const LOOK_S = 5;

/**
 * A transaction did not begin: others have the database, or the engine believes so. Or it had begun and said no more. It
 * was aborted, so that it does not do later what nobody waits for any more. Where it was about to commit that is too
 * late: whether it came through is not known then.
 */
export class StalledError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * A handle to the database. What runs as it is closed ends by itself, but not in every engine: of a transaction that was
 * aborted on a connection which closes then, WebKit never tells the end. Nobody waits for that longer than for a while.
 */
export class Handle {
  readonly db: IDBDatabase;
  /** What ends the waiting of each that runs, and what looks at it. */
  readonly #running = new Map<() => void, () => void>();
  /** One timer for all, which outlasts them: to begin and end one takes a tenth of a short read's time. */
  #looking: ReturnType<typeof setInterval> | undefined;
  /** The transactions whose end was not told yet. */
  readonly #transactions = new Set<IDBTransaction>();
  #closed: Promise<void> | undefined;
  #onEnd: () => void = () => undefined;
  /** Nobody need wait any more: nothing more is told. */
  #isOver = false;

  constructor(db: IDBDatabase) {
    this.db = db;
  }

  /** A transaction, whose end {@link close} waits for. */
  transaction(
    stores: StoreName[],
    mode: 'readonly' | 'readwrite',
    options?: IDBTransactionOptions,
  ): IDBTransaction {
    const transaction = this.db.transaction(stores, mode, options);
    this.#transactions.add(transaction);
    const end = () => {
      this.#transactions.delete(transaction);
      if (this.#transactions.size === 0) this.#onEnd();
    };
    transaction.addEventListener('complete', end);
    transaction.addEventListener('abort', end);
    return transaction;
  }

  /**
   * Runs `body`, which uses the transaction.
   * @throws DOMException `AbortError` when it takes too long after the handle was closed
   * @throws StalledError when the transaction does not begin, or says no more; it is aborted then if it still can be
   */
  async running<T>(transaction: IDBTransaction, body: () => Promise<T>): Promise<T> {
    let giveUp: (reason?: Error) => void = () => undefined;
    const isOver = new Promise<never>((_, reject) => {
      giveUp = (reason = new DOMException('the connection closed', 'AbortError')) => reject(reason);
    });
    // Looks are counted, and not the time: who slept meanwhile must not take that for the database's silence. The first
    // may come at once.
    let looks = 0;
    let most = LOOKS_TO_BEGIN;
    this.#running.set(giveUp, () => {
      if (looks++ < most) return;
      const what = most === LOOKS_TO_BEGIN ? '; another tab may keep it' : '';
      const end = abort(transaction) ? what : '; whether it was written is not known';
      giveUp(new StalledError(`no answer within ${most * LOOK_S} s${end}`));
    });
    if (!this.#looking) {
      this.#looking = setInterval(() => {
        for (const look of this.#running.values()) look();
        if (this.#running.size > 0) return;
        clearInterval(this.#looking);
        this.#looking = undefined;
      }, LOOK_S * 1000);
      // Else Node would not end before the next look.
      Object(this.#looking).unref?.();
    }
    if (this.#isOver) giveUp();
    // Every answer to a request passes its transaction on the way there. However many it needs, it lives.
    const answered = () => {
      looks = 0;
      most = LOOKS_TO_GO_ON;
    };
    transaction.addEventListener('success', answered, { capture: true });
    try {
      return await Promise.race([body(), isOver]);
    } finally {
      this.#running.delete(giveUp);
    }
  }

  /** Closes it. Resolves once what runs on it has ended, or says no more. */
  close(): Promise<void> {
    this.db.close();
    this.#closed ??= new Promise<void>((resolve) => {
      if (this.#transactions.size === 0) return resolve();
      const timer = setTimeout(() => {
        this.#isOver = true;
        for (const giveUp of this.#running.keys()) giveUp();
        resolve();
      }, LAST_WORDS_MS);
      this.#onEnd = () => {
        clearTimeout(timer);
        resolve();
      };
    }).then(() => clearInterval(this.#looking));
    return this.#closed;
  }
}
