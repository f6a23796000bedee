import { useEffect } from 'react';
import type { StoredTurn } from 'idb-thread-store';
import type { Turns } from 'idb-thread-store/react';
import { plainKey } from '../help/plain-key.ts';
import type { Snapshot } from '../state/snapshot.ts';
import type { TurnsInSight } from './turns-in-sight.ts';

interface ConversationKeys {
  find: () => void;
  turns: Turns;
  sight: Snapshot<TurnsInSight | undefined>;
  goTo: (ordinal: number) => void;
  toggle: (turn: StoredTurn) => void;
}

/** The keys of the conversation that is open: to find, and to go from turn to turn. */
export function useConversationKeys({ find, turns, sight, goTo, toggle }: ConversationKeys): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'f') {
        event.preventDefault();
        return find();
      }
      const key = plainKey(event);
      if (key === undefined) return;
      const index = turns.turns.findIndex(({ ordinal }) => ordinal === sight.get()?.first);
      const here = turns.turns[index];
      const act: Record<string, (() => void) | undefined> = {
        '/': find,
        n: () => goToTurn(turns.turns[index + 1]),
        p: () => goToTurn(turns.turns[index - 1]),
        o: here && (() => toggle(here)),
      };
      const run = act[key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    const goToTurn = (turn: StoredTurn | undefined) => {
      if (turn !== undefined) goTo(turn.ordinal);
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [find, turns, sight, goTo, toggle]);
}
