import type { Json, JsonObject } from './json.ts';
import type { GitInfo, RolloutItem, SessionSource, TurnItemsView } from './records.ts';

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
  /** Any text that is not empty, up to 128 UTF-16 code units. */
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
  /** How many rows at the most: a positive whole number. Default 25, most 1,000,000. */
  pageSize?: number | undefined;
  /** Default: as each list says. With a cursor, whatever the direction of the page that gave it. */
  sortDirection?: SortDirection | undefined;
}

/** Whose raw lines to give. */
export interface LoadHistoryParams extends ThreadParams, ArchivedParams {}

/** Which thread's record to give. */
export interface ReadThreadParams extends ThreadParams, ArchivedParams {
  /** Whether to give the raw lines, too. Default false. */
  includeHistory?: boolean | undefined;
}

/** Which file's thread to give the record of. */
export interface ReadThreadByRolloutPathParams extends CallParams, ArchivedParams {
  /** The file's name as imported; its folders do not matter. */
  rolloutPath: string;
  /** Whether to give the raw lines, too. Default false. */
  includeHistory?: boolean | undefined;
}

/** Which threads to list. Default order: newest first. */
export interface ListThreadsParams extends CallParams, PageParams {
  /** By what they are ordered. Default `createdAt`. */
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
   * have them; the first row is always there. Its cursor goes on like every other. Default: no limit but `pageSize`.
   */
  maxBytes?: number | undefined;
  /**
   * Leaves the long fields of items of more than 64 KB empty, without reading them: such an item names them in
   * `deferredFields`, and does not count for `maxBytes`. `readItems` gives it whole. Default false.
   */
  deferOutput?: boolean | undefined;
}

/** Which turns to list. Default order: newest first. */
export interface ListTurnsParams extends ThreadParams, ArchivedParams, PageParams, ContentParams {
  /** Which of their items the turns carry. Default `summary`. */
  itemsView?: TurnItemsView | undefined;
}

/** Which items to list. Default order: oldest first. */
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
  /** Whose model answers, as `openai`. */
  modelProvider: string;
  /** Whether Codex may make memories of it; kept word for word. */
  memoryMode?: 'enabled' | 'disabled' | undefined;
}

/**
 * Which events a live writer of a legacy thread keeps: those that a history needs, or also what commands and tools gave
 * (contract §5.3). A paginated thread has whole items instead.
 */
export type EventPersistenceMode = 'limited' | 'extended';

/** A new thread. */
export interface CreateThreadParams extends ThreadParams {
  /** The thread whose history it goes on from, where the app knows of one. */
  forkedFromId?: string | undefined;
  /** Where it was started. Default `vscode`, as Codex has it for clients of its app-server. */
  source?: SessionSource | undefined;
  /** What of the app started it, as `user` or `subagent`; kept word for word. */
  threadSource?: Json | undefined;
  /** Who writes the thread. Default `idb-thread-store`. */
  originator?: string | undefined;
  /** The system prompt; kept word for word. */
  baseInstructions?: Json | undefined;
  /** The tools that the client brought; kept word for word. */
  dynamicTools?: Json[] | undefined;
  /** What it starts with. */
  metadata: ThreadPersistenceMetadata;
  /** Which events are kept. Default `limited`. */
  eventPersistenceMode?: EventPersistenceMode | undefined;
  /**
   * `legacy`, the default, rebuilds items from events; in a `paginated` thread the lines carry whole items with ids of
   * their own, as LiveThread and Codex from July 2026 on write them (contract §5.2).
   */
  historyMode?: 'legacy' | 'paginated' | undefined;
}

/** A thread to go on with. */
export interface ResumeThreadParams extends ThreadParams, ArchivedParams {
  /** Which events are kept from now on. Default `limited`. */
  eventPersistenceMode?: EventPersistenceMode | undefined;
}

/** Lines to append. Their timestamps and ordinals are given when they are written, not taken from here. */
export interface AppendItemsParams extends ThreadParams {
  /** `{ type, payload }`, each JSON; copied before the call returns. */
  items: RolloutItem[];
}

/** What to change of a thread: an absent field stays, `null` clears. It wins over what the thread's lines say. */
export interface ThreadMetadataPatch {
  /** What a person calls it. Blank, or the same as `preview`: none. */
  name?: string | null | undefined;
  /** What a list shows of it where it has no name. */
  preview?: string | undefined;
  modelProvider?: string | undefined;
  model?: string | null | undefined;
  reasoningEffort?: string | null | undefined;
  cwd?: string | undefined;
  agentNickname?: string | null | undefined;
  agentRole?: string | null | undefined;
  memoryMode?: 'enabled' | 'disabled' | undefined;
  /** What it used, as Codex's `token_count` events tell; kept word for word. */
  tokenUsage?: JsonObject | null | undefined;
  /** Each field by itself. */
  gitInfo?: { [Field in keyof GitInfo]?: string | null | undefined } | undefined;
}

/** A thread to change, and how. */
export interface UpdateThreadMetadataParams extends ThreadParams, ArchivedParams {
  /** What to change. */
  patch: ThreadMetadataPatch;
}

/** A turn of a thread's own that is to go, with all later ones. */
export interface BeforeTurnParams extends ThreadParams {
  /** The first turn that goes. */
  beforeTurnId: string;
}

/** Which beginning of a thread's history the new thread gets; with neither turn, all of it. */
export interface ForkThreadParams extends ThreadParams, ArchivedParams {
  /** The last turn that it gets. Not with `beforeTurnId`. */
  lastTurnId?: string | undefined;
  /** The first turn that it does not get. */
  beforeTurnId?: string | undefined;
  /** The new thread's id. Default: a new UUIDv7. */
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
  /** Their ids, 1 to 100. */
  itemIds: string[];
}
