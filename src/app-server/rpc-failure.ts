import type { RpcError } from './json-rpc.ts';

/** The request is wrong, or what it names is not there: nearly every refusal (contract §3.1). */
const INVALID_REQUEST = -32600;
/** The method is known, but this store cannot do it. */
const UNSUPPORTED = -32601;
/** A parameter has the right form and says nothing that could be done. */
const INVALID_PARAMS = -32602;
/** The store failed. */
export const INTERNAL = -32603;

/** A refusal with the code and the words that the client gets. */
export class RpcFailure extends Error {
  override readonly name = 'RpcFailure';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }

  /** As it goes into an answer. */
  toRpcError(): RpcError {
    return { code: this.code, message: this.message };
  }
}

/** The refusal of a request that is wrong. */
export function invalidRequest(message: string): RpcFailure {
  return new RpcFailure(INVALID_REQUEST, message);
}

/** The refusal of a parameter that says nothing that could be done. */
export function invalidParams(message: string): RpcFailure {
  return new RpcFailure(INVALID_PARAMS, message);
}

/** The refusal of what this store does not do, in the seed's words (contract §1.3). */
export function notSupportedYet(what: string): RpcFailure {
  return new RpcFailure(UNSUPPORTED, `${what} is not supported yet`);
}
