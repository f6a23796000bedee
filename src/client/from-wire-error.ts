import { ThreadStoreError } from '../contract/thread-store-error.ts';
import type { WireError } from '../worker/wire-error.ts';

/** An error that was sent, as it was thrown. */
export function fromWireError({ code, details, cause, ...error }: WireError): Error {
  const options = cause && { cause: fromWireError(cause) };
  return code
    ? new ThreadStoreError(code, error.message, { ...details, ...options })
    : Object.assign(new Error(error.message, options), error);
}
