import * as z from 'zod/mini';
import type { Json } from './json.ts';
import { ThreadStoreError } from './errors.ts';
import type { GitInfo, RolloutItem, SessionSource, TurnItemsView } from './records.ts';

// A strict Content-Security-Policy forbids the generated code that zod would try to make.
z.config({ jitless: true });

/** The longest id that a store takes, in UTF-16 code units. */
export const MAX_ID_LENGTH = 128;

/** The size of a page for which none is asked. */
export const DEFAULT_PAGE_SIZE = 25;

/** Oldest first, or newest first. */
export type SortDirection = 'asc' | 'desc';

/** By what threads are ordered. Threads of the same time are ordered by id. */
export type ThreadSortKey = 'createdAt' | 'updatedAt' | 'recencyAt';

/** Names one thread. */
export interface ThreadParams {
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
  /** How many rows at the most: a positive whole number. Default {@link DEFAULT_PAGE_SIZE}. */
  pageSize?: number | undefined;
  sortDirection?: SortDirection | undefined;
}

export interface LoadHistoryParams extends ThreadParams, ArchivedParams {}

export interface ReadThreadParams extends ThreadParams, ArchivedParams {
  /** Whether to give the raw lines, too. Default false. */
  includeHistory?: boolean | undefined;
}

export interface ReadThreadByRolloutPathParams extends ArchivedParams {
  /** The file's name as imported; its folders do not matter. */
  rolloutPath: string;
  /** Whether to give the raw lines, too. Default false. */
  includeHistory?: boolean | undefined;
}

/** Default order: newest first. */
export interface ListThreadsParams extends PageParams {
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
  /** Only threads whose name or preview contains this, as it is written. */
  searchTerm?: string | undefined;
}

/** Default order: newest first. */
export interface ListTurnsParams extends ThreadParams, ArchivedParams, PageParams {
  /** Default `summary`. */
  itemsView?: TurnItemsView | undefined;
}

/** Default order: oldest first. */
export interface ListItemsParams extends ThreadParams, ArchivedParams, PageParams {
  /** Only this turn's items. Absent: the whole thread's. */
  turnId?: string | undefined;
}

/** What a live writer's thread starts with. */
export interface ThreadPersistenceMetadata {
  cwd?: string | undefined;
  modelProvider: string;
  memoryMode?: 'enabled' | 'disabled' | undefined;
}

export interface CreateThreadParams extends ThreadParams {
  forkedFromId?: string | undefined;
  source: SessionSource;
  threadSource?: string | undefined;
  baseInstructions?: Json | undefined;
  dynamicTools?: Json[] | undefined;
  metadata: ThreadPersistenceMetadata;
  /** Default `limited`. */
  eventPersistenceMode?: 'limited' | 'extended' | undefined;
}

export interface ResumeThreadParams extends ThreadParams, ArchivedParams {
  rolloutPath?: string | undefined;
  metadata?: ThreadPersistenceMetadata | undefined;
  eventPersistenceMode?: 'limited' | 'extended' | undefined;
}

export interface AppendItemsParams extends ThreadParams {
  items: RolloutItem[];
}

/** What to change of a thread: an absent field stays, `null` clears. */
export interface ThreadMetadataPatch {
  name?: string | null | undefined;
  memoryMode?: 'enabled' | 'disabled' | undefined;
  gitInfo?: { [Field in keyof GitInfo]?: string | null | undefined } | undefined;
}

export interface UpdateThreadMetadataParams extends ThreadParams, ArchivedParams {
  patch: ThreadMetadataPatch;
}

const id = z.string().check(z.minLength(1), z.maxLength(MAX_ID_LENGTH));
const flag = z._default(z.boolean(), false);
const text = z.optional(z.string());
const thread = { threadId: id };
const threadToRead = { ...thread, includeArchived: flag };
const page = { cursor: text, pageSize: z._default(z.int(), DEFAULT_PAGE_SIZE) };
const direction = z.enum(['asc', 'desc']);
const source = z.union([z.string(), z.record(z.string(), z.json())]);

/** The requests of the methods that read, as a store takes them: checked, and with every default filled in. */
export const requestSchemas = {
  loadHistory: z.object(threadToRead),
  readThread: z.object({ ...threadToRead, includeHistory: flag }),
  readThreadByRolloutPath: z.object({
    rolloutPath: z.string().check(z.minLength(1)),
    includeArchived: flag,
    includeHistory: flag,
  }),
  listThreads: z.object({
    ...page,
    sortDirection: z._default(direction, 'desc'),
    sortKey: z._default(z.enum(['createdAt', 'updatedAt', 'recencyAt']), 'createdAt'),
    archived: flag,
    allowedSources: z.optional(z.array(source)),
    modelProviders: z.optional(z.array(z.string())),
    cwdFilters: z.optional(z.array(z.string())),
    searchTerm: text,
  }),
  listTurns: z.object({
    ...threadToRead,
    ...page,
    sortDirection: z._default(direction, 'desc'),
    itemsView: z._default(z.enum(['notLoaded', 'summary', 'full']), 'summary'),
  }),
  listItems: z.object({
    ...threadToRead,
    ...page,
    sortDirection: z._default(direction, 'asc'),
    turnId: z.optional(id),
  }),
};

type RequestSchemas = typeof requestSchemas;

/** A request of method `Name`, checked. */
export type CheckedRequest<Name extends keyof RequestSchemas> = z.output<RequestSchemas[Name]>;

/** The same schemas, in a form from which a method's own can be picked by name. */
const schemaOf: { [Name in keyof RequestSchemas]: z.ZodMiniType<CheckedRequest<Name>> } = requestSchemas;

/**
 * Checks a request and fills in its defaults.
 * @throws ThreadStoreError `invalid_request`, naming the field and what it takes.
 */
export function checkRequest<Name extends keyof RequestSchemas>(
  operation: Name,
  params: unknown,
): CheckedRequest<Name> {
  const result = z.safeParse(schemaOf[operation], params);
  if (!result.success) throw invalidRequest(operation, describeIssue(result.error.issues[0]));
  const { data } = result;
  if (hasPageSize(data) && data.pageSize < 1) throw invalidRequest(operation, 'page size must be positive');
  return data;
}

function hasPageSize(request: object): request is { pageSize: number } {
  return 'pageSize' in request;
}

function invalidRequest(operation: string, message: string): ThreadStoreError {
  return new ThreadStoreError('invalid_request', message, { operation });
}

/** Says in one line which field is wrong and what it takes; zod's own texts would cost a locale. */
function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  const field = issue?.path.map(String).join('.') ?? '';
  return `${field === '' ? 'params' : field} ${demandOf(issue)}`;
}

function demandOf(issue: z.core.$ZodIssue | undefined): string {
  switch (issue?.code) {
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'a whole number' : `of type ${issue.expected}`}`;
    case 'invalid_value':
      return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? 'must not be empty' : `must be at least ${String(issue.minimum)}`;
    case 'too_big':
      return `must be at most ${String(issue.maximum)}${issue.origin === 'string' ? ' long' : ''}`;
    default:
      return 'is not valid';
  }
}
