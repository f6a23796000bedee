/** What an IndexedDB is asked for, each of which can fail. */
export type Operation = 'open' | 'transaction' | 'request' | 'write' | 'commit';

/** How it fails. */
export type Failure =
  /** The database does not open: an error that comes later. */
  | 'does not open'
  /** The connection is found closed as a transaction begins, without or with the news of it. */
  | 'is closing'
  | 'has closed'
  /** A request fails, and its transaction with it. */
  | 'request fails'
  /** The same, and the engine says nothing of why. */
  | 'request fails without a word'
  /** A request is refused at once. */
  | 'request refused'
  /** The storage process dies: every transaction falls, and every connection closes and says so. */
  | 'storage dies'
  /** The transaction aborts as it is to commit. */
  | 'commit fails'
  /** The transaction commits, and is said to be aborted: the answer came from a connection that was dead by then. */
  | 'commit unheard'
  /** A transaction says no more after this request was asked: neither an answer nor its end. It changes nothing. */
  | 'says no more'
  /** The transaction commits, or aborts, as it is to commit, and does not say so. */
  | 'commits in silence'
  | 'falls in silence'
  /** There is no space for what a request writes, or for a transaction as it is to commit. */
  | 'no space';

/** The failures of each operation after which the same may come through at once. */
export const FAILURES = {
  open: ['does not open'],
  transaction: ['is closing', 'has closed'],
  request: ['request fails', 'request fails without a word', 'request refused', 'storage dies'],
  write: [],
  commit: ['commit fails', 'commit unheard'],
} as const satisfies Record<Operation, Failure[]>;

/** What is asked for, and by which transaction: its mode and stores tell it from others. */
export interface Asked {
  operation: Operation;
  scope: string;
}

/** What engines call it when the disk is full, or the site has used up its share. */
const NO_SPACE = 'QuotaExceededError';

/** The requests that need space. */
const WRITES = ['put', 'add'];

/** Decides what fails, operation by operation, in the order in which they are asked for. */
export interface FaultPlan {
  /** Whether this one fails, and how. */
  next(asked: Asked): Failure | undefined;
  /** A transaction of this scope, or with scope `open` an opening, came through that began after the last fault. */
  done?(scope: string): void;
  /** A request is about to be answered. */
  answered?(): void;
  /** A transaction says no more from this request on. */
  silenced?(): void;
  /** A transaction has committed, and is about to be said to be aborted. */
  unheard?(): void;
}

type Method = (...args: unknown[]) => unknown;

const REQUESTS = [
  'get',
  'getKey',
  'getAll',
  'getAllKeys',
  'getAllRecords',
  'put',
  'add',
  'delete',
  'openCursor',
];

/**
 * An IndexedDB on the platform's own, which fails by plan. What it hands out are the platform's objects with methods of
 * their own in the way, so that only who opens through it is concerned.
 */
export function faultyIndexedDb(inner: IDBFactory, plan: FaultPlan): IDBFactory {
  return new FaultyIdb(inner, plan).factory;
}

class FaultyIdb {
  readonly factory: IDBFactory;
  readonly #plan: FaultPlan;
  readonly #databases = new Set<IDBDatabase>();
  readonly #active = new Set<IDBTransaction>();
  /** Connections that ran out of space: Firefox refuses every later write on them, also when there is space again. */
  readonly #stuck = new WeakSet<IDBDatabase>();
  /** Transactions that say no more. */
  readonly #silent = new WeakSet<IDBTransaction>();
  #faults = 0;

  constructor(inner: IDBFactory, plan: FaultPlan) {
    this.#plan = plan;
    this.factory = {
      cmp: (first, second) => inner.cmp(first, second),
      databases: () => inner.databases(),
      deleteDatabase: (name) => inner.deleteDatabase(name),
      open: (name, version) => {
        if (this.#next({ operation: 'open', scope: 'open' })) {
          const request = failing('it does not open');
          setTimeout(() => request.onerror?.(new Event('error')));
          return request;
        }
        const faults = this.#faults;
        const request = inner.open(name, version);
        request.addEventListener('success', () => {
          this.#watchDatabase(request.result);
          if (faults === this.#faults) plan.done?.('open');
        });
        return request;
      },
    };
  }

  #next(asked: Asked): Failure | undefined {
    const failure = this.#plan.next(asked);
    if (failure) this.#faults++;
    return failure;
  }

  #watchDatabase(db: IDBDatabase): void {
    this.#databases.add(db);
    const begin = db.transaction.bind(db);
    db.transaction = (stores, mode, options) => {
      const scope = `${mode} ${typeof stores === 'string' ? stores : [...stores].join()}`;
      const failure = this.#next({ operation: 'transaction', scope });
      if (failure) {
        this.#close(db, failure === 'has closed');
        throw new DOMException('injected: the connection is closing', 'InvalidStateError');
      }
      if (mode === 'readwrite' && this.#stuck.has(db))
        throw new DOMException('injected: the database does not allow mutations', 'InvalidStateError');
      const transaction = begin(stores, mode, options);
      this.#watchTransaction(transaction, scope);
      return transaction;
    };
  }

