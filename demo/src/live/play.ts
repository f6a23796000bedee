import type { LiveTurn } from 'idb-thread-store';
import type { Script } from './scripts.ts';

/**
 * Plays a script in a turn that has begun, to the turn's end. When the signal comes, the turn is interrupted.
 * @param asked what the user wrote
 * @throws ThreadStoreError when something could not be written
 */
export async function play(
  turn: LiveTurn,
  script: Script,
  asked: string,
  signal: AbortSignal,
): Promise<void> {
  const moves = script.play(asked);
  for (let next = moves.next(); ; next = moves.next()) {
    if (signal.aborted) return turn.interrupt();
    if (next.done) return next.value === undefined ? turn.complete() : turn.fail(next.value);
    turn.upsert(next.value.item);
    await pause(next.value.pause, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
