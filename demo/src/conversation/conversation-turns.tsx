import { useCallback, useEffect, useRef, useState } from 'react';
import type { StoredThread } from 'idb-thread-store';
import { type ListEnd, type Turns, useThreadStore } from 'idb-thread-store/react';
import { FindBar } from '../find/find-bar.tsx';
import { useFindMarks } from '../find/use-find-marks.ts';
import { useThreadFinder } from '../find/use-thread-finder.ts';
import { useRunningTurn } from '../live/use-running-turn.ts';
import { ThreadMapView } from '../map/thread-map-view.tsx';
import { useThreadMap } from '../map/use-thread-map.ts';
import { useRoute } from '../routing/use-route.ts';
import { Remembered, RememberedContext } from '../state/remembered.ts';
import { Snapshot } from '../state/snapshot.ts';
import { Failure } from '../store/failure.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { useGoToTurn, useLinkedTurn } from './go-to-turn.ts';
import { Jumps } from './jumps.tsx';
import { TurnFeed } from './turn-feed.tsx';
import type { TurnsInSight } from './turns-in-sight.ts';
import { useConversationKeys } from './use-conversation-keys.ts';
import { useOpenTurns } from './use-open-turns.ts';

/** A shorter thread needs no map. */
const fewestMapped = 6;

interface ConversationTurnsProps {
  thread: StoredThread;
  turns: Turns;
}

/** The turns of a thread that is there, below what is known of it. */
export function ConversationTurns({ thread, turns }: ConversationTurnsProps) {
  const { threadId, turnCount } = thread;
  const store = useThreadStore();
  const open = useOpenTurns(store, threadId, turns.turns);
  useRunningTurn(turns.turns, open.openTurns, open.toggle);
  const [remembered] = useState(() => new Remembered());
  const [sight] = useState(() => new Snapshot<TurnsInSight | undefined>(undefined));
  const [inSight, setInSight] = useState<Record<ListEnd, boolean>>({ oldest: false, newest: true });

  const map = useThreadMap(store, threadId, turns.loaded);
  const { wanted, goTo } = useGoToTurn(turns, map);
  const { ordinal: linked } = useRoute();
  useLinkedTurn(linked, map, goTo);

  const pane = useRef<HTMLDivElement>(null);
  const { finder, found } = useThreadFinder({ threadId, turns: turns.turns, open, remembered, sight, goTo });
  useFindMarks(pane, finder);
  const [finding, setFinding] = useState(0);
  const find = useCallback(() => setFinding((asked) => asked + 1), []);
  const endFind = useCallback(() => {
    setFinding(0);
    pane.current?.querySelector<HTMLElement>('[role="feed"]')?.focus();
  }, []);
  useEffect(() => {
    if (finding === 0) finder.close();
  }, [finder, finding]);

  useConversationKeys({ find, turns, sight, goTo, toggle: open.toggle });

  return (
    <RememberedContext value={remembered}>
      <ConversationHeader thread={thread} onFind={find} />
      {finding > 0 && <FindBar finder={finder} turnCount={turnCount} asked={finding} onClose={endFind} />}
      {!turns.loaded ? (
        <div className="pane-message" aria-busy={turns.error === undefined}>
          {turns.error !== undefined && (
            <Failure title="The turns could not be read" error={turns.error} onRetry={turns.retry} />
          )}
        </div>
      ) : turns.turns.length === 0 ? (
        <div className="pane-message">
          <p className="quiet">Nothing was said here yet.</p>
        </div>
      ) : (
        <div className="turn-pane" ref={pane}>
          <TurnFeed
            key={turns.jump.number}
            threadId={threadId}
            turns={turns}
            open={open}
            onSight={setInSight}
            sight={sight}
            wanted={wanted}
            linked={linked}
          />
          {turnCount >= fewestMapped && <ThreadMapView map={map} sight={sight} hits={found} onGo={goTo} />}
          <Jumps inSight={inSight} onJump={turns.jumpTo} />
        </div>
      )}
    </RememberedContext>
  );
}
