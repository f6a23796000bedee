import type { StoredTurn } from 'idb-thread-store';
import { turnHref } from '../routing/use-route.ts';
import { formatDay, formatDuration, formatFullTime, formatTimeOfDay } from '../text/format.ts';

interface TurnMetaProps {
  threadId: string;
  turn: StoredTurn;
  /** Unix milliseconds. */
  now: number;
}

/** A turn's number, when it began and how long it took. */
export function TurnMeta({ threadId, turn, now }: TurnMetaProps) {
  const time = turn.startedAt === undefined ? undefined : turn.startedAt * 1000;
  return (
    <div className="turn-meta">
      <a
        className="turn-number"
        href={turnHref(threadId, turn.ordinal)}
        aria-label={`Link to turn ${turn.ordinal + 1}`}
      >
        {turn.ordinal + 1}
      </a>
      {time !== undefined && (
        <time dateTime={new Date(time).toISOString()} title={formatFullTime(time)}>
          <span>{formatDay(time, now)}</span> <span>{formatTimeOfDay(time)}</span>
        </time>
      )}
      {turn.durationMs !== undefined && turn.durationMs >= 1000 && (
        <span>{formatDuration(turn.durationMs)}</span>
      )}
    </div>
  );
}
