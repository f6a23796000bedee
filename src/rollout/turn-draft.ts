import type { StoredThreadItem, StoredTurnError, TurnStatus } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';

/** When an item was seen, began and ended (Unix milliseconds), and how many bytes its line has. */
export interface ItemStamp {
  createdAtMs: number;
  startedAtMs?: number;
  completedAtMs?: number;
  bytes: number;
}

/** An item of a draft. `item` is absent when only storage still holds its content. */
export interface DraftItem extends ItemStamp {
  readonly itemId: string;
  readonly ordinal: number;
  updatedAtOrdinal: number;
  /** It was replaced after it first appeared. */
  updated?: true;
  item: ThreadItem | undefined;
}

/** What may change in a turn beside its items. */
export interface TurnState {
  status: TurnStatus;
  error?: StoredTurnError;
  /** Unix seconds. */
  startedAt?: number;
  /** Unix seconds. */
  completedAt?: number;
  durationMs?: number;
  rootTurnId?: string;
}

/** Hands out the ordinals of a thread. None is ever given twice, also after a rollback. */
export interface ThreadCounters {
  nextTurn: number;
  nextItem: number;
  nextUpdate: number;
}

/** Of each counter the greater one. */
export function greatestOf(a: ThreadCounters, b: ThreadCounters): ThreadCounters {
  return {
    nextTurn: Math.max(a.nextTurn, b.nextTurn),
    nextItem: Math.max(a.nextItem, b.nextItem),
    nextUpdate: Math.max(a.nextUpdate, b.nextUpdate),
  };
}

/**
 * A turn while lines still change it. A projection writes it; whoever keeps the rows reads it, and takes
 * {@link TurnDraft.changed} and {@link TurnDraft.changedItems} as the list of what to write.
 */
export class TurnDraft {
  readonly turnId: string;
  readonly ordinal: number;
  /** Every item by its id, in order of first appearance. */
  readonly items = new Map<string, DraftItem>();
  /** The items that changed since the rows were last written. */
  readonly changedItems = new Set<DraftItem>();
  /** Whether anything changed since the rows were last written. */
  changed = true;
  /** Bytes of all items, about. */
  bytes = 0;
  /** Items with this ordinal and above came after the turn's end: its summary leaves them out (contract §1.5, 46). */
  endOrdinal: number | undefined;
  state: TurnState;

  constructor(turnId: string, ordinal: number, state: TurnState) {
    this.turnId = turnId;
    this.ordinal = ordinal;
    this.state = state;
  }

  /** The item that came last, or `undefined` in an empty turn. */
  get lastItem(): DraftItem | undefined {
    return this.#last;
  }
  #last: DraftItem | undefined;

  /** Changes what the turn says of itself. A field that is `undefined` stays as it was. */
  set(state: Partial<TurnState>): void {
    this.state = { ...this.state, ...withoutUndefined(state) };
    this.changed = true;
  }

  /** Says anew all that the turn says of itself, and whether it has ended for good. */
  replaceState(state: TurnState, endOrdinal?: number): void {
    this.state = state;
    this.endOrdinal = endOrdinal;
    this.changed = true;
  }

  /**
   * Adds an item, or replaces the one with its id: place and creation time stay, content and
   * `updatedAtOrdinal` change (contract §1.5, 45).
   */
  put(item: ThreadItem, stamp: ItemStamp, counters: ThreadCounters): void {
    const known = this.items.get(item.id);
    const updatedAtOrdinal = counters.nextUpdate++;
    let draft: DraftItem;
    if (known) {
      this.bytes += stamp.bytes - known.bytes;
      const change = {
        ...stamp,
        createdAtMs: known.createdAtMs,
        updatedAtOrdinal,
        updated: true as const,
        item,
      };
      draft = Object.assign(known, change);
    } else {
      this.bytes += stamp.bytes;
      draft = { ...stamp, itemId: item.id, ordinal: counters.nextItem++, updatedAtOrdinal, item };
      this.items.set(item.id, draft);
      this.#last = draft;
    }
    this.changedItems.add(draft);
    this.changed = true;
  }

  /** Takes an item from its row, as it was. */
  restore(item: DraftItem): void {
    this.items.set(item.itemId, item);
    this.bytes += item.bytes;
    this.#last = item;
  }

  /**
   * Takes over an item that has its ordinal already, and that no row holds.
   * @param counters given where this is news: who has read all changes until now has not seen it
   */
  adopt(item: DraftItem, counters?: ThreadCounters): void {
    if (counters) {
      item.updatedAtOrdinal = counters.nextUpdate++;
      item.updated = true;
    }
    this.restore(item);
    this.changedItems.add(item);
    this.changed = true;
  }

  /** Says that the rows hold all of this now. */
  markWritten(): void {
    this.changed = false;
    this.changedItems.clear();
  }
}

/** An item as the contract gives it. */
export function toStoredItem(turnId: string, draft: DraftItem, item: ThreadItem): StoredThreadItem {
  return {
    turnId,
    itemId: draft.itemId,
    ordinal: draft.ordinal,
    updatedAtOrdinal: draft.updatedAtOrdinal,
    createdAtMs: draft.createdAtMs,
    ...(draft.startedAtMs === undefined ? {} : { startedAtMs: draft.startedAtMs }),
    ...(draft.completedAtMs === undefined ? {} : { completedAtMs: draft.completedAtMs }),
    item,
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
