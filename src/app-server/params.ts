import * as z from 'zod/mini';
import { invalidRequest, type RpcFailure } from './rpc-failure.ts';

const MAX_U32 = 4_294_967_295;
const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 100;

/** Text that must be there. */
export const text = z.string('must be a string');

/** What may be left out; `null` is as good as nothing. */
export function maybe<Schema extends z.ZodMiniType>(schema: Schema) {
  return z.pipe(
    z.nullish(schema),
    z.transform((value) => value ?? undefined),
  );
}

/** Text that may be left out. */
export const maybeText = maybe(text);

/** True or false; absent is false, `null` is neither. */
export const flag = z._default(z.boolean('must be true or false'), false);

/** True, false, or nothing. */
export const maybeFlag = maybe(z.boolean('must be true or false'));

/** Texts, or nothing. */
export const maybeTexts = maybe(z.array(text, 'must be a list of strings'));

const u32 = `must be a whole number from 0 to ${MAX_U32}`;

/** A whole number that fits 32 bits. */
export const count = z.int(u32).check(z.gte(0, u32), z.lte(MAX_U32, u32));

/** One of these words, or nothing. */
export function maybeOneOf<const Words extends readonly string[]>(words: Words) {
  return maybe(z.enum(words, `must be one of ${words.join(', ')}`));
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

/** Says in one line which field is wrong, and what it takes. */
export function describeIssue(issue: z.core.$ZodIssue | undefined, value: unknown): RpcFailure {
  const path = issue?.path ?? [];
  const field = path.map(String).join('.');
  if (valueAt(value, path) === undefined) {
    return invalidRequest(`Invalid request: missing field \`${field === '' ? 'params' : field}\``);
  }
  const demand = field === '' ? 'must be an object' : (issue?.message ?? 'is not valid');
  return invalidRequest(`Invalid request: \`${field === '' ? 'params' : field}\` ${demand}`);
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let found: unknown = value ?? undefined;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = Reflect.get(found, key);
  }
  return found;
}
