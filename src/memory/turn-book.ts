import type { TurnBook } from '../rollout/turn-book.ts';
import { greatestOf, TurnDraft, type ThreadCounters, type TurnState } from '../rollout/turn-draft.ts';

/** A turn book that holds every turn of its thread in memory. */
export class MemoryTurnBook implements TurnBook {
  readonly counters: ThreadCounters = { nextTurn: 0, nextItem: 0, nextUpdate: 0 };
  /** Every turn, oldest first. */
  readonly turns: TurnDraft[] = [];
  readonly #byId = new Map<string, TurnDraft>();

  begin(turnId: string, state: TurnState): TurnDraft {
    const draft = new TurnDraft(turnId, this.counters.nextTurn++, state);
    this.turns.push(draft);
    this.#byId.set(turnId, draft);
    return draft;
  }

  find(turnId: string): TurnDraft | undefined {
    return this.#byId.get(turnId);
  }

  skipTo(counters: ThreadCounters): void {
    Object.assign(this.counters, greatestOf(this.counters, counters));
  }

  /** Items of all turns. */
  get itemCount(): number {
    return this.turns.reduce((items, draft) => items + draft.items.size, 0);
  }

  rollBack(count: number): number {
    for (const draft of this.turns.splice(Math.max(0, this.turns.length - count)))
      this.#byId.delete(draft.turnId);
    return this.itemCount;
  }
}
