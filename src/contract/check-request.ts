import * as z from 'zod/mini';
import { describeIssue } from './describe-issue.ts';
import { aborted, ThreadStoreError } from './errors.ts';
import type { Json } from './json.ts';

/** The longest id that a store takes, in UTF-16 code units. */
export const MAX_ID_LENGTH = 128;

/** The size of a page for which none is asked. */
const DEFAULT_PAGE_SIZE = 25;

/** The most rows that a page has; a request for more gives as many. */
const MAX_PAGE_SIZE = 1_000_000;

/** The most items that are read by their ids at once. */
const MAX_ITEM_IDS = 100;

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
const requestSchemas = {
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
