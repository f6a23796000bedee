import * as v from 'valibot';
import { describeIssue } from '../contract/describe-issue.ts';
import { isJsonObject } from '../contract/json.ts';
import type { GivenName } from '../contract/thread-edits.ts';
import { timeMs } from '../rollout/line-values.ts';

/** Whether a file is the one in which Codex keeps the names that people gave their threads, beside its sessions. */
export function isNameIndex(path: string): boolean {
  return path.split(/[\\/]/).at(-1) === 'session_index.jsonl';
}

/** What a line of it says: that a thread was given a name. */
export interface NameLine extends GivenName {
  threadId: string;
}

const nameLine = v.object({
  id: v.string(),
  thread_name: v.pipe(v.string(), v.trim(), v.minLength(1)),
  updated_at: v.optional(v.string()),
});

/** Parses a line of the index; gives what is wrong with it where it is none. Never throws. */
export function parseNameLine(text: string): NameLine | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (!isJsonObject(value)) return 'not a JSON object';
  const { success, issues, output } = v.safeParse(nameLine, value);
  if (!success) return describeIssue(issues[0]);
  return { threadId: output.id, name: output.thread_name, givenAt: timeMs(output.updated_at) ?? 0 };
}
