/** What a client calls a request by, to know its answer. */
export type RequestId = string | number;

/** A request as a client sends it. Codex's protocol leaves out JSON-RPC's `jsonrpc` field (contract §3). */
export interface RpcRequest {
  id: RequestId;
  method: string;
  params?: unknown;
}

/** What went wrong, in JSON-RPC's way. */
export interface RpcError {
  code: number;
  message: string;
}

/** The one answer to a request. `id` is `null` only where the request did not tell a usable one. */
export type RpcResponse =
  | { id: RequestId | null; result: object }
  | { id: RequestId | null; error: RpcError };

/** What the server tells without having been asked. */
export interface RpcNotification {
  method: string;
  params: object;
  /** Unix milliseconds; only today's dialect has it. */
  emittedAtMs?: number;
}
