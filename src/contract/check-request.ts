import * as v from 'valibot';
import { wholeNumber } from './whole-number.ts';
import { describeIssue } from './describe-issue.ts';
import { aborted, ThreadStoreError } from './errors.ts';
import { isJson, isJsonObject, type Json, type JsonObject } from './json.ts';

/** The longest id that a store takes, in UTF-16 code units. */
export const MAX_ID_LENGTH = 128;

/** The size of a page for which none is asked. */
const DEFAULT_PAGE_SIZE = 25;

/** The most rows that a page has; a request for more gives as many. */
const MAX_PAGE_SIZE = 1_000_000;

/** The most items that are read by their ids at once. */
const MAX_ITEM_IDS = 100;

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_ID_LENGTH));
const flag = v.optional(v.boolean(), false);
const text = v.optional(v.string());
const call = { signal: v.optional(v.custom<AbortSignal>(isSignal)) };
const thread = { ...call, threadId: id };
const threadToRead = { ...thread, includeArchived: flag };
const page = { cursor: text, pageSize: v.optional(wholeNumber, DEFAULT_PAGE_SIZE) };
const content = { maxBytes: v.optional(v.pipe(wholeNumber, v.minValue(1))), deferOutput: flag };
const direction = v.picklist(['asc', 'desc']);
/** Looked into by who takes it: payloads are too large to be walked through twice. */
const present = v.custom<Json>((value) => value !== undefined);
const json = v.custom<Json>((value) => isJson(value));
const jsonObject = v.custom<JsonObject>((value) => isJsonObject(value) && isJson(value));
const source = v.union([v.string(), jsonObject]);

const clearable = v.optional(v.nullable(v.string()));
const memoryMode = v.optional(v.picklist(['enabled', 'disabled']));
const eventPersistenceMode = v.optional(v.picklist(['limited', 'extended']), 'limited');

/** An object with these fields. A list is an object, too, and would be taken for one that says nothing. */
function fields<Entries extends v.ObjectEntries>(entries: Entries) {
  const isNoList = v.check((value) => !Array.isArray(value), 'must be of type object');
  return v.pipe(v.unknown(), isNoList, v.object(entries));
}

/** Every request, as a store takes it: checked, and with every default filled in. */
const requestSchemas = {
  createThread: fields({
    ...thread,
    forkedFromId: v.optional(id),
    source: v.optional(source, 'vscode'),
    threadSource: v.optional(json),
    originator: v.optional(v.string(), 'idb-thread-store'),
    baseInstructions: v.optional(json),
    dynamicTools: v.optional(v.array(json)),
    metadata: fields({ cwd: v.optional(v.string(), ''), modelProvider: v.string(), memoryMode }),
    eventPersistenceMode,
    historyMode: v.optional(v.picklist(['legacy', 'paginated']), 'legacy'),
  }),
  resumeThread: fields({ ...threadToRead, eventPersistenceMode }),
  // The items themselves are checked one by one as they become lines.
  appendItems: fields({ ...thread, items: v.array(v.looseObject({ type: v.string(), payload: present })) }),
  persistThread: fields(thread),
  flushThread: fields(thread),
  shutdownThread: fields(thread),
  discardThread: fields(thread),
  archiveThread: fields(thread),
  unarchiveThread: fields(thread),
  deleteThread: fields(thread),
  updateThreadMetadata: fields({
    ...threadToRead,
    patch: fields({
      name: clearable,
      preview: text,
      modelProvider: text,
      model: clearable,
      reasoningEffort: clearable,
      cwd: text,
      agentNickname: clearable,
      agentRole: clearable,
      memoryMode,
      tokenUsage: v.optional(v.nullable(jsonObject)),
      gitInfo: v.optional(fields({ sha: clearable, branch: clearable, originUrl: clearable })),
    }),
  }),
  loadHistory: fields(threadToRead),
  readThread: fields({ ...threadToRead, includeHistory: flag }),
  readThreadByRolloutPath: fields({
    ...call,
    rolloutPath: v.pipe(v.string(), v.minLength(1)),
    includeArchived: flag,
    includeHistory: flag,
  }),
  listThreads: fields({
    ...call,
    ...page,
    sortDirection: v.optional(direction, 'desc'),
    sortKey: v.optional(v.picklist(['createdAt', 'updatedAt', 'recencyAt']), 'createdAt'),
    archived: flag,
    allowedSources: v.optional(v.array(source)),
    modelProviders: v.optional(v.array(v.string())),
    cwdFilters: v.optional(v.array(v.string())),
    parentThreadIds: v.optional(v.array(v.string())),
    searchTerm: text,
  }),
  listTurns: fields({
    ...threadToRead,
    ...page,
    ...content,
    sortDirection: v.optional(direction, 'desc'),
    itemsView: v.optional(v.picklist(['notLoaded', 'summary', 'full']), 'summary'),
  }),
  listItems: fields({
    ...threadToRead,
    ...page,
    ...content,
    sortDirection: v.optional(direction, 'asc'),
    turnId: v.optional(id),
    afterUpdatedAtOrdinal: v.optional(v.pipe(wholeNumber, v.minValue(-1))),
  }),
  readItems: fields({
    ...threadToRead,
    turnId: id,
    itemIds: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(MAX_ITEM_IDS)),
  }),
  listLiveThreads: fields(call),
  rollbackThread: fields({ ...thread, beforeTurnId: id }),
  revertThread: fields({ ...thread, beforeTurnId: id }),
  forkThread: v.pipe(
    fields({
      ...threadToRead,
      lastTurnId: v.optional(id),
      beforeTurnId: v.optional(id),
      newThreadId: v.optional(id),
      source: v.optional(source),
      originator: text,
      threadSource: v.optional(json),
      baseInstructions: v.optional(json),
      metadata: v.optional(fields({ cwd: text, modelProvider: text, memoryMode })),
    }),
    v.forward(
      v.check(
        ({ lastTurnId, beforeTurnId }) => lastTurnId === undefined || beforeTurnId === undefined,
        'cannot be combined with lastTurnId',
      ),
      ['beforeTurnId'],
    ),
  ),
};

type RequestSchemas = typeof requestSchemas;

/** A request of method `Name`, checked. */
export type CheckedRequest<Name extends keyof RequestSchemas> = v.InferOutput<RequestSchemas[Name]>;

/** The same schemas, in a form from which a method's own can be picked by name. */
const schemaOf: { [Name in keyof RequestSchemas]: v.GenericSchema<unknown, CheckedRequest<Name>> } =
  requestSchemas;

/**
 * Checks a request and fills in its defaults.
 * @throws ThreadStoreError `invalid_request`, naming the field and what it takes; `aborted` when its signal has stopped
 * it already.
 */
export function checkRequest<Name extends keyof RequestSchemas>(
  operation: Name,
  params: unknown,
): CheckedRequest<Name> {
  const result = parsed(operation, params);
  if (!result.success) throw invalidRequest(operation, describeIssue(result.issues[0]));
  const data = result.output;
  if (data.signal?.aborted) throw aborted(operation, data.signal.reason);
  if (hasPageSize(data)) {
    if (data.pageSize < 1) throw invalidRequest(operation, 'page size must be positive');
    data.pageSize = Math.min(data.pageSize, MAX_PAGE_SIZE);
  }
  return data;
}

function parsed<Name extends keyof RequestSchemas>(operation: Name, params: unknown) {
  try {
    return v.safeParse(schemaOf[operation], params);
  } catch (cause) {
    // A getter of the caller's.
    throw invalidRequest(operation, `params cannot be read: ${String(cause)}`);
  }
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
