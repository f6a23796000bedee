import type { ThreadItem } from '../contract/thread-item.ts';
import type { RolloutFormat } from '../rollout/create-projection.ts';
import { summaryOf } from '../rollout/summary.ts';
import { TurnDraft, type DraftItem } from '../rollout/turn-draft.ts';
import { toItemRow, toPacks, toSummaryRow } from './item-rows.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { PACK_BYTES, PACK_ITEMS, PAYLOAD_BYTES, type ItemRow, type PackRow, type TurnRow } from './schema.ts';

/** A turn in work, and how much of it is in its rows. */
export interface HeldTurn {
  draft: TurnDraft;
  /** The thread's next ordinals when the turn began. */
  began: TurnRow['began'];
  /** The ordinals of its items that are in packs, as [first, after the last]. */
  ranges: [number, number][];
  /** Its last items that are in packs of their own commits, not yet sealed into full ones. */
  loose: DraftItem[];
  /** Under which updates replaced items are listed. */
  listedUpdates: Map<DraftItem, number>;
}

/** What {@link TurnRows.write} changes of a turn, as it is now: gives the function that brings it back. */
export function markOf(held: HeldTurn): () => void {
  const { draft, loose } = held;
  const { changed } = draft;
  const changedItems = [...draft.changedItems];
  const ranges = held.ranges.map(([first, end]): [number, number] => [first, end]);
  const listedUpdates = new Map(held.listedUpdates);
  return () => {
    held.ranges = ranges.map(([first, end]) => [first, end]);
    held.loose = loose;
    held.listedUpdates = new Map(listedUpdates);
    draft.changed = changed;
    for (const item of changedItems) draft.changedItems.add(item);
  };
}

/** A turn that has no rows yet. */
export function newHeldTurn(draft: TurnDraft, began: TurnRow['began']): HeldTurn {
  return { draft, began, ranges: [], loose: [], listedUpdates: new Map() };
}

/** The rows of one thread, in one transaction over the stores `turns`, `packs`, `payloads` and `updates`. */
export class TurnRows {
  readonly #rows: number;
  readonly #keyRange: typeof IDBKeyRange;
  readonly #turns: IDBObjectStore;
  readonly #packs: IDBObjectStore;
  readonly #payloads: IDBObjectStore;
  readonly #updates: IDBObjectStore;

  constructor(transaction: IDBTransaction, keyRange: typeof IDBKeyRange, rows: number) {
    this.#rows = rows;
    this.#keyRange = keyRange;
    this.#turns = transaction.objectStore('turns');
    this.#packs = transaction.objectStore('packs');
    this.#payloads = transaction.objectStore('payloads');
    this.#updates = transaction.objectStore('updates');
  }

  /**
   * Writes what changed in a turn: its row, packs of its new items, and the packs that hold changed ones.
   * @param seal puts all its loose items into full packs: the turn has ended, or is written whole
   * @returns whether it has no loose items any more
   */
  async write(held: HeldTurn, format: RolloutFormat, seal: boolean): Promise<boolean> {
    const { draft, ranges } = held;
    const packedBelow = ranges.at(-1)?.[1] ?? 0;
    const changed = [...draft.changedItems].sort((a, b) => a.ordinal - b.ordinal);
    const fresh = changed.filter((item) => item.ordinal >= packedBelow);
    for (const item of changed) {
      if (item.bytes > PAYLOAD_BYTES) this.#payloads.put(item.item, [this.#rows, item.ordinal]);
      if (item.updated) this.#listUpdate(held, item);
    }
    for (const { ordinal } of fresh) {
      const last = ranges.at(-1);
      if (last?.[1] === ordinal) last[1]++;
      else ranges.push([ordinal, ordinal + 1]);
    }
    const packed = this.#pack(held, fresh, seal);
    this.#turns.put(toTurnRow(this.#rows, held, format));
    for (const item of changed) if (!packed.has(item)) await this.#replace(item);
    draft.markWritten();
    return held.loose.length === 0;
  }

