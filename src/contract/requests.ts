import * as z from 'zod/mini';
import type { Json, JsonObject } from './json.ts';
import { describeIssue } from './describe-issue.ts';
import { aborted, ThreadStoreError } from './errors.ts';
import type { GitInfo, RolloutItem, SessionSource, TurnItemsView } from './records.ts';

// A strict Content-Security-Policy forbids the generated code that zod would try to make.
z.config({ jitless: true });

/** The longest id that a store takes, in UTF-16 code units. */
export const MAX_ID_LENGTH = 128;

/** The size of a page for which none is asked. */
export const DEFAULT_PAGE_SIZE = 25;

/** The most rows that a page has; a request for more gives as many. */
export const MAX_PAGE_SIZE = 1_000_000;

/** The most items that are read by their ids at once. */
export const MAX_ITEM_IDS = 100;

/** Oldest first, or newest first. */
export type SortDirection = 'asc' | 'desc';

/** By what threads are ordered. Threads of the same time are ordered by id. */
export type ThreadSortKey = 'createdAt' | 'updatedAt' | 'recencyAt';

/** What every call takes. */
export interface CallParams {
  /**
   * Stops the call, which fails with `aborted` then. A read reads no further. A write that fails so changed nothing;
   * one that committed before it could be stopped answers as if there were no signal.
   */
  signal?: AbortSignal | undefined;
}

/** Names one thread. */
export interface ThreadParams extends CallParams {
  /** Any text that is not empty, up to {@link MAX_ID_LENGTH} code units. */
  threadId: string;
}

/** Which threads a read may see. */
export interface ArchivedParams {
  /** Whether the thread may be archived. Default false. */
  includeArchived?: boolean | undefined;
}

/** One page of a list. */
export interface PageParams {
  /** From a page of the same list, in either direction. Absent: the list's beginning in this direction. */
  cursor?: string | undefined;
  /** How many rows at the most: a positive whole number. Default {@link DEFAULT_PAGE_SIZE}, most {@link MAX_PAGE_SIZE}. */
  pageSize?: number | undefined;
  sortDirection?: SortDirection | undefined;
}

export interface LoadHistoryParams extends ThreadParams, ArchivedParams {}

export interface ReadThreadParams extends ThreadParams, ArchivedParams {
  /** Whether to give the raw lines, too. Default false. */
  includeHistory?: boolean | undefined;
}

export interface ReadThreadByRolloutPathParams extends CallParams, ArchivedParams {
  /** The file's name as imported; its folders do not matter. */
  rolloutPath: string;
  /** Whether to give the raw lines, too. Default false. */
  includeHistory?: boolean | undefined;
}

/** Default order: newest first. */
export interface ListThreadsParams extends CallParams, PageParams {
  /** Default `createdAt`. */
  sortKey?: ThreadSortKey | undefined;
  /** The archived threads INSTEAD of the active ones. Default false. */
  archived?: boolean | undefined;
  /** Only threads of these sources. Absent or empty: all. */
  allowedSources?: SessionSource[] | undefined;
  /** Only threads of these model providers. Absent or empty: all. */
  modelProviders?: string[] | undefined;
  /** Only threads of these working directories, exactly. Absent: all. EMPTY: none. */
  cwdFilters?: string[] | undefined;
  /** Only threads that agents of these threads were spawned into. Absent: all. EMPTY: none. */
  parentThreadIds?: string[] | undefined;
  /** Only threads whose name or preview contains this, as it is written. */
  searchTerm?: string | undefined;
}

/** How much content a page carries. */
export interface ContentParams {
  /**
   * Ends the page before the row with which the items that it carries would have more bytes than this, as their lines
   * have them; the first row is always there. Its cursor goes on as any other. Default: no limit but `pageSize`.
   */
  maxBytes?: number | undefined;
  /**
   * Leaves the long fields of items of more than 64 KB empty, without reading them: such an item names them in
   * `deferredFields`, and does not count for `maxBytes`. `readItems` gives it whole. Default false.
   */
  deferOutput?: boolean | undefined;
}

/** Default order: newest first. */
export interface ListTurnsParams extends ThreadParams, ArchivedParams, PageParams, ContentParams {
  /** Default `summary`. */
  itemsView?: TurnItemsView | undefined;
}

/** Default order: oldest first. */
export interface ListItemsParams extends ThreadParams, ArchivedParams, PageParams, ContentParams {
  /** Only this turn's items. Absent: the whole thread's. */
  turnId?: string | undefined;
  /**
   * Only items that changed after this `updatedAtOrdinal`, in the order in which they did, each once: for a subscriber
   * that was away. -1 gives all. Goes with `asc` only; its cursors are its own.
   */
  afterUpdatedAtOrdinal?: number | undefined;
}

/** What a live writer's thread starts with. */
export interface ThreadPersistenceMetadata {
  /** The working directory. Default `''`: none. */
  cwd?: string | undefined;
  modelProvider: string;
  memoryMode?: 'enabled' | 'disabled' | undefined;
}

