import { ThreadStoreError } from '../contract/thread-store-error.ts';
import type { WireError } from '../worker/wire-error.ts';

/** An error that was sent, as it was thrown. One that is no ThreadStoreError becomes an `internal` one, with it as its cause. */
export function fromWireError(wire: WireError): ThreadStoreError {
  const { code = 'internal', message } = wire;
  const cause = wire.code === undefined ? toError(wire) : wire.cause && toError(wire.cause);
  return new ThreadStoreError(code, message, { ...wire, cause });
}

function toError(wire: WireError): Error {
  if (wire.code !== undefined) return fromWireError(wire);
  const error = new Error(wire.message, wire.cause && { cause: toError(wire.cause) });
  error.name = wire.name;
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}