  /** The turn with this id, with its items' content, or `undefined`. */
  async read(turnId: string): Promise<HeldTurn | undefined> {
    const row = await result<TurnRow | undefined>(this.#turns.index('byId').get([this.#rows, turnId]));
    if (!row) return undefined;
    const held = newHeldTurn(new TurnDraft(row.turnId, row.ordinal, stateOf(row)), row.began);
    held.ranges = row.ranges;
    held.draft.endOrdinal = row.endOrdinal;
    for (const [first, end] of row.ranges) {
      const packs = await result<PackRow[]>(this.#packs.getAll(this.#range(first, end - 1)));
      for (const item of packs.flatMap((pack) => pack.items)) {
        const draft: DraftItem = { ...item, item: item.item ?? (await this.#payload(item)) };
        held.draft.restore(draft);
        if (item.updated) held.listedUpdates.set(draft, item.updatedAtOrdinal);
      }
    }
    held.draft.markWritten();
    return held;
  }

  /**
   * The thread's last turns, or all when there are fewer.
   * @param before the ordinal after the last turn's
   */
  async last(count: number, before: number): Promise<TurnRow[]> {
    const last: TurnRow[] = [];
    let end = before;
    while (last.length < count && end > 0) {
      // Ordinals of turns that were rolled back earlier are gaps, so one window may not be enough.
      const first = Math.max(0, end - (count - last.length));
      last.push(...(await result<TurnRow[]>(this.#turns.getAll(this.#range(first, end - 1)))));
      end = first;
    }
    return last;
  }

  /** Removes turns with all that they have. */
  remove(turns: readonly TurnRow[]): void {
    for (const turn of turns) {
      this.#turns.delete([this.#rows, turn.ordinal]);
      for (const [from, to] of turn.ranges) {
        this.#packs.delete(this.#range(from, to - 1));
        this.#payloads.delete(this.#range(from, to - 1));
      }
    }
  }

  /** Puts new items into packs; gives the items whose packs hold all that changed. */
  #pack(held: HeldTurn, fresh: DraftItem[], seal: boolean): Set<DraftItem> {
    const { draft, loose } = held;
    const tail = [...loose, ...fresh];
    const isFull =
      tail.length >= PACK_ITEMS || tail.reduce((bytes, item) => bytes + item.bytes, 0) >= PACK_BYTES;
    const written = seal || isFull ? tail : fresh;
    if (written === tail) {
      for (const { ordinal } of loose) this.#packs.delete([this.#rows, ordinal]);
      held.loose = [];
    } else held.loose = tail;
    const turn = { rows: this.#rows, turnOrdinal: draft.ordinal, turnId: draft.turnId };
    for (const pack of toPacks(written.map(toItemRow), turn)) this.#packs.put(pack);
    return new Set(written);
  }

  /** Lists an item that was replaced under its latest change, and no other. */
  #listUpdate({ listedUpdates }: HeldTurn, item: DraftItem): void {
    const listed = listedUpdates.get(item);
    if (listed !== undefined) this.#updates.delete([this.#rows, listed]);
    this.#updates.put(item.ordinal, [this.#rows, item.updatedAtOrdinal]);
    listedUpdates.set(item, item.updatedAtOrdinal);
  }

  /** Puts an item's new state into the pack that has it. */
  async #replace(item: DraftItem): Promise<void> {
    const [pack] = await result<PackRow[]>(this.#packs.getAll(this.#range(item.ordinal), 1));
    if (!pack) return;
    const items = pack.items.map((row): ItemRow => (row.ordinal === item.ordinal ? toItemRow(item) : row));
    this.#packs.put({ ...pack, items });
  }

  #payload(item: ItemRow): Promise<ThreadItem | undefined> {
    return result<ThreadItem | undefined>(this.#payloads.get([this.#rows, item.ordinal]));
  }

  #range(first: number, last?: number): IDBKeyRange {
    return ordinalRange(this.#keyRange, this.#rows, first, last);
  }
}

function toTurnRow(rows: number, { draft, ranges, began }: HeldTurn, format: RolloutFormat): TurnRow {
  let largeBytes = 0;
  for (const { bytes } of draft.items.values()) if (bytes > PAYLOAD_BYTES) largeBytes += bytes;
  return {
    rows,
    ordinal: draft.ordinal,
    turnId: draft.turnId,
    ...draft.state,
    ...(draft.endOrdinal === undefined ? {} : { endOrdinal: draft.endOrdinal }),
    began,
    ranges,
    itemCount: draft.items.size,
    bytes: draft.bytes,
    ...(largeBytes > 0 ? { largeBytes } : {}),
    summary: summaryOf(draft, format === 'paginated' ? 'paginated' : 'legacy').map(toSummaryRow),
  };
}

function stateOf({
  status,
  error,
  startedAt,
  completedAt,
  durationMs,
  rootTurnId,
}: TurnRow): TurnDraft['state'] {
  return {
    status,
    ...(error === undefined ? {} : { error }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(rootTurnId === undefined ? {} : { rootTurnId }),
  };
}
