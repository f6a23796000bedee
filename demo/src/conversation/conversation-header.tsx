import type { StoredThread } from 'idb-thread-store';
import { listHref } from '../routing/use-route.ts';
import { ThreadMenu } from '../threads/thread-menu.tsx';
import { threadTitle } from '../threads/thread-title.ts';
import { formatCount, shortPath } from '../text/format.ts';

interface ConversationHeaderProps {
  thread: StoredThread | undefined;
  /** Looks for something in it. */
  onFind?: () => void;
}

/** What is known of a conversation, what one can do with it, and the way back to the list. */
export function ConversationHeader({ thread, onFind }: ConversationHeaderProps) {
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
      {thread !== undefined && (
        <>
          {onFind !== undefined && (
            <button type="button" className="button find-button" onClick={onFind}>
              Find
            </button>
          )}
          <ThreadMenu thread={thread} />
        </>
      )}
    </header>
  );
}
