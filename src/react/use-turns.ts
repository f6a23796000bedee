import { useMemo } from 'react';
import type { StoredTurn } from '../contract/records.ts';
import { SharedWindows } from './shared-window.ts';
import { type TurnList, TurnWindow } from './turn-window.ts';
import { limitsOf, type ListOptions, type ListView, useWindow } from './use-window.ts';
import { useThreadStore } from './thread-store-provider.ts';

/** How to read a thread's turns. Defaults: 20 in a page, 100 kept, from the newest on, by summary. */
export interface UseTurnsOptions extends ListOptions, Omit<TurnList, 'threadId'> {}

/** A thread's turns as far as they are read, and the ways to read more of them. */
export interface Turns extends ListView {
  /** Oldest first. A turn that did not change stays the same object. */
  turns: readonly StoredTurn[];
}

const windows = new SharedWindows<TurnWindow>();

/**
 * Reads a thread's turns page by page in both directions, and keeps them up to date. Components that ask for the same
 * turns share them, with the place to which they were moved.
 * @example
 * const { turns, atOldest, loadOlder } = useTurns(threadId);
 */
export function useTurns(threadId: string, options: UseTurnsOptions = {}): Turns {
  const store = useThreadStore();
  const { includeArchived = false, itemsView = 'summary' } = options;
  const limits = limitsOf(options, { pageSize: 20, maxRows: 100, startAt: 'newest' });
  const list = { threadId, includeArchived, itemsView };
  const shared = windows.get(
    store,
    JSON.stringify([list, limits]),
    () => new TurnWindow(store, list, limits),
  );
  const { rows: turns, view } = useWindow(shared, options.suspense);
  return useMemo(() => ({ ...view, turns }), [view, turns]);
}
