import { ThreadStoreError } from '../contract/thread-store-error.ts';
import type { WireError } from './wire-error.ts';

/** An error as it is sent. What was thrown and is no error is sent as its text. */
export function toWireError(error: unknown): WireError {
  if (!isErrorLike(error)) return { name: 'Error', message: String(error) };
  const wire: WireError = { name: error.name, message: error.message, stack: error.stack };
  if (error.cause !== undefined) wire.cause = toWireError(error.cause);
  if (!(error instanceof ThreadStoreError)) return wire;
  const { name: _, code, ...details } = error;
  return { ...wire, code, details };
}

// A DOMException is not an Error by its class everywhere.
function isErrorLike(value: unknown): value is Error {
  return value instanceof Error || (typeof DOMException !== 'undefined' && value instanceof DOMException);
}
