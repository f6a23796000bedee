import { ThreadStoreError } from '../contract/errors.ts';
import { isJsonObject } from '../contract/json.ts';
import type { TurnStatus } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import { fromStoredContent } from './stored-content.ts';
import type {
  ItemRow,
  PackRow,
  StoredPackRow,
  StoredTurnRow,
  SummaryRow,
  ThreadRow,
  TurnRow,
} from './schema.ts';

/**
 * Rows are checked as they are read, as far as code relies on their shape: a disk that lies costs the row that it lies
 * about. The platform itself sees to the fields that are keys. A sound row comes back as the object that it was, its
 * texts no longer in bytes.
 */

/** What the error of a turn says whose row is damaged. */
export const UNREADABLE_TURN = 'this turn cannot be read: its record is damaged';

const STATUSES: ReadonlySet<unknown> = new Set<TurnStatus>([
  'completed',
  'interrupted',
  'failed',
  'inProgress',
]);

/** What stands for an item whose content is lost. */
export function unreadable(id: string): ThreadItem {
  return { type: 'unreadable', id };
}

/** Whether a value that is stored as an item's content is one. */
export function isContent(value: unknown): value is ThreadItem {
  return isJsonObject(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string';
}

/** A pack. Its items' ordinals follow each other up to its key, so that each lost one still has its place. */
export function soundPack(pack: StoredPackRow): PackRow {
  const held = contentOf(pack.items);
  if (typeof pack.turnId === 'string' && isList(held, isSoundItem) && held.length > 0)
    return Object.assign(pack, { items: held });
  const turnId = typeof pack.turnId === 'string' ? pack.turnId : '';
  // Of a pack whose list is lost it is not known how many there were: one item stands for them all.
  const items: unknown[] = Array.isArray(held) && held.length > 0 ? held : [undefined];
  const first = pack.last - items.length + 1;
  return {
    ...pack,
    turnId,
    items: items.map((item, index) => (isSoundItem(item) ? item : lostItem(item, first + index))),
  };
}

/**
 * A turn. One of which nobody can tell how it ended, or what it has, is given as failed.
 * @param isShown whether its summary is; else it is left unread, and empty
 */
export function soundTurn(turn: StoredTurnRow, isShown = false): TurnRow {
  const { ordinal, turnId, status, ranges, began, itemCount, bytes } = turn;
  const summary = isShown ? contentOf(turn.summary) : [];
  const hasRanges = isList(ranges, isRange);
  const hasState = typeof turnId === 'string' && STATUSES.has(status);
  const hasNumbers = [itemCount, bytes, began?.item, began?.update].every(Number.isFinite);
  if (hasRanges && hasState && hasNumbers && isList(summary, isSoundSummary))
    return Object.assign(turn, { summary });
  const items: unknown[] = Array.isArray(summary) ? summary : [undefined];
  const sound: TurnRow = {
    ...turn,
    turnId: typeof turnId === 'string' ? turnId : `unreadable-${ordinal}`,
    ranges: hasRanges ? ranges : [],
    began: hasNumbers ? began : { item: 0, update: 0 },
    itemCount: hasNumbers ? itemCount : 0,
    bytes: hasNumbers ? bytes : 0,
    summary: items.map((item, index) => (isSoundSummary(item) ? item : lostItem(item, index))),
  };
  if (hasRanges && hasState) return sound;
  return { ...sound, status: 'failed', error: { message: UNREADABLE_TURN } };
}

/** @throws ThreadStoreError `internal` for a thread whose row is damaged: nothing may be written by what it says. */
export function mustBeSound(row: ThreadRow, operation?: string): void {
  if (isSoundThread(row)) return;
  const { threadId } = row;
  throw new ThreadStoreError('internal', `the record of thread ${threadId} is damaged; its lines are kept`, {
    operation,
    threadId,
  });
}

/** Whether a thread's row has all that reading and writing the thread relies on. */
export function isSoundThread({ rows, log, metadata, edits, counters, rollout }: ThreadRow): boolean {
  return (
    [rows, log, counters?.nextTurn, counters?.nextItem, counters?.nextUpdate].every(Number.isFinite) &&
    [metadata, edits, rollout].every(isJsonObject) &&
    [metadata.preview, rollout.path, rollout.rolloutId].every((text) => typeof text === 'string') &&
    [metadata.createdAt, metadata.updatedAt, metadata.recencyAt, rollout.bytes].every(Number.isFinite)
  );
}

/** The items that a row holds. Of one with a damaged text only its id is left. */
function contentOf(items: unknown): unknown {
  if (!Array.isArray(items)) return items;
  return items.map((item: unknown) => fromStoredContent(item) ?? { itemId: Object(item).itemId });
}

function isList<T>(values: unknown, isSound: (value: unknown) => value is T): values is T[] {
  return Array.isArray(values) && values.every(isSound);
}

function isSoundSummary(row: unknown): row is SummaryRow {
  if (typeof row !== 'object' || row === null) return false;
  const { itemId, ordinal, bytes, item } = row as Partial<SummaryRow>;
  return (
    typeof itemId === 'string' &&
    typeof ordinal === 'number' &&
    typeof bytes === 'number' &&
    (item === undefined || isContent(item))
  );
}

function isSoundItem(row: unknown): row is ItemRow {
  if (!isSoundSummary(row)) return false;
  const { updatedAtOrdinal, createdAtMs } = row as Partial<ItemRow>;
  return typeof updatedAtOrdinal === 'number' && typeof createdAtMs === 'number';
}

/** What stands in the place of an item whose row is damaged. */
function lostItem(row: unknown, ordinal: number): ItemRow {
  const known: unknown = isJsonObject(row) ? row['itemId'] : undefined;
  const itemId = typeof known === 'string' ? known : `unreadable-${ordinal}`;
  return {
    itemId,
    ordinal,
    updatedAtOrdinal: ordinal,
    createdAtMs: 0,
    bytes: 0,
    item: unreadable(itemId),
  };
}

function isRange(value: unknown): value is [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
}
