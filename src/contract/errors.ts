import { aborted, ThreadStoreError } from './thread-store-error.ts';

// In a file of their own, because a page needs no more than these.
export { aborted, storeIsClosed, ThreadStoreError } from './thread-store-error.ts';

/** The error for a thread that is not there. Its text is the one that Codex's clients match (contract §1.3). */
export function threadNotFound(threadId: string, operation?: string): ThreadStoreError {
  return new ThreadStoreError('thread_not_found', `no rollout found for thread id ${threadId}`, {
    operation,
    threadId,
  });
}

/** The error for a thread that is not among the archived ones (contract §1.3). */
export function archivedThreadNotFound(threadId: string, operation?: string): ThreadStoreError {
  return new ThreadStoreError('thread_not_found', `no archived rollout found for thread id ${threadId}`, {
    operation,
    threadId,
  });
}

/** The error for an archived thread that was asked for without `includeArchived` (contract §1.5, 20). */
export function threadIsArchived(threadId: string, operation?: string): ThreadStoreError {
  return new ThreadStoreError('invalid_request', `thread ${threadId} is archived`, { operation, threadId });
}

/** The error for what a store does not do. */
export function unsupported(operation: string): ThreadStoreError {
  return new ThreadStoreError('unsupported', `thread-store unsupported operation: ${operation}`, {
    operation,
  });
}

/**
 * Runs `body`, which looks at the signal itself; what falls with the signal is `aborted`. A `ThreadStoreError` knows
 * better why it was thrown: it stays, and says after this which method failed, unless `operation` is empty.
 */
export async function stoppable<T>(
  operation: string,
  signal: AbortSignal | undefined,
  body: () => Promise<T>,
): Promise<T> {
  try {
    return await body();
  } catch (error) {
    const isKnown = error instanceof ThreadStoreError && error !== signal?.reason;
    if (signal?.aborted && !isKnown) throw aborted(operation, signal.reason);
    if (isKnown && operation !== '' && error.operation === undefined) Object.assign(error, { operation });
    throw error;
  }
}

/** Whether a call failed because its signal stopped it. */
export function isAborted(error: unknown): boolean {
  return error instanceof ThreadStoreError && error.code === 'aborted';
}
