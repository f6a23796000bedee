import type { ThreadStoreErrorCode, ThreadStoreErrorOptions } from '../contract/thread-store-error.ts';

/**
 * An error in a form that crosses the worker's boundary whole. Structured clone drops an error's class, and with it
 * `code` and all that is ours.
 */
export interface WireError {
  name: string;
  message: string;
  stack?: string | undefined;
  cause?: WireError;
  /** Only of a ThreadStoreError, as its details. */
  code?: ThreadStoreErrorCode;
  details?: ThreadStoreErrorOptions;
}
