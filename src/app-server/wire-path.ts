import type { StoredThread } from '../contract/records.ts';

const KNOWN_FOLDERS = /^(.*?)[\\/]?(?:sessions[\\/]\d{4}[\\/]\d\d[\\/]\d\d|archived_sessions)[\\/]([^\\/]+)$/;
const ROLLOUT_DATE = /^rollout-(\d{4})-(\d\d)-(\d\d)T/;

/**
 * A thread's path on the wire: where Codex would have its file (contract §5.1), `sessions/YYYY/MM/DD` or, once it is
 * archived, `archived_sessions`. The browser has no such folders; clients take the file's name out of it.
 * @param home stands before it where the imported name has no folder of its own
 */
export function wirePath({ rolloutPath, archivedAt }: StoredThread, home: string): string | null {
  if (rolloutPath === undefined) return null;
  const [, itsHome = '', inFolder] = KNOWN_FOLDERS.exec(rolloutPath) ?? [];
  const fileName = inFolder ?? rolloutPath;
  if (/[\\/]/.test(fileName)) return rolloutPath;
  const root = itsHome === '' ? home : itsHome;
  if (archivedAt !== undefined) return `${root}/archived_sessions/${fileName}`;
  const [, year, month, day] = ROLLOUT_DATE.exec(fileName) ?? [];
  return year === undefined
    ? `${root}/sessions/${fileName}`
    : `${root}/sessions/${year}/${month}/${day}/${fileName}`;
}
