import { useEffect, useMemo } from 'react';
import type { StoredTurn, ThreadStoreClient } from 'idb-thread-store';
import { useSnapshot } from '../state/snapshot.ts';
import { type OpenTurn, OpenTurns } from './open-turns.ts';

/** The turns of a thread that are open, and the ways to open more of them. */
export interface OpenTurnsState {
  openTurns: ReadonlyMap<string, OpenTurn>;
  /** Opens a turn, or closes it. */
  toggle: (turn: StoredTurn) => void;
  /** Opens a turn, and reads its items as far as one of them. */
  openTo: (turn: StoredTurn, itemId: string) => Promise<void>;
  /** Reads the next page of an open turn's items. After an error: tries again. */
  loadMoreItems: (turnId: string) => void;
}

/** Reads the items of turns as they are opened, and follows the changes of `turns`. */
export function useOpenTurns(
  store: ThreadStoreClient,
  threadId: string,
  turns: readonly StoredTurn[],
): OpenTurnsState {
  const open = useMemo(() => new OpenTurns(store, threadId), [store, threadId]);
  useEffect(() => open.keepUp(turns), [open, turns]);
  return {
    openTurns: useSnapshot(open.snapshot),
    toggle: open.toggle,
    openTo: open.openTo,
    loadMoreItems: open.loadMore,
  };
}
