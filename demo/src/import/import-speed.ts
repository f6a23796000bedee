import { formatBytes, formatDuration, formatCount } from '../text/format.ts';
import type { ImportFiles } from './import-job.ts';
import type { ImportAdvance } from './use-import.ts';

/** Before so much time has passed, a speed is chance. */
const settledMs = 500;

/** How fast an import is, to read: `24.1 MB/s`, `31,000 items/s`. Empty while that is not known. */
export function speeds({ progress, elapsedMs }: ImportAdvance): string[] {
  if (elapsedMs < settledMs) return [];
  const perSecond = 1000 / elapsedMs;
  return [
    `${formatBytes(Math.round(progress.bytes * perSecond))}/s`,
    `${formatCount(Math.round(progress.items * perSecond), 'item')}/s`,
  ];
}

/** How much of an import is done, from 0 to 1; nothing where that cannot be told. */
export function doneShare(files: ImportFiles, { progress }: ImportAdvance): number | undefined {
  // One compressed file tells neither its size nor how much of it is left.
  if (files.bytes !== undefined) return Math.min(1, progress.bytes / Math.max(1, files.bytes));
  return files.fileCount > 1 ? progress.files / files.fileCount : undefined;
}

/** `about 12 s left`, by what was done until now; nothing while that is not known. */
export function timeLeft(files: ImportFiles, advance: ImportAdvance): string | undefined {
  const share = doneShare(files, advance);
  if (share === undefined || share === 0 || share === 1 || advance.elapsedMs < settledMs) return undefined;
  const seconds = Math.ceil(((advance.elapsedMs / 1000) * (1 - share)) / share);
  return `about ${formatDuration(seconds * 1000)} left`;
}
