import { useCallback, useEffect, useRef, useState } from 'react';
import type { Turns } from 'idb-thread-store/react';
import type { ThreadMap } from '../map/thread-map.ts';

/** A turn that is to be brought into sight. */
export interface WantedTurn {
  ordinal: number;
  /** Which one of all of them. A view moves when it changes. */
  number: number;
}

/** Goes to any turn of the thread: scrolls where it is here, and else begins anew there. */
export function useGoToTurn(
  { turns, jumpTo }: Turns,
  map: ThreadMap,
): { wanted: WantedTurn | undefined; goTo: (ordinal: number) => void } {
  const [wanted, setWanted] = useState<WantedTurn>();
  const here = useRef(turns);
  const asked = useRef(0);
  useEffect(() => {
    here.current = turns;
  }, [turns]);

  const goTo = useCallback(
    (ordinal: number) => {
      const number = ++asked.current;
      if (here.current.some((turn) => turn.ordinal === ordinal)) return setWanted({ ordinal, number });
      void map.cursorOf(ordinal).then(
        (cursor) => {
          if (cursor !== undefined && number === asked.current) jumpTo({ cursor });
        },
        // What is wrong with the store, the turns tell.
        () => undefined,
      );
    },
    [map, jumpTo],
  );
  return { wanted, goTo };
}

/** Goes to the turn that the address names, once the map knows it. */
export function useLinkedTurn(
  ordinal: number | undefined,
  map: ThreadMap,
  goTo: (ordinal: number) => void,
): void {
  useEffect(() => {
    if (ordinal === undefined) return undefined;
    const isThere = () => map.has(ordinal);
    if (isThere()) return goTo(ordinal);
    const stop = map.snapshot.subscribe(() => {
      if (!isThere()) return;
      stop();
      goTo(ordinal);
    });
    return stop;
  }, [ordinal, map, goTo]);
}
