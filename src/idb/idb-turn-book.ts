import type { RolloutFormat } from '../rollout/create-projection.ts';
import type { TurnBook } from '../rollout/turn-book.ts';
import { greatestOf, TurnDraft, type ThreadCounters, type TurnState } from '../rollout/turn-draft.ts';
import { newHeldTurn, type HeldTurn } from './held-turn.ts';
import { takeChanges } from './take-changes.ts';
import type { RowChange, TurnRows } from './turn-rows.ts';

/** When the newest turn has this many unwritten bytes, an import writes it before it ends. */
const SPILL_BYTES = 1024 * 1024;

/** Opens the thread's rows in a transaction, and gives what `body` gives. */
export type WithRows = <T>(mode: 'read' | 'write', body: (rows: TurnRows) => Promise<T>) => Promise<T>;

/** Where a book goes on. */
export interface BookStart {
  counters: ThreadCounters;
  turnCount: number;
  itemCount: number;
}

const EMPTY: BookStart = {
  counters: { nextTurn: 0, nextItem: 0, nextUpdate: 0 },
  turnCount: 0,
  itemCount: 0,
};

/**
 * The turns of a thread whose rows are being written. It holds the newest turn and those of which changes were not taken
 * yet; older ones are read back when a late line speaks of them.
 */
export class IdbTurnBook implements TurnBook {
  readonly counters: ThreadCounters;
  readonly #format: RolloutFormat;
  readonly #withRows: WithRows;
  readonly #held = new Map<string, HeldTurn>();
  #removedTurns: number;
  /** Items that are in rows, or on the way there. */
  #writtenItems: number;
  #newest: TurnDraft | undefined;
  /** The greatest turn id of a thread that began empty; of another one, nothing is known. */
  #greatestTurnId: string | undefined;

  constructor(format: RolloutFormat, withRows: WithRows, { counters, turnCount, itemCount } = EMPTY) {
    this.#format = format;
    this.#withRows = withRows;
    this.counters = { ...counters };
    this.#removedTurns = counters.nextTurn - turnCount;
    this.#writtenItems = itemCount;
    if (counters.nextTurn === 0) this.#greatestTurnId = '';
  }

  /** Turns that the thread has now. */
  get turnCount(): number {
    return this.counters.nextTurn - this.#removedTurns;
  }

  /** Items that the thread has now. */
  get itemCount(): number {
    let items = this.#writtenItems;
    for (const held of this.#held.values()) items += unwrittenItems(held);
    return items;
  }

  /** The turns that changed since the last write. */
  get changedTurns(): TurnDraft[] {
    return Array.from(this.#held.values(), ({ draft }) => draft).filter(({ changed }) => changed);
  }

  begin(turnId: string, state: TurnState): TurnDraft {
    const draft = new TurnDraft(turnId, this.counters.nextTurn++, state);
    this.#held.set(
      turnId,
      newHeldTurn(draft, { item: this.counters.nextItem, update: this.counters.nextUpdate }),
    );
    this.#newest = draft;
    if (this.#greatestTurnId !== undefined && turnId > this.#greatestTurnId) this.#greatestTurnId = turnId;
    return draft;
  }

  find(turnId: string): TurnDraft | undefined | Promise<TurnDraft | undefined> {
    const held = this.#held.get(turnId);
    if (held) return held.draft;
    // Codex's turn ids rise (UUIDv7), so that a new turn's id need not be looked for in storage.
    if (this.#greatestTurnId !== undefined && turnId > this.#greatestTurnId) return undefined;
    return this.#fetch(turnId);
  }

  skipTo(counters: ThreadCounters): void {
    const skipped = greatestOf(this.counters, counters);
    this.#removedTurns += skipped.nextTurn - this.counters.nextTurn;
    Object.assign(this.counters, skipped);
  }

  async rollBack(count: number): Promise<number> {
    const changes = [...this.#held.values()].flatMap((held) => this.#take(held, true));
    const last = await this.#withRows('write', async (rows) => {
      await rows.make(changes);
      return rows.last(count, this.counters.nextTurn);
    });
    // Not in the same step: were that tried again, others would be the last ones.
    await this.#withRows('write', (rows) => Promise.resolve(rows.remove(last)));
    this.#removedTurns += last.length;
    this.#writtenItems -= last.reduce((items, { itemCount }) => items + itemCount, 0);
    this.#held.clear();
    this.#newest = undefined;
    return this.itemCount;
  }

  /**
   * For an import: takes the changes of whole turns, and lets go of them; the newest stays until it ends or has grown
   * large. What is taken must be written, in this order.
   */
  takeEnded(): RowChange[] {
    const changes: RowChange[] = [];
    for (const [turnId, held] of this.#held) {
      const isNewest = held.draft === this.#newest;
      if (isNewest && unwrittenBytes(held.draft) < SPILL_BYTES) continue;
      changes.push(...this.#take(held, true));
      if (isNewest) spill(held);
      else this.#held.delete(turnId);
    }
    return changes;
  }

  /** Takes all changes; an ended turn is sealed, and only the newest one is held any longer. */
  takeAll(): RowChange[] {
    const changes: RowChange[] = [];
    for (const [turnId, held] of this.#held) {
      const isNewest = held.draft === this.#newest;
      const hasEnded = !isNewest || held.draft.endOrdinal !== undefined;
      const taken = this.#take(held, hasEnded);
      changes.push(...taken);
      if (!isNewest) this.#held.delete(turnId);
      else if (taken.length > 0 && held.loose.length === 0) spill(held);
    }
    return changes;
  }

  /** Takes what changed in a turn, if anything did. */
  #take(held: HeldTurn, seal: boolean): RowChange[] {
    if (!held.draft.changed && !(seal && held.loose.length > 0)) return [];
    this.#writtenItems += unwrittenItems(held);
    return takeChanges(held, this.#format, seal);
  }

  async #fetch(turnId: string): Promise<TurnDraft | undefined> {
    const held = await this.#withRows('read', (rows) => rows.read(turnId));
    if (!held) return undefined;
    this.#held.set(turnId, held);
    if (held.draft.ordinal === this.counters.nextTurn - 1) this.#newest = held.draft;
    return held.draft;
  }
}

function unwrittenItems({ draft, ranges }: HeldTurn): number {
  return ranges.reduce((items, [first, end]) => items - (end - first), draft.items.size);
}

function unwrittenBytes(draft: TurnDraft): number {
  let bytes = 0;
  for (const item of draft.changedItems) bytes += item.bytes;
  return bytes;
}

/** Leaves the content of items to their rows, but for what a summary or the next line may need. */
function spill({ draft }: HeldTurn): void {
  for (const item of draft.items.values()) {
    const isMessage = item.item?.type === 'userMessage' || item.item?.type === 'agentMessage';
    if (!isMessage && item !== draft.lastItem) item.item = undefined;
  }
}
