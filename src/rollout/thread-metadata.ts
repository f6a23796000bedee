import type { Json, JsonObject } from '../contract/json.ts';
import type { GitInfo, SessionSource } from '../contract/records.ts';
import { isItemOf, type UserInput } from '../contract/thread-item.ts';
import type { ParsedLine } from './line.ts';
import type { RolloutEvent } from './rollout-event.ts';
import type { HistoryBase, SessionMeta } from './session-meta.ts';
import type { RolloutFormat } from './create-projection.ts';

/** What a thread's lines say of it. Plain data: it can be stored, and goes on with the next line. */
export interface ThreadMetadata {
  /** Absent until a line says who the thread is. */
  threadId?: string;
  format: RolloutFormat;
  historyBase?: HistoryBase;
  forkedFromId?: string;
  parentThreadId?: string;
  preview: string;
  firstUserMessage?: string;
  modelProvider: string;
  model?: string;
  reasoningEffort?: string;
  /** Unix milliseconds; 0 until a line tells. */
  createdAt: number;
  /** Unix milliseconds; 0 until a line tells. Never falls. */
  updatedAt: number;
  /** Unix milliseconds; 0 until a line tells. */
  recencyAt: number;
  cwd: string;
  cliVersion: string;
  originator?: string;
  source: SessionSource;
  threadSource?: Json;
  agentNickname?: string;
  agentRole?: string;
  agentPath?: string;
  gitInfo?: GitInfo;
  memoryMode?: string;
  approvalMode?: Json;
  sandboxPolicy?: Json;
  tokenUsage?: JsonObject;
}

/** The metadata of a thread without lines. */
export function emptyThreadMetadata(): ThreadMetadata {
  return {
    format: 'legacy',
    preview: '',
    modelProvider: '',
    createdAt: 0,
    updatedAt: 0,
    recencyAt: 0,
    cwd: '',
    cliVersion: '',
    source: 'unknown',
  };
}

/** Takes the next line into account. Changes `metadata`. */
export function addToThreadMetadata(metadata: ThreadMetadata, line: ParsedLine): void {
  const { meaning, timestampMs = 0 } = line;
  metadata.updatedAt = Math.max(metadata.updatedAt, timestampMs);
  switch (meaning.kind) {
    case 'sessionMeta':
      addSessionMeta(metadata, meaning.meta);
      break;
    case 'turnContext': {
      const { context } = meaning;
      metadata.cwd = context.cwd;
      metadata.model = context.model;
      if (context.effort) metadata.reasoningEffort = context.effort;
      else delete metadata.reasoningEffort;
      metadata.approvalMode = context.approval_policy;
      metadata.sandboxPolicy = context.sandbox_policy;
      break;
    }
    case 'event':
      addEvent(metadata, meaning.event, timestampMs);
      break;
    case 'bareHeader':
      metadata.threadId ??= meaning.threadId;
      metadata.format = 'bare';
      metadata.createdAt ||= meaning.createdAtMs ?? 0;
      metadata.updatedAt = Math.max(metadata.updatedAt, metadata.createdAt);
      if (meaning.gitInfo) metadata.gitInfo = meaning.gitInfo;
      break;
    case 'bareMessage':
      if (meaning.role === 'user') addUserMessage(metadata, meaning.text);
      break;
    default:
  }
}

function addSessionMeta(metadata: ThreadMetadata, meta: SessionMeta): void {
  if (metadata.threadId === undefined) {
    const { createdAtMs, historyMode, sessionId: _, ...rest } = meta;
    Object.assign(metadata, rest, { format: historyMode, createdAt: createdAtMs ?? metadata.updatedAt });
    return;
  }
  // A fork's file has copies of its source's meta; the thread's own repeats to tell what changed.
  if (meta.threadId !== metadata.threadId) return;
  // A reverted thread goes on in a further file, which says when that one was begun.
  metadata.createdAt = Math.min(metadata.createdAt, meta.createdAtMs ?? metadata.createdAt);
  if (meta.gitInfo) metadata.gitInfo = meta.gitInfo;
  if (meta.memoryMode !== undefined) metadata.memoryMode = meta.memoryMode;
}

function addEvent(metadata: ThreadMetadata, event: RolloutEvent, timestampMs: number): void {
  switch (event.type) {
    case 'task_started':
      metadata.recencyAt = Math.max(metadata.recencyAt, timestampMs);
      break;
    case 'token_count':
      if (event.info) metadata.tokenUsage = event.info;
      break;
    case 'user_message':
      addUserMessage(metadata, event.message);
      break;
    case 'item_completed': {
      const { item } = event.item;
      if (isItemOf(item, 'userMessage')) addUserMessage(metadata, textOf(item.content));
      break;
    }
    default:
  }
}

function textOf(content: UserInput[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function addUserMessage(metadata: ThreadMetadata, text: string): void {
  if (metadata.firstUserMessage !== undefined || text.trim() === '') return;
  metadata.firstUserMessage = text;
  metadata.preview = text;
}
