import type { StoredThreadItem } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import { toStoredItem } from './item-rows.ts';
import { fromStoredContent } from './stored-content.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { isContent, soundPack, unreadable } from './sound-rows.ts';
import {
  PACK_ITEMS,
  PAYLOAD_BYTES,
  type ItemRow,
  type PackRow,
  type StoredPackRow,
  type SummaryRow,
} from './schema.ts';

/** Ordinals of items, as [first, after the last]. */
export type Range = readonly [number, number];

/** An item's row, and the pack in which it lies. */
export interface FoundItem {
  row: ItemRow;
  pack: PackRow;
}

/** How many items to read. */
export interface ReadLimit {
  count: number;
  /** Enough is read, too, once two or more items have more bytes than this. */
  maxBytes?: number | undefined;
  deferOutput?: boolean;
}

/** What an item counts for in a page. */
export function bytesInPage(
  { bytes }: SummaryRow,
  { deferOutput = false }: { deferOutput?: boolean },
): number {
  return deferOutput && bytes > PAYLOAD_BYTES ? 0 : bytes;
}

/** Reads items of one thread, in one transaction, by ranges of packs. */
export class ItemReader {
  readonly #packs: IDBObjectStore;
  readonly #payloads: IDBObjectStore;
  readonly #keyRange: typeof IDBKeyRange;
  readonly #rows: number;

  constructor(transaction: IDBTransaction, keyRange: typeof IDBKeyRange, rows: number) {
    this.#packs = transaction.objectStore('packs');
    this.#payloads = transaction.objectStore('payloads');
    this.#keyRange = keyRange;
    this.#rows = rows;
  }

  /** The first items whose ordinals lie in these ranges, in order: as many as the limit asks for, if there are. */
  async first(ranges: readonly Range[], limit: ReadLimit): Promise<FoundItem[]> {
    const found: FoundItem[] = [];
    for (const [first, end] of ranges) {
      // Ordinals are dense but for what was rolled back, so that one step is nearly always enough.
      for (let from = first, step = firstStep(limit); from < end && !isEnough(found, limit); step *= 2) {
        found.push(...(await this.#between(from, Math.min(from + step, end))));
        from += step;
      }
      if (isEnough(found, limit)) break;
    }
    return found.slice(0, limit.count);
  }

  /** The last items whose ordinals lie in these ranges, the last first. */
  async last(ranges: readonly Range[], limit: ReadLimit): Promise<FoundItem[]> {
    const found: FoundItem[] = [];
    for (const [first, end] of [...ranges].reverse()) {
      for (let to = end, step = firstStep(limit); to > first && !isEnough(found, limit); step *= 2) {
        found.push(...(await this.#between(Math.max(to - step, first), to)).reverse());
        to -= step;
      }
      if (isEnough(found, limit)) break;
    }
    return found.slice(0, limit.count);
  }

  /** Every pack in these ranges, in order, where each range holds whole packs, as a turn's does. */
  async packs(ranges: readonly Range[]): Promise<PackRow[]> {
    const packs = await Promise.all(
      ranges.map(([first, end]) =>
        result<StoredPackRow[]>(this.#packs.getAll(ordinalRange(this.#keyRange, this.#rows, first, end - 1))),
      ),
    );
    return packs.flat().map(soundPack);
  }

  /**
   * The content of each item, from its row or, when it is large, from the payloads.
   * @param deferOutput gives large ones as their rows have them, and reads no payload
   */
  async contents(rows: readonly SummaryRow[], deferOutput = false): Promise<ThreadItem[]> {
    const inRow = ({ item, stub }: SummaryRow) => item ?? (deferOutput ? stub : undefined);
    const payloads = await Promise.all(rows.filter((row) => !inRow(row)).map((row) => this.#payload(row)));
    return rows.flatMap((row) => inRow(row) ?? payloads.shift() ?? []);
  }

  /** Found items as the contract gives them. */
  async stored(found: readonly FoundItem[], deferOutput = false): Promise<StoredThreadItem[]> {
    const contents = await this.contents(
      found.map(({ row }) => row),
      deferOutput,
    );
    return found.flatMap(({ row, pack }, index) => {
      const item = contents[index];
      return item === undefined ? [] : [toStoredItem(pack.turnId, row, item)];
    });
  }

  /**
   * The items whose ordinals are `first` to `end - 1`. A pack is keyed by its LAST ordinal: beside the packs in that
   * range the first one after it may hold some.
   */
  async #between(first: number, end: number): Promise<FoundItem[]> {
    const inside = ordinalRange(this.#keyRange, this.#rows, first, end - 1);
    const after = ordinalRange(this.#keyRange, this.#rows, end);
    const packs = await Promise.all([
      result<StoredPackRow[]>(this.#packs.getAll(inside)),
      result<StoredPackRow[]>(this.#packs.getAll(after, 1)),
    ]);
    return packs
      .flat()
      .map(soundPack)
      .flatMap((pack) =>
        pack.items.filter(({ ordinal }) => ordinal >= first && ordinal < end).map((row) => ({ row, pack })),
      );
  }

  async #payload(row: SummaryRow): Promise<ThreadItem> {
    const item = fromStoredContent(await result<unknown>(this.#payloads.get([this.#rows, row.ordinal])));
    // A page never fails because one row does (SPEC D1).
    return isContent(item) ? item : unreadable(row.itemId);
  }
}

/** Where bytes count, nobody knows how many items it will be. */
function firstStep({ count, maxBytes }: ReadLimit): number {
  return maxBytes === undefined ? count : Math.min(count, PACK_ITEMS);
}

function isEnough(found: readonly FoundItem[], limit: ReadLimit): boolean {
  const { count, maxBytes } = limit;
  if (found.length >= count) return true;
  if (maxBytes === undefined || found.length < 2) return false;
  return found.reduce((bytes, { row }) => bytes + bytesInPage(row, limit), 0) > maxBytes;
}
