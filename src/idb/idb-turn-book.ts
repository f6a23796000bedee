import type { RolloutFormat } from '../rollout/create-projection.ts';
import type { TurnBook } from '../rollout/turn-book.ts';
import { greatestOf, TurnDraft, type ThreadCounters, type TurnState } from '../rollout/turn-draft.ts';
import { markOf, newHeldTurn, type HeldTurn, type TurnRows } from './turn-rows.ts';

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
 * The turns of a thread whose rows are being written. It holds the newest turn and those that changed since the last
 * write; older ones are read back when a late line speaks of them.
 */
export class IdbTurnBook implements TurnBook {
  readonly counters: ThreadCounters;
  readonly #format: RolloutFormat;
  readonly #withRows: WithRows;
  readonly #held = new Map<string, HeldTurn>();
  #removedTurns: number;
  /** Items that are in rows. */
  #writtenItems: number;
  #newest: TurnDraft | undefined;
  /** Turns whose items are in rows that are not committed yet. */
  #toSpill: HeldTurn[] = [];
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
    const rewind = this.mark();
    const last = await this.#withRows('write', async (rows) => {
      rewind();
      for (const held of this.#held.values()) await this.#write(rows, held, true);
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
   * How far the book is written. Gives the function that brings it back to that, as often as it is called: what a
   * transaction wrote that did not come through is written again by the next.
   */
  mark(): () => void {
    const held = [...this.#held];
    const rewinds = held.map(([, turn]) => markOf(turn));
    const writtenItems = this.#writtenItems;
    return () => {
      for (const rewind of rewinds) rewind();
      for (const [turnId, turn] of held) this.#held.set(turnId, turn);
      this.#writtenItems = writtenItems;
      this.#toSpill = [];
    };
  }

  /** What was written has been committed: lets go of what only its rows need to hold. */
  settle(): void {
    for (const held of this.#toSpill) spill(held);
    this.#toSpill = [];
  }

  /**
   * For an import: writes whole turns, and lets go of them; the newest stays until it ends or has grown large. Once that
   * is committed, {@link settle} follows.
   */
  async writeEnded(rows: TurnRows): Promise<void> {
    for (const [turnId, held] of this.#held) {
      const isNewest = held.draft === this.#newest;
      if (isNewest && unwrittenBytes(held.draft) < SPILL_BYTES) continue;
      await this.#write(rows, held, true);
      if (isNewest) this.#toSpill.push(held);
      else this.#held.delete(turnId);
    }
  }

  /**
   * Writes everything that changed; an ended turn is sealed, and only the newest one is held any longer. Follow it, too,
   * by {@link settle}.
   */
  async writeAll(rows: TurnRows): Promise<void> {
    for (const [turnId, held] of this.#held) {
      const isNewest = held.draft === this.#newest;
      const hasEnded = !isNewest || held.draft.endOrdinal !== undefined;
      const isSealed = await this.#write(rows, held, hasEnded);
      if (!isNewest) this.#held.delete(turnId);
      else if (isSealed) this.#toSpill.push(held);
    }
  }

  /** Writes a turn if there is anything to write; gives whether that sealed it. */
  async #write(rows: TurnRows, held: HeldTurn, seal: boolean): Promise<boolean> {
    if (!held.draft.changed && !(seal && held.loose.length > 0)) return false;
    this.#writtenItems += unwrittenItems(held);
    return rows.write(held, this.#format, seal);
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

/** Leaves the content of written items to their rows, but for what a summary or the next line may need. */
function spill({ draft }: HeldTurn): void {
  for (const item of draft.items.values()) {
    const isMessage = item.item?.type === 'userMessage' || item.item?.type === 'agentMessage';
    if (!isMessage && item !== draft.lastItem) item.item = undefined;
  }
}
