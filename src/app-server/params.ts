import * as v from 'valibot';
import { invalidRequest, type RpcFailure } from './rpc-failure.ts';

const MAX_U32 = 4_294_967_295;
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/** Text that must be there. */
export const text = v.string('must be a string');

/** What may be left out; `null` is as good as nothing. */
export function maybe<Schema extends v.GenericSchema>(schema: Schema) {
  return v.pipe(
    v.nullish(schema),
    v.transform((value) => value ?? undefined),
  );
}

/** Text that may be left out. */
export const maybeText = maybe(text);

/** True or false; absent is false, `null` is neither. */
export const flag = v.optional(v.boolean('must be true or false'), false);

/** True, false, or nothing. */
export const maybeFlag = maybe(v.boolean('must be true or false'));

/** Texts, or nothing. */
export const maybeTexts = maybe(v.array(text, 'must be a list of strings'));

const u32 = `must be a whole number from 0 to ${MAX_U32}`;

/** A whole number that fits 32 bits. */
export const count = v.pipe(v.number(u32), v.integer(u32), v.minValue(0, u32), v.maxValue(MAX_U32, u32));

/** One of these words, or nothing. */
export function maybeOneOf<const Words extends readonly string[]>(words: Words) {
  return maybe(v.picklist(words, `must be one of ${words.join(', ')}`));
}

/** What every page of a list takes. */
export const pageParams = {
  cursor: maybeText,
  limit: maybe(count),
  sortDirection: maybeOneOf(['asc', 'desc']),
};

/** How many rows a page has: 25 where nothing is said, and from 1 to 100 (contract §3.2). */
export function pageSizeOf(limit: number | undefined): number {
  return Math.min(Math.max(limit ?? DEFAULT_LIMIT, 1), MAX_LIMIT);
}

/**
 * Checks what a request gives.
 * @throws RpcFailure that names the field that is wrong, and what it takes
 */
export function checkParams<Schema extends v.GenericSchema>(
  schema: Schema,
  params: unknown,
): v.InferOutput<Schema> {
  if (Array.isArray(params)) throw invalidRequest('Invalid request: `params` must be an object');
  const parsed = v.safeParse(schema, params);
  if (!parsed.success) throw describeIssue(parsed.issues[0], params);
  return parsed.output;
}

/** Says in one line which field is wrong, and what it takes. */
export function describeIssue(issue: v.BaseIssue<unknown>, value: unknown): RpcFailure {
  const path = issue.path?.map(({ key }) => key) ?? [];
  const field = path.map(String).join('.');
  if (valueAt(value, path) === undefined) {
    return invalidRequest(`Invalid request: missing field \`${field === '' ? 'params' : field}\``);
  }
  const demand = field === '' ? 'must be an object' : issue.message;
  return invalidRequest(`Invalid request: \`${field === '' ? 'params' : field}\` ${demand}`);
}

function valueAt(value: unknown, path: readonly unknown[]): unknown {
  let found: unknown = value ?? undefined;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, String(key));
  }
  return found;
}