/** Which events a live writer keeps (contract §5.3). */
export type EventPersistenceMode = 'limited' | 'extended';

/** A new thread. */
export interface CreateThreadParams extends ThreadParams {
  forkedFromId?: string | undefined;
  /** Default `vscode`, as Codex has it for clients of its app-server. */
  source?: SessionSource | undefined;
  threadSource?: Json | undefined;
  /** Who writes the thread. Default `idb-thread-store`. */
  originator?: string | undefined;
  baseInstructions?: Json | undefined;
  dynamicTools?: Json[] | undefined;
  metadata: ThreadPersistenceMetadata;
  /** Default `limited`. */
  eventPersistenceMode?: EventPersistenceMode | undefined;
  /**
   * `legacy`, the default, rebuilds items from events; in a `paginated` thread the lines carry whole items with ids of
   * their own, as LiveThread and Codex from July 2026 on write them (contract §5.2).
   */
  historyMode?: 'legacy' | 'paginated' | undefined;
}

/** A thread to go on with. */
export interface ResumeThreadParams extends ThreadParams, ArchivedParams {
  /** Default `limited`. */
  eventPersistenceMode?: EventPersistenceMode | undefined;
}

/** Lines to append. Their timestamps and ordinals are given when they are written, not taken from here. */
export interface AppendItemsParams extends ThreadParams {
  items: RolloutItem[];
}

/** What to change of a thread: an absent field stays, `null` clears. It wins over what the thread's lines say. */
export interface ThreadMetadataPatch {
  name?: string | null | undefined;
  preview?: string | undefined;
  modelProvider?: string | undefined;
  model?: string | null | undefined;
  reasoningEffort?: string | null | undefined;
  cwd?: string | undefined;
  agentNickname?: string | null | undefined;
  agentRole?: string | null | undefined;
  memoryMode?: 'enabled' | 'disabled' | undefined;
  tokenUsage?: JsonObject | null | undefined;
  gitInfo?: { [Field in keyof GitInfo]?: string | null | undefined } | undefined;
}

export interface UpdateThreadMetadataParams extends ThreadParams, ArchivedParams {
  patch: ThreadMetadataPatch;
}

/** A turn of a thread's own that is to go, with all later ones. */
export interface BeforeTurnParams extends ThreadParams {
  beforeTurnId: string;
}

/** Which beginning of a thread's history the new thread gets: through one turn, before one turn, or all of it. */
export interface ForkThreadParams extends ThreadParams, ArchivedParams {
  lastTurnId?: string | undefined;
  beforeTurnId?: string | undefined;
  /** Default: a new UUIDv7. */
  newThreadId?: string | undefined;
  /** What is to differ from the source, in what the new thread says of itself. */
  source?: SessionSource | undefined;
  originator?: string | undefined;
  threadSource?: Json | undefined;
  baseInstructions?: Json | undefined;
  metadata?: Partial<ThreadPersistenceMetadata> | undefined;
}

/** Some items of one turn. */
export interface ReadItemsParams extends ThreadParams, ArchivedParams {
  turnId: string;
  /** 1 to {@link MAX_ITEM_IDS}. */
  itemIds: string[];
}

const id = z.string().check(z.minLength(1), z.maxLength(MAX_ID_LENGTH));
const flag = z._default(z.boolean(), false);
const text = z.optional(z.string());
const call = { signal: z.optional(z.custom<AbortSignal>(isSignal)) };
const thread = { ...call, threadId: id };
const threadToRead = { ...thread, includeArchived: flag };
const page = { cursor: text, pageSize: z._default(z.int(), DEFAULT_PAGE_SIZE) };
const content = { maxBytes: z.optional(z.int().check(z.gte(1))), deferOutput: flag };
const direction = z.enum(['asc', 'desc']);
const source = z.union([z.string(), z.record(z.string(), z.json())]);

const clearable = z.optional(z.nullable(z.string()));
const memoryMode = z.optional(z.enum(['enabled', 'disabled']));
const eventPersistenceMode = z._default(z.enum(['limited', 'extended']), 'limited');
const json = z.custom<Json>((value) => value !== undefined);
const jsonObject = z.record(z.string(), z.custom<Json>());

