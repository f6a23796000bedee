import type { TurnStatus } from '../contract/records.ts';

/**
 * The status that a read tells: a turn that is in progress on disk, of a thread that nothing runs, was interrupted
 * (contract §3.5). What is stored stays.
 */
export function readStatus(stored: TurnStatus, running: boolean): TurnStatus {
  return stored === 'inProgress' && !running ? 'interrupted' : stored;
}
