import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { GitInfo, SessionSource } from '../contract/records.ts';
import { isItemOf, type UserInput } from '../contract/thread-item.ts';
import type { RolloutFormat } from './create-projection.ts';
import type { ParsedLine } from './line.ts';
import type { RolloutEvent } from './rollout-event.ts';
import type { HistoryBase, SessionMeta } from './session-meta.ts';

/** What a thread's lines say of it. Plain data: it can be stored, and goes on with the next line. */
export interface ThreadMetadata {
  /** Absent until a line says who the thread is. */
  threadId?: string;
  sessionId?: string;
  format: RolloutFormat;
  historyBase?: HistoryBase;
  forkedFromId?: string;
  parentThreadId?: string;
  preview: string;
  /** What a legacy thread that begins with images alone is called by: what the user first wrote after them. */
  name?: string;
  firstUserMessage?: string;
  modelProvider: string;
  model?: string;
  reasoningEffort?: string;
  /** Unix milliseconds; 0 until a line tells. */
  createdAt: number;
  /** Unix milliseconds; 0 until a line tells. Never falls. */
  updatedAt: number;
  /** Unix milliseconds at which the latest turn began; 0 until a line tells. Never falls. */
  recencyAt: number;
  /** Whether turns have events of their own; else a user's message begins one. */
  hasTurnEvents?: true;
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
  /** The thread's token counts so far. */
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

/**
 * Takes the next line into account. Changes `metadata`.
 *
 * The first line that says who the thread is counts for who it is; for a thread that goes on from another rollout,
 * that is its own file's first line, so apply that one before the lines of its base.
 */
export function addToThreadMetadata(metadata: ThreadMetadata, line: ParsedLine): void {
  const { meaning, timestampMs = 0 } = line;
  metadata.updatedAt = Math.max(metadata.updatedAt, timestampMs);
  switch (meaning.kind) {
    case 'sessionMeta':
      addSessionMeta(metadata, meaning.meta);
      break;
    case 'turnContext': {
      const { model, effort, approval_policy, sandbox_policy, cwd } = meaning.context;
      setModel(metadata, model, effort);
      metadata.approvalMode = approval_policy;
      metadata.sandboxPolicy = sandbox_policy;
      metadata.cwd ||= cwd;
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
      metadata.recencyAt ||= metadata.createdAt;
      if (meaning.gitInfo) metadata.gitInfo = meaning.gitInfo;
      break;
    case 'bareMessage':
      if (meaning.role === 'user') addUserMessage(metadata, meaning.text, meaning.images.length > 0);
      break;
    default:
  }
}

/** Whose models a thread of Codex's uses that does not say. */
const DEFAULT_PROVIDER = 'openai';

function addSessionMeta(metadata: ThreadMetadata, meta: SessionMeta): void {
  const { createdAtMs, historyMode, ...rest } = meta;
  if (metadata.threadId === undefined) {
    const createdAt = createdAtMs ?? metadata.updatedAt;
    Object.assign(metadata, { modelProvider: DEFAULT_PROVIDER }, rest, { format: historyMode, createdAt });
    metadata.recencyAt ||= createdAt;
    return;
  }
  // A fork has copies of its source's meta; the thread's own comes again to tell what changed, or in another segment.
  if (meta.threadId !== metadata.threadId) return;
  metadata.cwd = meta.cwd || metadata.cwd;
  metadata.modelProvider = meta.modelProvider ?? metadata.modelProvider;
  if (meta.gitInfo) metadata.gitInfo = { ...metadata.gitInfo, ...meta.gitInfo };
  if (meta.memoryMode !== undefined) metadata.memoryMode = meta.memoryMode;
  if (createdAtMs === undefined || createdAtMs >= metadata.createdAt) return;
  // The first line was that of a later segment: the thread is older, and so is what no turn has told yet.
  if (metadata.recencyAt === metadata.createdAt) metadata.recencyAt = createdAtMs;
  metadata.createdAt = createdAtMs;
}

function addEvent(metadata: ThreadMetadata, event: RolloutEvent, timestampMs: number): void {
  switch (event.type) {
    case 'task_started':
      metadata.hasTurnEvents = true;
      metadata.recencyAt = Math.max(metadata.recencyAt, timestampMs);
      break;
    case 'thread_settings_applied':
      setModel(metadata, event.thread_settings.model, event.thread_settings.reasoning_effort);
      metadata.cwd = event.thread_settings.cwd || metadata.cwd;
      break;
    case 'token_count': {
      const total = event.info?.['total_token_usage'];
      if (isJsonObject(total)) metadata.tokenUsage = total;
      break;
    }
    case 'user_message':
      if (!metadata.hasTurnEvents) metadata.recencyAt = Math.max(metadata.recencyAt, timestampMs);
      addUserMessage(metadata, event.message, (event.images?.length ?? 0) + event.local_images.length > 0);
      addName(metadata, event.message);
      break;
    case 'item_completed': {
      const { item } = event.item;
      if (isItemOf(item, 'userMessage'))
        addUserMessage(metadata, textOf(item.content), item.content.some(isImage));
      break;
    }
    default:
  }
}

function setModel(metadata: ThreadMetadata, model: string, effort: string | null | undefined): void {
  metadata.model = model;
  if (effort) metadata.reasoningEffort = effort;
  else delete metadata.reasoningEffort;
}

/** Clients put what they know of the editor before this, and what the user wrote after it. */
const REQUEST_MARK = '## My request for Codex:';

/** The preview of a message without a text. */
const IMAGE = '[Image]';

function addUserMessage(metadata: ThreadMetadata, text: string, hasImage: boolean): void {
  if (metadata.firstUserMessage !== undefined) return;
  const preview = writtenIn(text) || (hasImage ? IMAGE : '');
  if (preview === '') return;
  metadata.firstUserMessage = preview;
  metadata.preview = preview;
}

/** Codex calls a legacy thread by the first text that its user wrote, which is its preview but where images came first. */
function addName(metadata: ThreadMetadata, text: string): void {
  const written = writtenIn(text);
  if (written && written !== IMAGE && metadata.preview === IMAGE) metadata.name ??= written;
}

function writtenIn(text: string): string {
  const mark = text.indexOf(REQUEST_MARK);
  return text.slice(mark < 0 ? 0 : mark + REQUEST_MARK.length).trim();
}

function textOf(content: UserInput[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

function isImage({ type }: UserInput): boolean {
  return type === 'image' || type === 'localImage';
}