  #watchTransaction(transaction: IDBTransaction, scope: string): void {
    this.#active.add(transaction);
    // Told to commit it could no longer be aborted: it commits by itself, once nothing more is asked of it.
    Object.defineProperty(transaction, 'commit', { value: () => undefined, configurable: true });
    const commit = this.#next({ operation: 'commit', scope });
    const pending = { count: 0 };
    const faults = this.#faults;
    if (commit === 'commits in silence') hush(transaction, ['complete']);
    if (commit === 'falls in silence') hush(transaction, ['abort']);
    hush(transaction, ['success', 'error', 'abort'], () => this.#silent.has(transaction));
    if (commit === 'commit unheard') {
      transaction.addEventListener('complete', () => this.#plan.unheard?.());
      unheard(transaction);
    }
    transaction.addEventListener('abort', () => this.#active.delete(transaction));
    transaction.addEventListener('complete', () => {
      this.#active.delete(transaction);
      if (faults === this.#faults && !commit) this.#plan.done?.(scope);
    });
    const watched = (target: IDBObjectStore | IDBIndex) =>
      patchAll(target, REQUESTS, (original, name) => {
        if (this.#silent.has(transaction)) return failing('nobody hears of it');
        const isFull = WRITES.includes(name) && this.#next({ operation: 'write', scope });
        const failure = isFull || this.#next({ operation: 'request', scope });
        if (failure) return this.#fail(transaction, failure, original);
        const request = original() as IDBRequest;
        pending.count++;
        request.addEventListener('error', () => pending.count--);
        request.addEventListener('success', () => this.#plan.answered?.());
        const answered = () => {
          pending.count--;
          if (commit && commit !== 'commit unheard' && commit !== 'commits in silence')
            void whenIdle(pending).then((isIdle) => isIdle && this.#abort(transaction, commit));
        };
        // After whoever asked: a browser runs what waits for a listener before it calls the next one.
        queueMicrotask(() => request.addEventListener('success', answered));
        return request;
      });
    const seen = new Map<string, IDBObjectStore>();
    const objectStore = transaction.objectStore.bind(transaction);
    transaction.objectStore = (name) => {
      const known = seen.get(name);
      if (known) return known;
      const store = objectStore(name);
      seen.set(name, store);
      watched(store);
      const index = store.index.bind(store);
      const indexes = new Map<string, IDBIndex>();
      store.index = (indexName) => {
        const knownIndex = indexes.get(indexName);
        if (knownIndex) return knownIndex;
        const found = index(indexName);
        indexes.set(indexName, found);
        watched(found);
        return found;
      };
      return store;
    };
  }

  #fail(transaction: IDBTransaction, failure: Failure, original: () => unknown): unknown {
    switch (failure) {
      case 'request refused':
        throw new DOMException('injected: no transaction', 'TransactionInactiveError');
      case 'says no more': {
        const request = original();
        this.#silent.add(transaction);
        abort(transaction);
        this.#plan.silenced?.();
        // It still takes what it is told, as one that runs.
        let isCommitting = false;
        const commit = () => void (isCommitting = true);
        const refuse = () => {
          if (isCommitting) throw new DOMException('injected: it commits', 'InvalidStateError');
        };
        Object.defineProperties(transaction, { commit: { value: commit }, abort: { value: refuse } });
        return request;
      }
      case 'storage dies': {
        const request = original();
        for (const active of this.#active) abort(active);
        for (const db of this.#databases) this.#close(db, true);
        return request;
      }
      default: {
        const request = failing('the request failed', failure === 'no space' ? NO_SPACE : undefined);
        if (failure === 'request fails without a word') Object.assign(request, { error: null });
        // When its turn has come, while the transaction still is there: as of any request that fails, it falls with it.
        const fail = () => {
          request.onerror?.(new Event('error'));
          this.#abort(transaction, failure);
        };
        const asked = original() as IDBRequest;
        // Also where the transaction falls before.
        for (const type of ['success', 'error']) asked.addEventListener(type, fail);
        return request;
      }
    }
  }

  #abort(transaction: IDBTransaction, failure: Failure): void {
    if (failure === 'no space') {
      const value = new DOMException('injected: full', NO_SPACE);
      // More than one of its requests may fail.
      Object.defineProperty(transaction, 'error', { value, configurable: true });
      this.#stuck.add(transaction.db);
    }
    abort(transaction);
  }

  #close(db: IDBDatabase, isTold: boolean): void {
    this.#databases.delete(db);
    db.close();
    if (isTold) db.onclose?.(new Event('close'));
  }
}

/** A request that is to fail. Only its `onerror` is told. */
function failing(message: string, name = 'UnknownError'): IDBOpenDBRequest {
  const error = new DOMException(`injected: ${message}`, name);
  return { error, onerror: null } as unknown as IDBOpenDBRequest;
}

/** Tells who asks for `complete` that it was aborted. */
function unheard(transaction: IDBTransaction): void {
  let onAbort: Method | null = null;
  Object.defineProperty(transaction, 'oncomplete', { value: null, writable: true });
  Object.defineProperty(transaction, 'onabort', {
    set: (listener: Method | null) => {
      onAbort = listener;
    },
  });
  for (const type of ['complete', 'abort'])
    transaction.addEventListener(type, (event) => onAbort?.call(transaction, event));
}

/** Keeps events from who asks for them later: Chromium tells a transaction's listeners in the order of their coming. */
function hush(transaction: IDBTransaction, types: string[], isSilent = () => true): void {
  for (const type of types)
    transaction.addEventListener(type, (event) => isSilent() && event.stopImmediatePropagation(), {
      capture: true,
    });
}

/** Whether nothing more is asked of a transaction: it is to commit then. */
async function whenIdle(pending: { count: number }): Promise<boolean> {
  // Who waits for the request's result may go through some promises until he asks for the next.
  for (let hop = 0; hop < 50 && pending.count === 0; hop++) await Promise.resolve();
  return pending.count === 0;
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}

/** Puts a function in the way of each of these methods that the target has. */
function patchAll(
  target: object,
  names: string[],
  around: (original: () => unknown, name: string) => unknown,
): void {
  for (const name of names) {
    const method: unknown = Reflect.get(target, name);
    if (typeof method !== 'function') continue;
    const value = (...args: unknown[]) => around(() => Reflect.apply(method, target, args), name);
    Object.defineProperty(target, name, { value });
  }
}
