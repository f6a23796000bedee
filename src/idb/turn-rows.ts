import type { ThreadItem } from '../contract/thread-item.ts';
import { TurnDraft, type DraftItem } from '../rollout/turn-draft.ts';
import { newHeldTurn, type HeldTurn } from './held-turn.ts';
import { fromStoredContent, toStoredContent } from './stored-content.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import type { ItemRow, PackRow, StoredPackRow, StoredTurnRow, TurnRow } from './schema.ts';
import { isContent, soundPack } from './sound-rows.ts';

/**
 * A change of a thread's rows. It holds all that it writes, and may be made again where its transaction did not come
 * through, or where nobody knows: changes that are made in their order, from any of them on, come to the same.
 */
export type RowChange = (rows: TurnRows) => void | Promise<void>;

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

  /** Makes changes, in their order. */
  async make(changes: readonly RowChange[]): Promise<void> {
    for (const change of changes) {
      const waiting = change(this);
      if (waiting) await waiting;
    }
  }

  putTurn(turn: Omit<TurnRow, 'rows'>): void {
    const summary = toStoredContent(turn.summary);
    this.#turns.put({ rows: this.#rows, ...turn, summary } satisfies StoredTurnRow);
  }

  putPack(pack: Omit<PackRow, 'rows'>): void {
    const items = toStoredContent(pack.items);
    this.#packs.put({ rows: this.#rows, ...pack, items } satisfies StoredPackRow);
  }

  /** Removes the pack that ends with this item. */
  deletePack(last: number): void {
    this.#packs.delete([this.#rows, last]);
  }

  putPayload(ordinal: number, item: ThreadItem | undefined): void {
    this.#payloads.put(toStoredContent(item), [this.#rows, ordinal]);
  }

  /**
   * Lists an item under its latest change.
   * @param listed the change under which it was listed before
   */
  listUpdate(ordinal: number, updatedAtOrdinal: number, listed: number | undefined): void {
    if (listed !== undefined) this.#updates.delete([this.#rows, listed]);
    this.#updates.put(ordinal, [this.#rows, updatedAtOrdinal]);
  }

  /** Puts an item's new state into the pack that has it. */
  async replaceItem(item: ItemRow): Promise<void> {
    const [stored] = await result<StoredPackRow[]>(this.#packs.getAll(this.#range(item.ordinal), 1));
    if (!stored) return;
    const pack = soundPack(stored);
    // A damaged one stays as it is, for the repair to find: written anew, what it has lost would be missed by nobody.
    if (pack !== stored) return;
    this.putPack({ ...pack, items: pack.items.map((row) => (row.ordinal === item.ordinal ? item : row)) });
  }

  /** The turn with this id, with its items' content, or `undefined`. */
  async read(turnId: string): Promise<HeldTurn | undefined> {
    const row = await result<StoredTurnRow | undefined>(this.#turns.index('byId').get([this.#rows, turnId]));
    if (!row) return undefined;
    const held = newHeldTurn(new TurnDraft(row.turnId, row.ordinal, stateOf(row)), row.began);
    held.ranges = row.ranges;
    held.draft.endOrdinal = row.endOrdinal;
    for (const [first, end] of row.ranges) {
      const packs = await result<StoredPackRow[]>(this.#packs.getAll(this.#range(first, end - 1)));
      for (const item of packs.flatMap((pack) => soundPack(pack).items)) {
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
  async last(count: number, before: number): Promise<StoredTurnRow[]> {
    const last: StoredTurnRow[] = [];
    let end = before;
    while (last.length < count && end > 0) {
      // Ordinals of turns that were rolled back earlier are gaps, so one window may not be enough.
      const first = Math.max(0, end - (count - last.length));
      last.push(...(await result<StoredTurnRow[]>(this.#turns.getAll(this.#range(first, end - 1)))));
      end = first;
    }
    return last;
  }

  /** Removes turns with all that they have. */
  remove(turns: readonly StoredTurnRow[]): void {
    for (const turn of turns) {
      this.#turns.delete([this.#rows, turn.ordinal]);
      for (const [from, to] of turn.ranges) {
        this.#packs.delete(this.#range(from, to - 1));
        this.#payloads.delete(this.#range(from, to - 1));
      }
    }
  }

  async #payload(item: ItemRow): Promise<ThreadItem | undefined> {
    const content = fromStoredContent(await result<unknown>(this.#payloads.get([this.#rows, item.ordinal])));
    return isContent(content) ? content : undefined;
  }

  #range(first: number, last?: number): IDBKeyRange {
    return ordinalRange(this.#keyRange, this.#rows, first, last);
  }
}

function stateOf({
  status,
  error,
  startedAt,
  completedAt,
  durationMs,
  rootTurnId,
}: StoredTurnRow): TurnDraft['state'] {
  return {
    status,
    ...(error === undefined ? {} : { error }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(completedAt === undefined ? {} : { completedAt }),
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(rootTurnId === undefined ? {} : { rootTurnId }),
  };
}
