import * as v from 'valibot';
import { wholeNumber } from './whole-number.ts';
import { ThreadStoreError } from './errors.ts';
import { rowsWithin, type Page, type PageLimit } from './page.ts';
import type { CheckedRequest } from './check-request.ts';

type Request = CheckedRequest<'listItems'>;

const cursorSchema = v.strictTuple([v.literal('update'), v.string(), v.pipe(wholeNumber, v.minValue(-1))]);

/**
 * From where a list of changed items goes on: the `updatedAtOrdinal` that came last.
 * @returns `undefined` when the request does not ask for changes
 * @throws ThreadStoreError `invalid_request` for another direction, or a cursor of another list or thread
 */
export function watermarkOf({
  threadId,
  afterUpdatedAtOrdinal,
  cursor,
  sortDirection,
}: Request): number | undefined {
  if (afterUpdatedAtOrdinal === undefined) return undefined;
  if (sortDirection === 'desc')
    throw invalid('afterUpdatedAtOrdinal goes with sortDirection asc only', threadId);
  if (cursor === undefined) return afterUpdatedAtOrdinal;
  const decoded = v.safeParse(cursorSchema, parseJson(cursor));
  if (!decoded.success || decoded.output[1] !== threadId)
    throw invalid(`invalid cursor: ${cursor}`, threadId);
  return Math.max(decoded.output[2], afterUpdatedAtOrdinal);
}

/**
 * A page of changed items.
 * @param changed in the order of their changes, one more than the page takes where there are more
 * @param changeOf the `updatedAtOrdinal` of one
 */
export function toUpdatePage<Row>(
  changed: readonly Row[],
  limit: PageLimit<Row>,
  threadId: string,
  changeOf: (row: Row) => number,
): Pick<Page<Row>, 'rows' | 'nextCursor'> {
  const rows = changed.slice(0, rowsWithin(changed, limit));
  const last = rows.at(-1);
  if (last === undefined || changed.length === rows.length) return { rows };
  return { rows, nextCursor: JSON.stringify(['update', threadId, changeOf(last)]) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalid(message: string, threadId: string): ThreadStoreError {
  return new ThreadStoreError('invalid_request', message, { operation: 'listItems', threadId });
}
