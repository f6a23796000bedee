import { ThreadStoreError } from '../contract/errors.ts';

/**
 * The names under which engines report a connection that died under us, and what fell with it: a new one may well work.
 * The first is that of a failure of which the engine says nothing.
 */
const LOST = new Set([
  '',
  'AbortError',
  'InvalidStateError',
  'TransactionInactiveError',
  'UnknownError',
  'NotReadableError',
  'TimeoutError',
]);

/** Whether a failure may be that of the connection, so that the same call may succeed on a new one. */
export function isConnectionLost(error: unknown): boolean {
  return LOST.has(nameOf(error));
}

/** Whether the browser gives no more space. */
export function isQuotaExceeded(error: unknown): boolean {
  return nameOf(error) === 'QuotaExceededError';
}

/** What the platform's failure means to the caller. A `ThreadStoreError` stays as it is. */
export async function explained(error: unknown, operation?: string): Promise<ThreadStoreError> {
  if (error instanceof ThreadStoreError) return error;
  const text = error instanceof Error ? error.message : String(error);
  if (isQuotaExceeded(error)) {
    const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.().catch(() => undefined)) ?? {};
    return new ThreadStoreError(
      'resource_exhausted',
      `the browser gives this site no more space; delete threads or free disk space, then try again (${text})`,
      { operation, retryable: true, cause: error, usage, quota },
    );
  }
  if (isConnectionLost(error)) {
    return new ThreadStoreError('unavailable', `storage cannot be reached: ${text}`, {
      operation,
      cause: error,
    });
  }
  if (nameOf(error) === 'VersionError') {
    return new ThreadStoreError(
      'unavailable',
      'a newer version of this app has already opened this database; reload the page',
      { operation, retryable: false, cause: error },
    );
  }
  return new ThreadStoreError('internal', `storage failed: ${text}`, { operation, cause: error });
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}
