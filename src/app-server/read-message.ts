import * as z from 'zod/mini';
import type { RequestId, RpcRequest } from './json-rpc.ts';

const requestId = z.union([z.string(), z.int()], 'must be a string or a whole number');
const requestSchema = z.object({ id: requestId, method: z.string('must be a string'), params: z.unknown() });
const identified = z.object({ id: requestId });
const clientNotification = z.object({ method: z.string(), id: z.optional(z.undefined()) });
const clientResponse = z.union([
  z.object({ id: requestId, result: z.unknown(), method: z.optional(z.undefined()) }),
  z.object({ id: requestId, error: z.looseObject({}), method: z.optional(z.undefined()) }),
]);

/** Checks that a message is a request. */
export function parseRequest(
  message: unknown,
): { request: RpcRequest } | { id: RequestId | null; issue: z.core.$ZodIssue | undefined } {
  const parsed = z.safeParse(requestSchema, message);
  if (parsed.success) return { request: parsed.data };
  const known = z.safeParse(identified, message);
  return { id: known.success ? known.data.id : null, issue: parsed.error.issues[0] };
}

/** Whether a message wants no answer: a client's notification, as `initialized`, or an answer of its own. */
export function wantsNoAnswer(message: unknown): boolean {
  if (z.safeParse(clientNotification, message).success) return true;
  return z.safeParse(clientResponse, message).success;
}
