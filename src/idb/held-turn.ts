import type { DraftItem, TurnDraft } from '../rollout/turn-draft.ts';
import type { TurnRow } from './schema.ts';

/** A turn in work, and how much of it is in its rows, or on the way there. */
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

/** A turn that has no rows yet. */
export function newHeldTurn(draft: TurnDraft, began: TurnRow['began']): HeldTurn {
  return { draft, began, ranges: [], loose: [], listedUpdates: new Map() };
}
