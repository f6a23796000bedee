import type { ThreadChanges } from '../contract/thread-store-client.ts';
import type { ThreadCounters, TurnDraft } from './turn-draft.ts';

/**
 * What changed in these turns since they were last written.
 * @param before the thread's counters then: what has a later ordinal is new
 */
export function changesOf(turns: readonly TurnDraft[], before: ThreadCounters): ThreadChanges {
  return {
    turns: turns.map(({ turnId, ordinal, state }) => ({
      turnId,
      status: state.status,
      isNew: ordinal >= before.nextTurn,
    })),
    items: turns.flatMap(({ turnId, changedItems }) =>
      Array.from(changedItems, ({ itemId, ordinal }) => ({
        turnId,
        itemId,
        isNew: ordinal >= before.nextItem,
      })),
    ),
  };
}
