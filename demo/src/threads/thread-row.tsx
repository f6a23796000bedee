import { memo } from 'react';
import type { StoredThread } from 'idb-thread-store';
import { threadHref } from '../routing/use-route.ts';
import { formatAgo, formatBytes, formatCount, formatFullTime, shortPath } from '../text/format.ts';
import { ThreadMenu } from './thread-menu.tsx';
import { threadTitle } from './thread-title.ts';

interface ThreadRowProps {
  thread: StoredThread;
  /** Whether it is the one that is shown. */
  current: boolean;
  /** Whether a turn of it runs. */
  running: boolean;
  /** Whether Tab reaches it: one row of the list at a time. */
  reachable: boolean;
  /** Unix milliseconds. */
  now: number;
}

/** One thread of the list. */
export const ThreadRow = memo(function ThreadRow({
  thread,
  current,
  running,
  reachable,
  now,
}: ThreadRowProps) {
  return (
    <>
      <a
        className="thread-row"
        href={threadHref(thread.threadId)}
        data-thread={thread.threadId}
        aria-current={current ? 'page' : undefined}
        tabIndex={reachable ? 0 : -1}
      >
        <span className="thread-line">
          <span className="thread-title" dir="auto">
            {threadTitle(thread)}
          </span>
          <time
            className="thread-time"
            dateTime={new Date(thread.recencyAt).toISOString()}
            title={formatFullTime(thread.recencyAt)}
          >
            {running ? <span className="is-running">running</span> : formatAgo(thread.recencyAt, now)}
          </time>
        </span>
        <span className="thread-line">
          <span className="thread-facts">
            <span title={thread.cwd} dir="auto">
              {shortPath(thread.cwd)}
            </span>
            {thread.incomplete === true && <span className="is-warning">earlier part missing</span>}
            {thread.model !== undefined && <span>{thread.model}</span>}
          </span>
          <span className="thread-count">
            {formatCount(thread.turnCount, 'turn')} · {formatBytes(thread.bytes)}
          </span>
        </span>
      </a>
      <ThreadMenu thread={thread} reachable={reachable} />
    </>
  );
});
