import { memo } from 'react';
import type { StoredThread } from 'idb-thread-store';
import { threadHref } from '../routing/use-route.ts';
import { formatAgo, formatCount, formatFullTime, shortPath } from '../text/format.ts';
import { threadTitle } from './thread-title.ts';

interface ThreadRowProps {
  thread: StoredThread;
  /** Whether it is the one that is shown. */
  current: boolean;
  /** Whether Tab reaches it: one row of the list at a time. */
  reachable: boolean;
  /** Unix milliseconds. */
  now: number;
}

/** One thread of the list. */
export const ThreadRow = memo(function ThreadRow({ thread, current, reachable, now }: ThreadRowProps) {
  return (
    <a
      className="thread-row"
      href={threadHref(thread.threadId)}
      data-thread={thread.threadId}
      aria-current={current ? 'page' : undefined}
      tabIndex={reachable ? 0 : -1}
    >
      <span className="thread-title" dir="auto">
        {threadTitle(thread)}
      </span>
      <time
        className="thread-time"
        dateTime={new Date(thread.recencyAt).toISOString()}
        title={formatFullTime(thread.recencyAt)}
      >
        {formatAgo(thread.recencyAt, now)}
      </time>
      <span className="thread-facts">
        <span title={thread.cwd} dir="auto">
          {shortPath(thread.cwd)}
        </span>
        {thread.model !== undefined && <span>{thread.model}</span>}
        {thread.incomplete === true && <span className="is-warning">earlier part missing</span>}
      </span>
      <span className="thread-count">{formatCount(thread.turnCount, 'turn')}</span>
    </a>
  );
});
