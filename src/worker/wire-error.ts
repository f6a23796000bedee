import { ThreadStoreError, type ThreadStoreErrorCode } from '../contract/errors.ts';

/**
 * An error in a form that crosses the worker's boundary whole. Structured clone drops an error's class, and with it
 * `code` and all that is ours.
 */
export interface WireError {
  name: string;
  message: string;
  stack?: string | undefined;
  cause?: WireError | undefined;
  /** Only of a ThreadStoreError, as the four after it. */
  code?: ThreadStoreErrorCode | undefined;
  operation?: string | undefined;
  threadId?: string | undefined;
  retryable?: boolean | undefined;
  committed?: boolean | undefined;
}

/** An error as it is sent. What was thrown and is no error is sent as its text. */
export function toWireError(error: unknown): WireError {
  if (!isErrorLike(error)) return { name: 'Error', message: String(error) };
  const wire: WireError = { name: error.name, message: error.message, stack: error.stack };
  if (error.cause !== undefined) wire.cause = toWireError(error.cause);
  if (!(error instanceof ThreadStoreError)) return wire;
  const { code, operation, threadId, retryable, committed } = error;
  return { ...wire, code, operation, threadId, retryable, committed };
}

/** The other way round. An error that is no ThreadStoreError becomes an `internal` one, with it as its cause. */
export function fromWireError(wire: WireError): ThreadStoreError {
  const { code, message, operation, threadId, retryable, committed } = wire;
  const cause = code === undefined ? toError(wire) : wire.cause && toError(wire.cause);
  const options = { operation, threadId, retryable, committed, cause };
  return new ThreadStoreError(code ?? 'internal', message, options);
}

function toError(wire: WireError): Error {
  if (wire.code !== undefined) return fromWireError(wire);
  const error = new Error(wire.message, wire.cause && { cause: toError(wire.cause) });
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

// A DOMException is not an Error by its class everywhere.
function isErrorLike(value: unknown): value is Error {
  return value instanceof Error || (typeof DOMException !== 'undefined' && value instanceof DOMException);
}
