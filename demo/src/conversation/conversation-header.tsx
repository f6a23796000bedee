import type { StoredThread } from 'idb-thread-store';
import type { ListEnd } from 'idb-thread-store/react';
import { listHref } from '../routing/use-route.ts';
import { threadTitle } from '../threads/thread-title.ts';
import { formatCount, shortPath } from '../text/format.ts';

interface ConversationHeaderProps {
  thread: StoredThread | undefined;
  /** The ways to the thread's ends, and which of those are in sight. */
  jumps?: { inSight: Record<ListEnd, boolean>; jumpTo: (end: ListEnd) => void };
}

/** What is known of a conversation, the way back to the list, and the ways to its ends. */
export function ConversationHeader({ thread, jumps }: ConversationHeaderProps) {
  return (
    <header className="conversation-header">
      <a className="back" href={listHref} aria-label="Back to the conversations">
        <span aria-hidden="true">‹</span>
      </a>
      <div className="conversation-title">
        <h2 dir="auto">{thread === undefined ? '\u00a0' : threadTitle(thread)}</h2>
        {thread !== undefined && (
          <p className="conversation-facts">
            <span title={thread.cwd} dir="auto">
              {shortPath(thread.cwd)}
            </span>
            {thread.gitInfo?.branch !== undefined && <span dir="auto">{thread.gitInfo.branch}</span>}
            {thread.model !== undefined && <span>{thread.model}</span>}
            <span>{formatCount(thread.turnCount, 'turn')}</span>
            {thread.archivedAt !== undefined && <span>archived</span>}
            {thread.incomplete === true && <span className="is-warning">earlier part not imported</span>}
          </p>
        )}
      </div>
      {jumps !== undefined && (
        <div className="jumps" role="group" aria-label="Go to">
          <JumpButton
            sign="↑"
            word="Start"
            done={jumps.inSight.oldest}
            onJump={() => jumps.jumpTo('oldest')}
          />
          <JumpButton
            sign="↓"
            word="Newest"
            done={jumps.inSight.newest}
            onJump={() => jumps.jumpTo('newest')}
          />
        </div>
      )}
    </header>
  );
}

interface JumpButtonProps {
  sign: string;
  word: string;
  /** Whether one is there already. The button keeps the focus then, so it is not disabled. */
  done: boolean;
  onJump: () => void;
}

function JumpButton({ sign, word, done, onJump }: JumpButtonProps) {
  return (
    <button type="button" aria-disabled={done} onClick={done ? undefined : onJump}>
      <span aria-hidden="true">{sign}</span> <span className="jumps-word">{word}</span>
    </button>
  );
}
