import { useThreadStore, useTurns } from 'idb-thread-store/react';
import { Failure } from '../store/failure.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { ConversationTurns } from './conversation-turns.tsx';
import { useThread } from './use-thread.ts';

/** One thread: what it is, and its turns. Render it with the thread's id as its key. */
export function Conversation({ threadId }: { threadId: string }) {
  // Asked for before anything else is: what one clicked for is on its way while the thread's record is read.
  const turns = useTurns(threadId, { includeArchived: true });
  const { thread, error, retry } = useThread(useThreadStore(), threadId);
  if (thread !== undefined)
    // A thread whose earlier part arrives is another sequence of turns.
    return <ConversationTurns key={thread.incomplete ? 'part' : 'whole'} thread={thread} turns={turns} />;
  return (
    <>
      <ConversationHeader thread={undefined} />
      <div className="pane-message" aria-busy={error === undefined}>
        {error !== undefined && (
          <Failure title="This conversation cannot be shown" error={error} onRetry={retry} />
        )}
      </div>
    </>
  );
}
