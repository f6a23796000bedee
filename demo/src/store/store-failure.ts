import { ThreadStoreError, type ThreadStoreErrorCode } from 'idb-thread-store';

/** Whatever was thrown, as the error that the viewer can show. */
export function toStoreError(error: unknown): ThreadStoreError {
  if (error instanceof ThreadStoreError) return error;
  return new ThreadStoreError('internal', error instanceof Error ? error.message : String(error), {
    cause: error,
  });
}

/** What one can do about an error, in a sentence. */
export const advice: Record<ThreadStoreErrorCode, string> = {
  thread_not_found:
    'It may have been deleted, or this browser never had it. Import its rollout file to see it.',
  invalid_request: 'The history changed while it was read. Load it again.',
  conflict: 'Another tab is writing to this conversation. Close it there, then try again.',
  unsupported: 'This store cannot do that.',
  resource_exhausted: 'The browser gives no more space. Free some in its site settings, then try again.',
  internal: 'This should not happen. Reloading the page may help; what is stored stays.',
  unavailable: 'The storage does not answer now. Try again; if that does not help, reload the page.',
  aborted: 'It was stopped. What was finished before stays.',
};
