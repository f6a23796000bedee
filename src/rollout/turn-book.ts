import type { ThreadCounters, TurnDraft, TurnState } from './turn-draft.ts';

/**
 * Where a projection keeps the turns of one thread. The memory store holds them all; the IndexedDB store holds
 * the ones in work and fetches older ones, which is why a look-up may be a promise.
 */
export interface TurnBook {
  readonly counters: ThreadCounters;

  /** Appends a turn. The caller has made sure that the id is new. */
  begin(turnId: string, state: TurnState): TurnDraft;

  /** The turn with this id, if the thread has it. */
  find(turnId: string): TurnDraft | undefined | Promise<TurnDraft | undefined>;

  /** Makes the next ordinals at least these: those before were given to turns and items that are gone. */
  skipTo(counters: ThreadCounters): void;

  /** Drops the last `count` turns, or all when there are fewer; gives the number of items that remain. */
  rollBack(count: number): number | Promise<number>;
}
