import type { StoredThreadItem } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import { toStoredItem } from './item-rows.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import type { ItemRow, PackRow } from './schema.ts';

/** Ordinals of items, as [first, after the last]. */
export type Range = readonly [number, number];

/** An item's row, and the pack in which it lies. */
export interface FoundItem {
  row: ItemRow;
  pack: PackRow;
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

  /** The first `count` items whose ordinals lie in these ranges, in order. */
  async first(ranges: readonly Range[], count: number): Promise<FoundItem[]> {
    const found: FoundItem[] = [];
    for (const [first, end] of ranges) {
      // Ordinals are dense but for what was rolled back, so that one step is nearly always enough.
      for (let from = first, step = count; from < end && found.length < count; from += step, step *= 2) {
        found.push(...(await this.#between(from, Math.min(from + step, end))));
      }
      if (found.length >= count) break;
    }
    return found.slice(0, count);
  }

  /** The last `count` items whose ordinals lie in these ranges, the last first. */
  async last(ranges: readonly Range[], count: number): Promise<FoundItem[]> {
    const found: FoundItem[] = [];
    for (const [first, end] of [...ranges].reverse()) {
      for (let to = end, step = count; to > first && found.length < count; to -= step, step *= 2) {
        found.push(...(await this.#between(Math.max(to - step, first), to)).reverse());
      }
      if (found.length >= count) break;
    }
    return found.slice(0, count);
  }

  /** Every pack in these ranges, in order, where each range holds whole packs, as a turn's does. */
  async packs(ranges: readonly Range[]): Promise<PackRow[]> {
    const packs = await Promise.all(
      ranges.map(([first, end]) =>
        result<PackRow[]>(this.#packs.getAll(ordinalRange(this.#keyRange, this.#rows, first, end - 1))),
      ),
    );
    return packs.flat();
  }

  /** The contents of items, from their rows or, when they are large, from the payloads. */
  async contents(rows: readonly ItemRow[]): Promise<ThreadItem[]> {
    const payloads = await Promise.all(rows.filter((row) => !row.item).map((row) => this.#payload(row)));
    return rows.flatMap((row) => row.item ?? payloads.shift() ?? []);
  }

  /** Found items as the contract gives them. */
  async stored(found: readonly FoundItem[]): Promise<StoredThreadItem[]> {
    const contents = await this.contents(found.map(({ row }) => row));
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
      result<PackRow[]>(this.#packs.getAll(inside)),
      result<PackRow[]>(this.#packs.getAll(after, 1)),
    ]);
    return packs
      .flat()
      .flatMap((pack) =>
        pack.items.filter(({ ordinal }) => ordinal >= first && ordinal < end).map((row) => ({ row, pack })),
      );
  }

  async #payload(row: ItemRow): Promise<ThreadItem> {
    const item = await result<ThreadItem | undefined>(this.#payloads.get([this.#rows, row.ordinal]));
    // A page never fails because one row does (SPEC D1).
    return item ?? { type: 'unreadable', id: row.itemId };
  }
}
