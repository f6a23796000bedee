import type { Outcome } from './protocol.ts';
import { toWireError } from './to-wire-error.ts';
import type { WireError } from './wire-error.ts';

/** Runs `body` and tells how it ended, in a form that crosses the worker's boundary whole. */
export async function outcome<T>(body: () => T | Promise<T>): Promise<Outcome<T>> {
  try {
    return { ok: true, value: await body() };
  } catch (error) {
    return { ok: false, error: storeError(toWireError(error)) };
  }
}

/** What is no error of the store's becomes an `internal` one, with it as the cause. */
function storeError(error: WireError): WireError {
  return error.code ? error : { ...error, code: 'internal', cause: error };
}
