import { useEffect, useMemo } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';
import { useSnapshot } from '../state/snapshot.ts';
import { type ThreadEnd, TurnWindow, type TurnWindowState } from './turn-window.ts';

/** A window on a thread's turns that opens at the newest, and the ways to move it. */
export interface Turns extends TurnWindowState {
  /** Reads the page before the first turn, if there is one and none is on its way. */
  loadOlder: () => void;
  /** Reads the page after the last turn, if there is one and none is on its way. */
  loadNewer: () => void;
  /** Starts anew at one end of the thread. */
  jumpTo: (end: ThreadEnd) => void;
  /** After an error: reads again what could not be read. */
  retry: () => void;
}

/**
 * Reads a thread's turns page by page in both directions, by summary, and keeps them up to date.
 * @example
 * const { turns, atStart, loadOlder } = useTurns(store, threadId);
 */
export function useTurns(store: ThreadStoreClient, threadId: string): Turns {
  const window = useMemo(() => new TurnWindow(store, threadId), [store, threadId]);
  useEffect(() => window.connect(), [window]);
  const { loadOlder, loadNewer, jumpTo, retry } = window;
  return { ...useSnapshot(window.snapshot), loadOlder, loadNewer, jumpTo, retry };
}
