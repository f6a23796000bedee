import { Failure } from '../store/failure.tsx';
import { useThreadStore } from 'idb-thread-store/react';
import { ConversationHeader } from './conversation-header.tsx';
import { ConversationTurns } from './conversation-turns.tsx';
import { useThread } from './use-thread.ts';

/** One thread: what it is, and its turns. Render it with the thread's id as its key. */
export function Conversation({ threadId }: { threadId: string }) {
  const { thread, error, retry } = useThread(useThreadStore(), threadId);
  if (thread !== undefined)
    // A thread whose earlier part arrives is another sequence of turns.
    return <ConversationTurns key={thread.incomplete ? 'part' : 'whole'} thread={thread} />;
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
