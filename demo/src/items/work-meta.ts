import type { CommandExecutionItem } from 'idb-thread-store';
import { formatDuration } from '../text/format.ts';

/** How a piece of work ended and how long it took, in a few words. */
export function workMeta(
  status: CommandExecutionItem['status'],
  durationMs: number | undefined,
  exitCode?: number,
): string | undefined {
  const parts = [
    exitCode !== undefined && exitCode !== 0 ? `exit ${exitCode}` : statusWord(status),
    durationMs !== undefined && durationMs > 0 ? formatDuration(durationMs) : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? undefined : parts.join(' · ');
}

function statusWord(status: string): string {
  if (status === 'completed') return '';
  return status === 'inProgress' ? 'not finished' : status;
}
