import { useEffect, useMemo } from 'react';
import type { StoredTurn } from 'idb-thread-store';
import { useThreadStore } from 'idb-thread-store/react';
import type { TurnsInSight } from '../conversation/turns-in-sight.ts';
import type { OpenTurnsState } from '../conversation/use-open-turns.ts';
import type { Remembered } from '../state/remembered.ts';
import { type Snapshot, useSnapshot } from '../state/snapshot.ts';
import { openHit } from './open-hit.ts';
import { ThreadFinder } from './thread-finder.ts';

interface Surroundings {
  threadId: string;
  /** The turns that are read. */
  turns: readonly StoredTurn[];
  open: OpenTurnsState;
  remembered: Remembered;
  sight: Snapshot<TurnsInSight | undefined>;
  /** Goes to a turn. */
  goTo: (ordinal: number) => void;
}

/** Finds texts in a thread, and opens whatever hides the hit that one is at. */
export function useThreadFinder({ threadId, turns, open, remembered, sight, goTo }: Surroundings): {
  finder: ThreadFinder;
  /** Ordinals of the turns in which something was found. */
  found: ReadonlySet<number>;
} {
  const store = useThreadStore();
  const finder = useMemo(() => new ThreadFinder(store, threadId), [store, threadId]);
  const { hits, current } = useSnapshot(finder.snapshot);
  const hit = hits[current];
  const key = hit && `${hit.ordinal} ${hit.itemId} ${hit.indexInItem}`;
  const turn = turns.find(({ ordinal }) => ordinal === hit?.ordinal);
  const turnId = turn?.turnId;

  // By what tells hits apart: a page of further ones is no reason to move.
  useEffect(() => {
    if (hit === undefined) return;
    if (turn === undefined) return goTo(hit.ordinal);
    openHit(remembered, hit);
    const seen = sight.get();
    if (seen === undefined || hit.ordinal < seen.first || hit.ordinal > seen.last) goTo(hit.ordinal);
    if (!turn.items.some((item) => item.id === hit.itemId)) void open.openTo(turn, hit.itemId);
    // oxlint-disable-next-line react/exhaustive-deps -- see above
  }, [key, turnId]);

  const found = useMemo(() => new Set(hits.map(({ ordinal }) => ordinal)), [hits]);
  return { finder, found };
}
