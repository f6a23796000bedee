/**
 * What went wrong, as a word to branch on:
 * - `thread_not_found`: no such thread, or no live writer for it
 * - `invalid_request`: the call itself is wrong; the message names the field and what it takes
 * - `conflict`: another writer has the thread, or the id is taken
 * - `unsupported`: this store does not do that
 * - `resource_exhausted`: the browser gives no more space
 * - `internal`: a bug, or storage that answered nonsense
 * - `unavailable`: the store cannot be reached now; it may work later
 * - `aborted`: the caller's `signal` stopped it
 */
export type ThreadStoreErrorCode =
  | 'thread_not_found'
  | 'invalid_request'
  | 'conflict'
  | 'unsupported'
  | 'resource_exhausted'
  | 'internal'
  | 'unavailable'
  | 'aborted';

/** What an error may say beside its code and message. */
export interface ThreadStoreErrorOptions {
  /** The store's method that failed, as `listTurns`. */
  operation?: string | undefined;
  threadId?: string | undefined;
  /** Whether the same call may succeed later. Absent: true for `unavailable` only. */
  retryable?: boolean | undefined;
  /** Of a write: whether it is kept all the same. */
  committed?: boolean | undefined;
  /** Of `resource_exhausted`: bytes used by this origin, and how many it may use, where the browser says. */
  usage?: number | undefined;
  quota?: number | undefined;
  cause?: unknown;
}

/** Every failure of a store. Crosses the worker's boundary whole. */
export class ThreadStoreError extends Error {
  override readonly name = 'ThreadStoreError';
  readonly code: ThreadStoreErrorCode;
  declare readonly operation?: string;
  declare readonly threadId?: string;
  declare readonly retryable: boolean;
  /**
   * Of a write that failed: whether what it was to change is changed all the same. Always there, and `false`, on a
   * write that its signal stopped. Absent where it is not known, and on reads.
   */
  declare readonly committed?: boolean;
  /** Of `resource_exhausted`: bytes used by this origin, about; absent where the browser does not say. */
  declare readonly usage?: number;
  /** Of `resource_exhausted`: bytes that this origin may use, about. */
  declare readonly quota?: number;

  constructor(code: ThreadStoreErrorCode, message: string, options: ThreadStoreErrorOptions = {}) {
    const { cause, ...details } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.retryable = code === 'unavailable';
    for (const [detail, value] of Object.entries(details))
      if (value !== undefined) Object.assign(this, { [detail]: value });
  }
}

/** The error for a call that its caller stopped. A write of the contract that fails with it changed nothing. */
export function aborted(operation: string, cause?: unknown): ThreadStoreError {
  // Reads change nothing anyway, and of an import what was finished stays.
  const committed = /^(?:read|list|load|open|import)/.test(operation) ? undefined : false;
  const message = `${operation} was stopped by its signal`;
  return new ThreadStoreError('aborted', message, { operation, cause, committed });
}

/** The error for a call after the end of its store. */
export function storeIsClosed(operation?: string): ThreadStoreError {
  return new ThreadStoreError('unavailable', 'the store is closed', { operation, retryable: false });
}
