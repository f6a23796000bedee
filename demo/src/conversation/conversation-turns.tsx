import { useState } from 'react';
import type { StoredThread } from 'idb-thread-store';
import { Remembered, RememberedContext } from '../state/remembered.ts';
import { Failure } from '../store/failure.tsx';
import { type ListEnd, useThreadStore, useTurns } from 'idb-thread-store/react';
import { ConversationHeader } from './conversation-header.tsx';
import { TurnFeed } from './turn-feed.tsx';
import { useOpenTurns } from './use-open-turns.ts';

/** The turns of a thread that is there, below what is known of it. */
export function ConversationTurns({ thread }: { thread: StoredThread }) {
  const store = useThreadStore();
  const turns = useTurns(thread.threadId, { includeArchived: true });
  const open = useOpenTurns(store, thread.threadId, turns.turns);
  const [remembered] = useState(() => new Remembered());
  const [inSight, setInSight] = useState<Record<ListEnd, boolean>>({ oldest: false, newest: true });

  return (
    <RememberedContext value={remembered}>
      <ConversationHeader thread={thread} jumps={{ inSight, jumpTo: turns.jumpTo }} />
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
        <TurnFeed key={turns.jump.number} turns={turns} open={open} onSight={setInSight} />
      )}
    </RememberedContext>
  );
}
