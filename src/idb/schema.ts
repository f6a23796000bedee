import type { Json } from '../contract/json.ts';
import { LARGE_ITEM_BYTES } from '../contract/large-items.ts';
import type { StoredTurnError, TurnStatus } from '../contract/records.ts';
import type { ThreadEdits } from '../contract/thread-edits.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import type { RolloutRecord } from '../import/import-target.ts';
import type { Surface } from '../rollout/projection.ts';
import type { ThreadMetadata } from '../rollout/thread-metadata.ts';
import type { ThreadCounters } from '../rollout/turn-draft.ts';

/**
 * The version of what lines mean. When it rises, the rows of older threads are made anew from their logs.
 */
export const PROJECTION_VERSION = 1;

/** A thread. Everything that a list shows, and all that a writer needs to go on. */
export interface ThreadRow {
  threadId: string;
  archived: 0 | 1;
  /** Sort keys, as the thread's record tells the times: the negative of a time, so that an ascending range read gives the newest first in every engine. */
  byCreated: number;
  byUpdated: number;
  byRecency: number;
  /** What its lines say. */
  metadata: ThreadMetadata;
  /** What people did to it. */
  edits: ThreadEdits;
  /** The key of its turns, packs, payloads and updates. A rebuilt thread has a new one. */
  rows: number;
  counters: ThreadCounters;
  turnCount: number;
  itemCount: number;
  /** The rollout in which it goes on, as far as it is written: a live writer leaves the rollout's own row behind. */
  rollout: RolloutRecord;
  /** The key of that rollout's bytes. */
  log: number;
  /** A rollout that its history needs and that is not there. */
  missingBase?: string;
  surface: Surface;
  projection: Json;
  projectionVersion: number;
}

/** Where a thread's turns and items are: all that a page of them needs to know of the thread. */
export type ThreadPlace = Pick<ThreadRow, 'rows' | 'counters'>;

/** A turn, with the items that its summary shows, so that a page of summaries is one range read. */
export interface TurnRow {
  rows: number;
  ordinal: number;
  turnId: string;
  status: TurnStatus;
  error?: StoredTurnError;
  startedAt?: number;
  completedAt?: number;
  durationMs?: number;
  rootTurnId?: string;
  /** Where what came after its end begins: such items are not part of its summary. */
  endOrdinal?: number;
  /** The thread's next ordinals when it began: what came before it has lower ones. */
  began: { item: number; update: number };
  /** The ordinals of its items, as [first, after the last]; more than one where items came late. */
  ranges: [number, number][];
  itemCount: number;
  bytes: number;
  /** How many of these bytes are large items'; absent: none. */
  largeBytes?: number;
  summary: SummaryRow[];
}

/** An item as a pack holds it. Without `item`, its content is a payload of its own. */
export interface ItemRow {
  itemId: string;
  ordinal: number;
  updatedAtOrdinal: number;
  createdAtMs: number;
  startedAtMs?: number;
  completedAtMs?: number;
  bytes: number;
  /** It was replaced after it first appeared: its latest change is listed in the updates. */
  updated?: true;
  item?: ThreadItem;
  /** Of an item whose content is a payload: what it is without its long fields. */
  stub?: ThreadItem;
}

/** An item as a summary holds it: every page of turns reads it, and no page of items. */
export type SummaryRow = Pick<ItemRow, 'itemId' | 'ordinal' | 'bytes' | 'item' | 'stub'>;

/**
 * Items of one turn whose ordinals follow each other. Its key is the LAST of them: the items from a to e are those of
 * the packs from a to e - 1 and of the first pack from e on.
 */
export interface PackRow {
  rows: number;
  last: number;
  turnOrdinal: number;
  turnId: string;
  items: ItemRow[];
}

/** A turn, or a pack, as it lies on disk: long texts of what it shows, or holds, are bytes. */
export type StoredTurnRow = Omit<TurnRow, 'summary'> & { summary: unknown };
export type StoredPackRow = Omit<PackRow, 'items'> & { items: unknown };

/** A rollout file: who it is, and how much of it is there. Its bytes are in the log, word for word. */
export interface RolloutRow extends RolloutRecord {
  /** Its name without folders, for the index. */
  fileName: string;
  /** `base.rolloutId`, for the index. */
  baseId?: string;
  /** The key of its bytes. */
  log: number;
}

/** Rows or log under this key belong to nobody yet, or to nobody any more. */
export interface UnpublishedRow {
  key: number;
  what: 'rows' | 'log';
}

/** A pack holds at most this many items. */
export const PACK_ITEMS = 64;

/** A pack of a turn that was written whole holds at most this many bytes, about, unless one item is larger. */
export const PACK_BYTES = 256 * 1024;

/**
 * While a turn is written live its packs hold at most this many: Chromium makes a file of a value of more than 64 KB,
 * which keeps the thread waiting that hands it over. An item's bytes are its line's characters, of which each takes up to
 * three bytes.
 */
export const LIVE_PACK_BYTES = 20 * 1024;

/** An item of more bytes than this is a payload of its own, so that pages which do not show it need not read it. */
export const PAYLOAD_BYTES = LARGE_ITEM_BYTES;

/** The stores that the database has since its last migration. */
export const STORES = [
  'threads',
  'turns',
  'packs',
  'payloads',
  'updates',
  'rollouts',
  'log',
  'unpublished',
] as const;

export type StoreName = (typeof STORES)[number];

/** The stores of a thread's rows: those that {@link ThreadRow.rows} is the key of. */
export const ROW_STORES: StoreName[] = ['turns', 'packs', 'payloads', 'updates'];
