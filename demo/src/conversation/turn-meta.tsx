import type { StoredTurn } from 'idb-thread-store';
import { formatDay, formatDuration, formatFullTime, formatTimeOfDay } from '../text/format.ts';

interface TurnMetaProps {
  turn: StoredTurn;
  /** Unix milliseconds. */
  now: number;
}

/** A turn's number, when it began and how long it took. */
export function TurnMeta({ turn, now }: TurnMetaProps) {
  const time = turn.startedAt === undefined ? undefined : turn.startedAt * 1000;
  return (
    <div className="turn-meta">
      <span className="turn-number">{turn.ordinal + 1}</span>
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
