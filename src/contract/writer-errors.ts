import { ThreadStoreError } from './errors.ts';

/** The error for a thread that another writer has (contract §1.5, 18). */
export function activeWriter(threadId: string, operation: string): ThreadStoreError {
  return new ThreadStoreError('conflict', `thread ${threadId} already has an active writer`, {
    operation,
    threadId,
    retryable: true,
  });
}

/** The error for a second writer of a thread in the same store (contract §1.4). */
export function liveWriter(threadId: string, operation: string): ThreadStoreError {
  const message = `thread ${threadId} already has a live local writer; shut it down or discard it first`;
  return new ThreadStoreError('invalid_request', message, { operation, threadId });
}

/** The error for a new thread whose id is taken. */
export function threadExists(threadId: string, operation: string): ThreadStoreError {
  return new ThreadStoreError('conflict', `thread ${threadId} already exists`, { operation, threadId });
}

/** The error for a call that needs a live writer where there is none (contract §1.3). */
export function noLiveWriter(threadId: string, operation: string): ThreadStoreError {
  const message = `thread ${threadId} not found: it has no live writer; create or resume it first`;
  return new ThreadStoreError('thread_not_found', message, { operation, threadId });
}

/** The error for a commit to a thread that another writer has changed meanwhile, where nothing keeps writers apart. */
export function overtaken(threadId: string): ThreadStoreError {
  const message = `thread ${threadId} was written by another tab meanwhile; flush again`;
  return new ThreadStoreError('conflict', message, { threadId, retryable: true });
}

/** The error for who waits for lines that a discard dropped. */
export function writerWasDiscarded(threadId: string): ThreadStoreError {
  const message = `the writer of thread ${threadId} was discarded before its lines were written`;
  return new ThreadStoreError('aborted', message, { threadId });
}

/** The error for a rollout that another store deleted while it was read. */
export function rolloutIsGone(rolloutId: string): ThreadStoreError {
  return new ThreadStoreError('conflict', `the rollout ${rolloutId} was deleted meanwhile`);
}

/** The error for a thread that was to go on from a rollout which was deleted meanwhile. */
export function baseIsGone(rolloutId: string): ThreadStoreError {
  const message = `the rollout ${rolloutId}, in which the history was to begin, was deleted meanwhile`;
  return new ThreadStoreError('conflict', message);
}
