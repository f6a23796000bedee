import { useEffect, useRef } from 'react';
import type { StoredTurn } from 'idb-thread-store';

/**
 * Opens a turn that is in work when it comes into sight, once: what is being done shows while it is done.
 * @param toggle opens a turn that is closed
 */
export function useRunningTurn(
  turns: readonly StoredTurn[],
  open: ReadonlyMap<string, unknown>,
  toggle: (turn: StoredTurn) => void,
): void {
  const seen = useRef<string>(undefined);
  const newest = turns.at(-1);
  const running = newest?.status === 'inProgress' ? newest : undefined;
  useEffect(() => {
    if (running === undefined || seen.current === running.turnId) return;
    seen.current = running.turnId;
    if (!open.has(running.turnId)) toggle(running);
  }, [running, open, toggle]);
}
