import { ThreadStoreError } from '../contract/errors.ts';

/** What the platform's failure means to the caller. A `ThreadStoreError` stays as it is. */
export function toStorageError(error: unknown, operation?: string): ThreadStoreError {
  if (error instanceof ThreadStoreError) return error;
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  const text = error instanceof Error ? error.message : String(error);
  switch (name) {
    case 'QuotaExceededError':
      return new ThreadStoreError(
        'resource_exhausted',
        `the browser gives this site no more space; delete threads or free disk space, then try again (${text})`,
        { operation, retryable: true, cause: error },
      );
    // The names under which engines report a connection that died under us; a new one may well work.
    case 'AbortError':
    case 'InvalidStateError':
    case 'TransactionInactiveError':
    case 'UnknownError':
    case 'NotReadableError':
      return new ThreadStoreError('unavailable', `storage cannot be reached: ${text}`, {
        operation,
        cause: error,
      });
    case 'VersionError':
      return new ThreadStoreError(
        'unavailable',
        'a newer version of this app has already opened this database; reload the page',
        { operation, retryable: false, cause: error },
      );
    default:
      return new ThreadStoreError('internal', `storage failed: ${text}`, { operation, cause: error });
  }
}
