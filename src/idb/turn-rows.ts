import type { ThreadItem } from '../contract/thread-item.ts';
import type { RolloutFormat } from '../rollout/create-projection.ts';
import { summaryOf } from '../rollout/summary.ts';
import { TurnDraft, type DraftItem } from '../rollout/turn-draft.ts';
import { toItemRow, toPacks } from './item-rows.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { PAYLOAD_BYTES, type ItemRow, type PackRow, type TurnRow } from './schema.ts';

/** A turn in work, and how much of it is in its rows. */
export interface HeldTurn {
  draft: TurnDraft;
  /** The ordinals of its items that are in packs, as [first, after the last]. */
  ranges: [number, number][];
}

/** The rows of one thread, in one transaction over the stores `turns`, `packs` and `payloads`. */
export class TurnRows {
  readonly #rows: number;
  readonly #keyRange: typeof IDBKeyRange;
  readonly #turns: IDBObjectStore;
  readonly #packs: IDBObjectStore;
  readonly #payloads: IDBObjectStore;

  constructor(transaction: IDBTransaction, keyRange: typeof IDBKeyRange, rows: number) {
    this.#rows = rows;
    this.#keyRange = keyRange;
    this.#turns = transaction.objectStore('turns');
    this.#packs = transaction.objectStore('packs');
    this.#payloads = transaction.objectStore('payloads');
  }

  /** Writes what changed in a turn: its row, packs of its new items, and the packs that hold changed ones. */
  async write(held: HeldTurn, format: RolloutFormat): Promise<void> {
    const { draft, ranges } = held;
    const packedBelow = ranges.at(-1)?.[1] ?? 0;
    const changed = [...draft.changedItems].sort((a, b) => a.ordinal - b.ordinal);
    const fresh = changed.filter((item) => item.ordinal >= packedBelow);
    for (const item of changed) {
      if (item.bytes > PAYLOAD_BYTES) this.#payloads.put(item.item, [this.#rows, item.ordinal]);
    }
    const turn = { rows: this.#rows, turnOrdinal: draft.ordinal, turnId: draft.turnId };
    for (const pack of toPacks(fresh.map(toItemRow), turn)) this.#packs.put(pack);
    for (const { ordinal } of fresh) {
      const last = ranges.at(-1);
      if (last?.[1] === ordinal) last[1]++;
      else ranges.push([ordinal, ordinal + 1]);
    }
    this.#turns.put(toTurnRow(this.#rows, held, format));
    for (const item of changed.slice(0, changed.length - fresh.length)) await this.#replace(item);
  }

  /** The turn with this id as a draft, with its items' content, or `undefined`. */
  async read(turnId: string): Promise<HeldTurn | undefined> {
    const row = await result<TurnRow | undefined>(this.#turns.index('byId').get([this.#rows, turnId]));
    if (!row) return undefined;
    const draft = new TurnDraft(row.turnId, row.ordinal, stateOf(row));
    for (const [first, end] of row.ranges) {
      const packs = await result<PackRow[]>(this.#packs.getAll(this.#range(first, end - 1)));
      for (const item of packs.flatMap((pack) => pack.items)) {
        draft.restore({ ...item, item: item.item ?? (await this.#payload(item)) });
      }
    }
    draft.markWritten();
    return { draft, ranges: row.ranges };
  }

  /** Removes the thread's last turns, or all when there are fewer; gives how many turns and items went. */
  async removeLast(count: number, before: number): Promise<{ turns: number; items: number }> {
    const removed = { turns: 0, items: 0 };
    let end = before;
    while (removed.turns < count && end > 0) {
      // Ordinals of turns that were rolled back earlier are gaps, so one window may not be enough.
      const first = Math.max(0, end - (count - removed.turns));
      const turns = await result<TurnRow[]>(this.#turns.getAll(this.#range(first, end - 1)));
      for (const turn of turns) {
        this.#turns.delete([this.#rows, turn.ordinal]);
        for (const [from, to] of turn.ranges) {
          this.#packs.delete(this.#range(from, to - 1));
          this.#payloads.delete(this.#range(from, to - 1));
        }
        removed.turns++;
        removed.items += turn.itemCount;
      }
      end = first;
    }
    return removed;
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

function toTurnRow(rows: number, { draft, ranges }: HeldTurn, format: RolloutFormat): TurnRow {
  return {
    rows,
    ordinal: draft.ordinal,
    turnId: draft.turnId,
    ...draft.state,
    ranges,
    itemCount: draft.items.size,
    bytes: draft.bytes,
    summary: summaryOf(draft, format === 'paginated' ? 'paginated' : 'legacy').map(toItemRow),
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
