/** What a rollout file's name tells (contract §5.1). */
export interface RolloutName {
  /** The name without its folders. */
  fileName: string;
  /** What a later file names as its base: the segment's id, or the thread's where there is no segment. */
  rolloutId?: string;
  /** Not always the thread's: `session_meta` knows better. */
  threadId?: string;
  /** Whether it lies in the archive. */
  archived: boolean;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ROLLOUT = new RegExp(`^rollout-.+?-(${UUID})(?:_(${UUID}))?\\.jsonl(?:\\.gz|\\.zst)?$`, 'i');

/** Takes a rollout file's name apart, with or without folders. A name of another form gives no ids. */
export function rolloutNameOf(name: string): RolloutName {
  const folders = name.split(/[\\/]/);
  const fileName = folders.pop() ?? name;
  const archived = folders.includes('archived_sessions');
  const [, threadId, segmentId] = ROLLOUT.exec(fileName) ?? [];
  if (threadId === undefined) return { fileName, archived };
  return { fileName, archived, threadId, rolloutId: segmentId ?? threadId };
}

/**
 * The name of a new thread's rollout file, as Codex would name it.
 * @param startedAt Unix milliseconds; the name has the LOCAL time (contract §5.1)
 */
export function rolloutFileName(threadId: string, startedAt: number): string {
  const time = new Date(startedAt - new Date(startedAt).getTimezoneOffset() * 60_000);
  return `rollout-${time.toISOString().slice(0, 19).replaceAll(':', '-')}-${threadId}.jsonl`;
}
