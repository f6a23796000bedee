import * as v from 'valibot';
import { INTERNAL, invalidRequest, notSupportedYet, RpcFailure } from './rpc-failure.ts';
import type { Protocol } from './protocol.ts';

/** Tells a store's errors by their form: a store may have come from another bundle, with a class of its own. */
const storeError = v.object({
  name: v.literal('ThreadStoreError'),
  code: v.string(),
  message: v.string(),
});

/** How one method words a store's errors. */
export interface ErrorWords {
  method: string;
  protocol: Protocol;
  /** What the method says of a thread that is not there (contract §3.2). */
  unknownThread: () => RpcFailure;
}

/** Makes of anything that was thrown the refusal that the client gets (contract §1.3). Never throws. */
export function toRpcFailure(error: unknown, words: ErrorWords): RpcFailure {
  if (error instanceof RpcFailure) return error;
  const parsed = v.safeParse(storeError, error);
  if (!parsed.success) return new RpcFailure(INTERNAL, `internal error: ${messageOf(error)}`);
  const { code, message } = parsed.output;
  switch (code) {
    case 'thread_not_found':
      return words.unknownThread();
    case 'invalid_request':
      return invalidRequest(message);
    case 'conflict':
      // The seed took a thread that somebody else writes for a failure of its own.
      return words.protocol === '0.130' ? new RpcFailure(INTERNAL, message) : invalidRequest(message);
    case 'unsupported':
      return notSupportedYet(words.method);
    default:
      return new RpcFailure(INTERNAL, message);
  }
}

/** Whether a store said that it does not do this. */
export function isUnsupported(error: unknown): boolean {
  return hasCode(error, 'unsupported');
}

/** Whether a store said that the thread, or its live writer, is not there. */
export function isThreadNotFound(error: unknown): boolean {
  return hasCode(error, 'thread_not_found');
}

/** Whether a store said that the call itself is wrong. */
export function isInvalidRequest(error: unknown): boolean {
  return hasCode(error, 'invalid_request');
}

function hasCode(error: unknown, code: string): boolean {
  const parsed = v.safeParse(storeError, error);
  return parsed.success && parsed.output.code === code;
}

function messageOf(error: unknown): string {
  try {
    return error instanceof Error ? error.message : String(error);
  } catch {
    return 'unknown';
  }
}
