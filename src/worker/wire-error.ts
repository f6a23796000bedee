import type { ThreadStoreErrorCode } from '../contract/thread-store-error.ts';

/**
 * An error in a form that crosses the worker's boundary whole. Structured clone drops an error's class, and with it
 * `code` and all that is ours.
 */
export interface WireError {
  name: string;
  message: string;
  stack?: string | undefined;
  cause?: WireError | undefined;
  /** Only of a ThreadStoreError, as all after it. */
  code?: ThreadStoreErrorCode | undefined;
  operation?: string | undefined;
  threadId?: string | undefined;
  retryable?: boolean | undefined;
  committed?: boolean | undefined;
  usage?: number | undefined;
  quota?: number | undefined;
}