/** Every request, as a store takes it: checked, and with every default filled in. */
export const requestSchemas = {
  createThread: z.object({
    ...thread,
    forkedFromId: z.optional(id),
    source: z._default(source, 'vscode'),
    threadSource: z.optional(json),
    originator: z._default(z.string(), 'idb-thread-store'),
    baseInstructions: z.optional(json),
    dynamicTools: z.optional(z.array(json)),
    metadata: z.object({ cwd: z._default(z.string(), ''), modelProvider: z.string(), memoryMode }),
    eventPersistenceMode,
    historyMode: z._default(z.enum(['legacy', 'paginated']), 'legacy'),
  }),
  resumeThread: z.object({ ...threadToRead, eventPersistenceMode }),
  // The items themselves are checked one by one as they become lines.
  appendItems: z.object({ ...thread, items: z.array(z.looseObject({ type: z.string(), payload: json })) }),
  persistThread: z.object(thread),
  flushThread: z.object(thread),
  shutdownThread: z.object(thread),
  discardThread: z.object(thread),
  archiveThread: z.object(thread),
  unarchiveThread: z.object(thread),
  deleteThread: z.object(thread),
  updateThreadMetadata: z.object({
    ...threadToRead,
    patch: z.object({
      name: clearable,
      preview: text,
      modelProvider: text,
      model: clearable,
      reasoningEffort: clearable,
      cwd: text,
      agentNickname: clearable,
      agentRole: clearable,
      memoryMode,
      tokenUsage: z.optional(z.nullable(jsonObject)),
      gitInfo: z.optional(z.object({ sha: clearable, branch: clearable, originUrl: clearable })),
    }),
  }),
  loadHistory: z.object(threadToRead),
  readThread: z.object({ ...threadToRead, includeHistory: flag }),
  readThreadByRolloutPath: z.object({
    ...call,
    rolloutPath: z.string().check(z.minLength(1)),
    includeArchived: flag,
    includeHistory: flag,
  }),
  listThreads: z.object({
    ...call,
    ...page,
    sortDirection: z._default(direction, 'desc'),
    sortKey: z._default(z.enum(['createdAt', 'updatedAt', 'recencyAt']), 'createdAt'),
    archived: flag,
    allowedSources: z.optional(z.array(source)),
    modelProviders: z.optional(z.array(z.string())),
    cwdFilters: z.optional(z.array(z.string())),
    parentThreadIds: z.optional(z.array(z.string())),
    searchTerm: text,
  }),
  listTurns: z.object({
    ...threadToRead,
    ...page,
    ...content,
    sortDirection: z._default(direction, 'desc'),
    itemsView: z._default(z.enum(['notLoaded', 'summary', 'full']), 'summary'),
  }),
  listItems: z.object({
    ...threadToRead,
    ...page,
    ...content,
    sortDirection: z._default(direction, 'asc'),
    turnId: z.optional(id),
    afterUpdatedAtOrdinal: z.optional(z.int().check(z.gte(-1))),
  }),
  readItems: z.object({
    ...threadToRead,
    turnId: id,
    itemIds: z.array(z.string()).check(z.minLength(1), z.maxLength(MAX_ITEM_IDS)),
  }),
  listLiveThreads: z.object(call),
  rollbackThread: z.object({ ...thread, beforeTurnId: id }),
  revertThread: z.object({ ...thread, beforeTurnId: id }),
  forkThread: z
    .object({
      ...threadToRead,
      lastTurnId: z.optional(id),
      beforeTurnId: z.optional(id),
      newThreadId: z.optional(id),
      source: z.optional(source),
      originator: text,
      threadSource: z.optional(json),
      baseInstructions: z.optional(json),
      metadata: z.optional(z.object({ cwd: text, modelProvider: text, memoryMode })),
    })
    .check(
      z.refine(({ lastTurnId, beforeTurnId }) => lastTurnId === undefined || beforeTurnId === undefined, {
        path: ['beforeTurnId'],
        message: 'cannot be combined with lastTurnId',
      }),
    ),
};

type RequestSchemas = typeof requestSchemas;

/** A request of method `Name`, checked. */
export type CheckedRequest<Name extends keyof RequestSchemas> = z.output<RequestSchemas[Name]>;

/** The same schemas, in a form from which a method's own can be picked by name. */
const schemaOf: { [Name in keyof RequestSchemas]: z.ZodMiniType<CheckedRequest<Name>> } = requestSchemas;

/**
 * Checks a request and fills in its defaults.
 * @throws ThreadStoreError `invalid_request`, naming the field and what it takes; `aborted` when its signal has stopped
 * it already.
 */
export function checkRequest<Name extends keyof RequestSchemas>(
  operation: Name,
  params: unknown,
): CheckedRequest<Name> {
  const result = z.safeParse(schemaOf[operation], params);
  if (!result.success) throw invalidRequest(operation, describeIssue(result.error.issues[0]));
  const { data } = result;
  if (data.signal?.aborted) throw aborted(operation, data.signal.reason);
  if (hasPageSize(data)) {
    if (data.pageSize < 1) throw invalidRequest(operation, 'page size must be positive');
    data.pageSize = Math.min(data.pageSize, MAX_PAGE_SIZE);
  }
  return data;
}

function isSignal(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'aborted' in value && 'addEventListener' in value;
}

function hasPageSize(request: object): request is { pageSize: number } {
  return 'pageSize' in request;
}

function invalidRequest(operation: string, message: string): ThreadStoreError {
  return new ThreadStoreError('invalid_request', message, { operation });
}
