import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { GitInfo, RolloutItem } from '../contract/records.ts';
import { present, timeMs } from './line-values.ts';

/** The type under which a store keeps a line of a file without envelopes, its `payload` being the line as it stood. */
export const BARE_LINE = 'bare_line';

/** The first line of a file without envelopes (contract §5.1, G0). */
export interface BareHeader {
  threadId: string;
  /** Unix milliseconds. */
  createdAtMs?: number;
  gitInfo?: GitInfo;
}

/** A message in a file without envelopes. */
export interface BareMessage {
  role: 'user' | 'assistant';
  id?: string;
  text: string;
  /** URLs of the images that came with it. */
  images: string[];
}

type BareMeaning =
  | ({ kind: 'bareHeader' } & BareHeader)
  | ({ kind: 'bareMessage' } & BareMessage)
  | { kind: 'other' };

/** Whether a line has no envelope: a G0 file's header, state mark or Responses item. */
export function isBareLine(line: JsonObject): boolean {
  if ('payload' in line) return false;
  return (
    'record_type' in line || isHeader(line) || (typeof line['type'] === 'string' && isResponsesItem(line))
  );
}

function isHeader(line: JsonObject): boolean {
  return typeof line['id'] === 'string' && typeof line['timestamp'] === 'string' && !('type' in line);
}

function isResponsesItem(line: JsonObject): boolean {
  return ['role', 'content', 'summary', 'call_id', 'action', 'encrypted_content'].some(
    (field) => field in line,
  );
}

/** The text of a kept line, as it stood in its file. */
export function rolloutLineText(item: RolloutItem): string {
  return JSON.stringify(item.type === BARE_LINE ? item.payload : item);
}

/** Gives what a line without an envelope means, or the reason why it is malformed. */
export function bareMeaning(line: Json): BareMeaning | string {
  if (!isJsonObject(line)) return 'not a JSON object';
  if (isHeader(line)) return headerOf(line);
  if (line['type'] !== 'message') return { kind: 'other' };
  const { role, content, id } = line;
  if (role !== 'user' && role !== 'assistant') return { kind: 'other' };
  if (!Array.isArray(content)) return 'malformed message: content is not an array';
  const parts = content.filter(isJsonObject);
  const text = parts
    .map((part) => part['text'])
    .filter((part) => typeof part === 'string')
    .join('');
  const images = parts.map((part) => part['image_url']).filter((url) => typeof url === 'string');
  if (role === 'user' && isContext(text)) return { kind: 'other' };
  return { kind: 'bareMessage', role, text, images, ...(typeof id === 'string' ? { id } : {}) };
}

/** What Codex itself told the model in the user's name. */
function isContext(text: string): boolean {
  return /^\s*(?:<environment_context>|<user_instructions>|# AGENTS\.md)/.test(text);
}

function headerOf({ id, timestamp, git }: JsonObject): BareMeaning {
  const info = isJsonObject(git) ? git : {};
  const gitInfo: GitInfo = present({
    sha: textOf(info['commit_hash']),
    branch: textOf(info['branch']),
    originUrl: textOf(info['repository_url']),
  });
  return {
    kind: 'bareHeader',
    ...present({
      threadId: textOf(id) ?? '',
      createdAtMs: timeMs(timestamp),
      gitInfo: Object.keys(gitInfo).length > 0 ? gitInfo : undefined,
    }),
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
