import type { RolloutFormat } from '../rollout/create-projection.ts';
import type { TurnBook } from '../rollout/turn-book.ts';
import { TurnDraft, type ThreadCounters, type TurnState } from '../rollout/turn-draft.ts';
import type { HeldTurn, TurnRows } from './turn-rows.ts';

/** When the newest turn has this many unwritten bytes, it is written before it ends. */
const SPILL_BYTES = 1024 * 1024;

/** Opens the thread's rows in a transaction, and gives what `body` gives. */
export type WithRows = <T>(mode: 'read' | 'write', body: (rows: TurnRows) => Promise<T>) => Promise<T>;

/**
 * The turns of a thread whose rows are being written. It holds the newest turn and those that changed since the last
 * write; older ones are read back when a late line speaks of them.
 */
export class StagedTurnBook implements TurnBook {
  readonly counters: ThreadCounters = { nextTurn: 0, nextItem: 0, nextUpdate: 0 };
  readonly #format: RolloutFormat;
  readonly #withRows: WithRows;
  readonly #held = new Map<string, HeldTurn>();
  readonly #removed = { turns: 0, items: 0 };
  #newest: TurnDraft | undefined;
  #greatestTurnId = '';

  constructor(format: RolloutFormat, withRows: WithRows) {
    this.#format = format;
    this.#withRows = withRows;
  }

  /** Turns that the thread has now. */
  get turnCount(): number {
    return this.counters.nextTurn - this.#removed.turns;
  }

  /** Items that the thread has now. */
  get itemCount(): number {
    return this.counters.nextItem - this.#removed.items;
  }

  begin(turnId: string, state: TurnState): TurnDraft {
    const draft = new TurnDraft(turnId, this.counters.nextTurn++, state);
    this.#held.set(turnId, { draft, ranges: [] });
    this.#newest = draft;
    if (turnId > this.#greatestTurnId) this.#greatestTurnId = turnId;
    return draft;
  }

  find(turnId: string): TurnDraft | undefined | Promise<TurnDraft | undefined> {
    const held = this.#held.get(turnId);
    if (held) return held.draft;
    // Codex's turn ids rise (UUIDv7), so that a new turn's id need not be looked for in storage.
    if (turnId > this.#greatestTurnId) return undefined;
    return this.#fetch(turnId);
  }

  async rollBack(count: number): Promise<number> {
    const removed = await this.#withRows('write', async (rows) => {
      await this.write(rows, true);
      return rows.removeLast(count, this.counters.nextTurn);
    });
    this.#removed.turns += removed.turns;
    this.#removed.items += removed.items;
    this.#held.clear();
    this.#newest = undefined;
    return this.itemCount;
  }

  /** Writes what changed, and lets go of it; the newest turn stays, and is only written if `all`, or when it is large. */
  async write(rows: TurnRows, all: boolean): Promise<void> {
    for (const [turnId, held] of this.#held) {
      const { draft } = held;
      const isNewest = draft === this.#newest;
      if (isNewest && !all && unwrittenBytes(draft) < SPILL_BYTES) continue;
      if (draft.changed) {
        await rows.write(held, this.#format);
        draft.markWritten();
      }
      if (isNewest) spill(draft);
      else this.#held.delete(turnId);
    }
  }

  async #fetch(turnId: string): Promise<TurnDraft | undefined> {
    const held = await this.#withRows('read', (rows) => rows.read(turnId));
    if (!held) return undefined;
    this.#held.set(turnId, held);
    if (held.draft.ordinal === this.counters.nextTurn - 1) this.#newest = held.draft;
    return held.draft;
  }
}

function unwrittenBytes(draft: TurnDraft): number {
  let bytes = 0;
  for (const item of draft.changedItems) bytes += item.bytes;
  return bytes;
}

/** Leaves the content of written items to their rows, but for what a summary or the next line may need. */
function spill(draft: TurnDraft): void {
  for (const item of draft.items.values()) {
    const isMessage = item.item?.type === 'userMessage' || item.item?.type === 'agentMessage';
    if (!isMessage && item !== draft.lastItem) item.item = undefined;
  }
}
