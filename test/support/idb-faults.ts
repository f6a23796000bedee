/** What a write of the platform does when it is its turn to fail. */
export type Fault =
  /** The request is refused at once, as a full disk does it. */
  | 'quota'
  /** The request is refused at once, as a broken database does it. */
  | 'unknown'
  /** The transaction aborts after this request. */
  | 'abort'
  /** The connection closes after this request, and says so. */
  | 'close'
  /** The transaction commits, and says that it was aborted: as a connection does that dies with the answer. */
  | 'lie';

type Method = (...args: unknown[]) => unknown;

const WRITES = ['put', 'add', 'delete'] as const;

/**
 * Makes the IndexedDB of this thread fail where a test wants it: Node's fake one or a browser's, by its prototypes.
 * Everything that uses it is concerned, so that no other store may be at work meanwhile.
 */
export class IdbFaults {
  /** The durability of each transaction that wrote, in the order in which they began. */
  readonly durabilities: string[] = [];
  /** Writes since {@link arm}. */
  writes = 0;
  /** Faults that happened. */
  happened = 0;
  #armed: { fault: Fault; at: number; times: number } | undefined;
  #opensToFail = 0;
  readonly #databases = new Set<IDBDatabase>();
  readonly #active = new Set<IDBTransaction>();
  readonly #lying = new WeakSet<IDBTransaction>();
  readonly #undo: (() => void)[] = [];

  /** Begins to watch, and to fail where it is told to. */
  install(): void {
    this.#patch(IDBDatabase.prototype, 'transaction', (db, args, original) => {
      const transaction = original.apply(db, args) as IDBTransaction;
      this.#databases.add(db);
      if (transaction.mode === 'readwrite') this.#watch(transaction, args[2] as IDBTransactionOptions);
      return transaction;
    });
    this.#patch(IDBFactory.prototype, 'open', (factory, args, original) => {
      if (this.#opensToFail-- > 0) throw new DOMException('injected: it does not open', 'UnknownError');
      return original.apply(factory, args);
    });
    for (const name of WRITES) {
      this.#patch(IDBObjectStore.prototype, name, (store, args, original) =>
        this.#write(store.transaction, () => original.apply(store, args)),
      );
    }
  }

  /** Ends it all. */
  uninstall(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /**
   * The write with this number from now on fails, counted from 1, and with `times` the first one after it that is a try
   * anew: of each following transaction the same number, until there were as many faults.
   */
  arm(fault: Fault, at: number, times = 1): void {
    this.#armed = { fault, at, times };
    this.writes = 0;
    this.happened = 0;
  }

  /** Nothing fails any more. */
  disarm(): void {
    this.#armed = undefined;
    this.#opensToFail = 0;
  }

  /** The next times that a database is opened, it does not open. */
  failOpens(times: number): void {
    this.#opensToFail = times;
  }

  /**
   * Closes every connection, as the browser does when it clears data or its storage process dies.
   * @param told whether the connections say so; in some engines the news comes later than the next call
   */
  closeConnections(told: boolean): void {
    for (const transaction of this.#active) abort(transaction);
    for (const db of this.#databases) {
      db.close();
      if (told) db.onclose?.call(db, new Event('close'));
    }
    this.#databases.clear();
  }

  #write(transaction: IDBTransaction, run: () => unknown): unknown {
    this.writes++;
    const armed = this.#armed;
    if (!armed || this.writes < armed.at || this.happened >= armed.times) return run();
    this.happened++;
    // The same write of the next try.
    this.writes = 0;
    const { fault } = armed;
    if (fault === 'quota') throw new DOMException('injected: no space', 'QuotaExceededError');
    if (fault === 'unknown') throw new DOMException('injected: broken', 'UnknownError');
    const request = run();
    if (fault === 'abort') abort(transaction);
    else if (fault === 'close') this.closeConnections(true);
    else this.#lying.add(transaction);
    return request;
  }

  #watch(transaction: IDBTransaction, options: IDBTransactionOptions | undefined): void {
    this.durabilities.push(options?.durability ?? 'default');
    this.#active.add(transaction);
    let onComplete: Method | null = null;
    let onAbort: Method | null = null;
    Object.defineProperty(transaction, 'oncomplete', {
      set: (listener: Method | null) => {
        onComplete = listener;
      },
    });
    Object.defineProperty(transaction, 'onabort', {
      set: (listener: Method | null) => {
        onAbort = listener;
      },
    });
    transaction.addEventListener('complete', (event) => {
      this.#active.delete(transaction);
      const listener = this.#lying.has(transaction) ? onAbort : onComplete;
      listener?.call(transaction, event);
    });
    transaction.addEventListener('abort', (event) => {
      this.#active.delete(transaction);
      onAbort?.call(transaction, event);
    });
  }

  #patch<Target extends object>(
    prototype: Target,
    name: keyof Target & string,
    run: (target: Target, args: unknown[], original: Method) => unknown,
  ): void {
    const original = prototype[name] as Method;
    const patched = function (this: Target, ...args: unknown[]) {
      return run(this, args, original);
    };
    Object.assign(prototype, { [name]: patched });
    this.#undo.push(() => Object.assign(prototype, { [name]: original }));
  }
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
