import * as v from 'valibot';
import { wholeNumber } from './whole-number.ts';
import { ThreadStoreError } from './errors.ts';
import type { ThreadSortKey } from './requests.ts';

/**
 * A cursor names a row, and whether that row is part of the page. It holds for either direction (contract §3.4).
 * Callers get it as text and must not look inside. It carries the row's id beside its ordinal, so that a row which
 * is gone is told from another one in its place, also after the rows were rebuilt.
 */
export interface TurnCursor {
  threadId: string;
  turnId: string;
  ordinal: number;
  inclusive: boolean;
}

/** As {@link TurnCursor}, for the list of items. Valid with and without `turnId` in the request. */
export interface ItemCursor extends TurnCursor {
  itemId: string;
}

/** As {@link TurnCursor}, for the list of threads. It belongs to one sort key. */
export interface ThreadCursor {
  sortKey: ThreadSortKey;
  /** The thread's time by that key, Unix milliseconds. */
  at: number;
  threadId: string;
  inclusive: boolean;
}

const ordinal = v.pipe(wholeNumber, v.minValue(0));
const turnSchema = v.strictTuple([v.literal('turn'), v.string(), v.string(), ordinal, v.boolean()]);
const itemSchema = v.strictTuple([
  v.literal('item'),
  v.string(),
  v.string(),
  ordinal,
  v.boolean(),
  v.string(),
]);
const threadSchema = v.strictTuple([
  v.picklist(['createdAt', 'updatedAt', 'recencyAt']),
  v.pipe(v.number(), v.finite()),
  v.string(),
  v.boolean(),
]);

export function encodeTurnCursor(cursor: TurnCursor): string {
  return JSON.stringify(['turn', cursor.threadId, cursor.turnId, cursor.ordinal, cursor.inclusive]);
}

export function encodeItemCursor(cursor: ItemCursor): string {
  const { threadId, turnId, ordinal: position, inclusive, itemId } = cursor;
  return JSON.stringify(['item', threadId, turnId, position, inclusive, itemId]);
}

export function encodeThreadCursor(cursor: ThreadCursor): string {
  return JSON.stringify([cursor.sortKey, cursor.at, cursor.threadId, cursor.inclusive]);
}

/** @throws ThreadStoreError `invalid_request` when the text is not a cursor of this thread's turns. */
export function decodeTurnCursor(text: string, ofThread: string): TurnCursor {
  const [, threadId, turnId, position, inclusive] = decode(turnSchema, text, 'listTurns');
  if (threadId !== ofThread) throw invalidCursor(text, 'listTurns');
  return { threadId, turnId, ordinal: position, inclusive };
}

/** @throws ThreadStoreError `invalid_request` when the text is not a cursor of this thread's items. */
export function decodeItemCursor(text: string, ofThread: string): ItemCursor {
  const [, threadId, turnId, position, inclusive, itemId] = decode(itemSchema, text, 'listItems');
  if (threadId !== ofThread) throw invalidCursor(text, 'listItems');
  return { threadId, turnId, ordinal: position, inclusive, itemId };
}

/** @throws ThreadStoreError `invalid_request` when the text is not a cursor of a list with this sort key. */
export function decodeThreadCursor(text: string, ofSortKey: ThreadSortKey): ThreadCursor {
  const [sortKey, at, threadId, inclusive] = decode(threadSchema, text, 'listThreads');
  if (sortKey !== ofSortKey) throw invalidCursor(text, 'listThreads');
  return { sortKey, at, threadId, inclusive };
}

/** The error for a cursor whose row was rolled back or deleted (contract §3.2). */
export function anchorIsGone(row: 'turn' | 'item', operation: string): ThreadStoreError {
  const message = `invalid cursor: anchor ${row} is no longer present`;
  return new ThreadStoreError('invalid_request', message, { operation });
}

function decode<Schema extends v.GenericSchema>(
  schema: Schema,
  text: string,
  operation: string,
): v.InferOutput<Schema> {
  const result = v.safeParse(schema, parseJson(text));
  if (!result.success) throw invalidCursor(text, operation);
  return result.output;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function invalidCursor(text: string, operation: string): ThreadStoreError {
  return new ThreadStoreError('invalid_request', `invalid cursor: ${text}`, { operation });
}
