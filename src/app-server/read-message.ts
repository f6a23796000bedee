import * as v from 'valibot';
import type { RequestId, RpcRequest } from './json-rpc.ts';

const ID = 'must be a string or a whole number';
const requestId = v.union([v.string(), v.pipe(v.number(), v.safeInteger(ID))], ID);
const requestSchema = v.object({
  id: requestId,
  method: v.string('must be a string'),
  params: v.unknown(),
});
const identified = v.object({ id: requestId });
const clientNotification = v.object({ method: v.string(), id: v.optional(v.undefined()) });
const clientResponse = v.union([
  v.object({ id: requestId, result: v.unknown(), method: v.optional(v.undefined()) }),
  v.object({ id: requestId, error: v.looseObject({}), method: v.optional(v.undefined()) }),
]);

/** Checks that a message is a request. */
export function parseRequest(
  message: unknown,
): { request: RpcRequest } | { id: RequestId | null; issue: v.BaseIssue<unknown> } {
  const parsed = v.safeParse(requestSchema, message);
  if (parsed.success) return { request: parsed.output };
  const known = v.safeParse(identified, message);
  return { id: known.success ? known.output.id : null, issue: parsed.issues[0] };
}

/** Whether a message wants no answer: a client's notification, as `initialized`, or an answer of its own. */
export function wantsNoAnswer(message: unknown): boolean {
  if (v.safeParse(clientNotification, message).success) return true;
  return v.safeParse(clientResponse, message).success;
}
