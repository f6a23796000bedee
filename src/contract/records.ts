import type { Json, JsonObject } from './json.ts';
import type { ThreadItem } from './thread-item.ts';

/** Where a thread was started: a word, or an object for a custom client or a sub-agent. */
export type SessionSource = string | JsonObject;

/** Where a thread's working copy stood. */
export interface GitInfo {
  /** The commit's hash. */
  sha?: string;
  branch?: string;
  /** Where it was cloned from. */
  originUrl?: string;
}

/** A thread's record: small, and all that a list of threads needs. */
export interface StoredThread {
  threadId: string;
  /** The name of its rollout file as imported; of several, the one that the thread goes on in. */
  rolloutPath?: string;
  /** The session that it belongs to, as its file tells: a tree of agents has one. */
  sessionId?: string;
  /** The thread whose history it goes on from. */
  forkedFromId?: string;
  /** The thread whose agent spawned this one. */
  parentThreadId?: string;
  /** The first user message's text; `''` when there is none. */
  preview: string;
  /** What a person called it; never the same as `preview`. */
  name?: string;
  /** Whose model answers, as `openai`. */
  modelProvider: string;
  /** The model that answered last. */
  model?: string;
  reasoningEffort?: string;
  /** Unix milliseconds. */
  createdAt: number;
  /** Unix milliseconds of the latest change. */
  updatedAt: number;
  /** Unix milliseconds at which the latest turn began. */
  recencyAt: number;
  /** Unix milliseconds; absent while the thread is not archived. */
  archivedAt?: number;
  /** The working directory; `''` when there is none. */
  cwd: string;
  /** The version of who wrote it first. */
  cliVersion: string;
  /** Who wrote it first, as `codex_cli_rs`. */
  originator?: string;
  source: SessionSource;
  /** What of the app started it. */
  threadSource?: Json;
  /** Of an agent's thread: who the agent is. */
  agentNickname?: string;
  agentRole?: string;
  agentPath?: string;
  gitInfo?: GitInfo;
  /** What the agent might do without asking, as its last turn tells. */
  approvalMode?: Json;
  sandboxPolicy?: Json;
  /** What it used, as its last `token_count` event tells. */
  tokenUsage?: JsonObject;
  memoryMode?: string;
  /** The first user message's text, also where a patch gave the thread another `preview`. */
  firstUserMessage?: string;
  /** `paginated`: items carry ids of their own (contract §5.5). `legacy`: they are rebuilt from events (§5.4). */
  historyMode: 'legacy' | 'paginated';
  /** How many turns it has. */
  turnCount: number;
  /** How many items it has. */
  itemCount: number;
  /** Bytes of its rollout, uncompressed. */
  bytes: number;
  /** Its history goes on from a rollout that has not been imported yet, so earlier turns are missing. */
  incomplete?: true;
  /** Only when asked for with `includeHistory`. */
  history?: ThreadHistory;
}

/** A rollout line as Codex writes it: `{ timestamp, type, payload }`, in paginated threads with an `ordinal`. */
export interface RolloutItem {
  /** ISO 8601, with milliseconds. */
  timestamp?: string;
  /** Its place among the lines, from 0 on. */
  ordinal?: number;
  /** As `session_meta`, `turn_context`, `event_msg` or `response_item`. */
  type: string;
  payload: Json;
  [field: string]: Json | undefined;
}

/** A thread's raw lines in replay order. */
export interface ThreadHistory {
  threadId: string;
  items: RolloutItem[];
}

/** How a turn stands. One that nobody writes any more and that did not end is `interrupted`. */
export type TurnStatus = 'completed' | 'interrupted' | 'failed' | 'inProgress';

/** Which of a turn's items a page carries: none; the user's message and the final answer; or all. */
export type TurnItemsView = 'notLoaded' | 'summary' | 'full';

/** Why a turn failed. */
export interface StoredTurnError {
  /** For a person to read. */
  message: string;
  /** Codex's word for it, or an object with one. Default `other`. */
  codexErrorInfo?: Json;
  /** More for a person to read. */
  additionalDetails?: string;
}

/** One turn. Its times are in Unix SECONDS, as on the wire; its duration in milliseconds. */
export interface StoredTurn {
  turnId: string;
  /** Rises along the thread, and is never used twice in it. */
  ordinal: number;
  /** Those of its items that `itemsView` names, oldest first. */
  items: ThreadItem[];
  /** What was asked for. */
  itemsView: TurnItemsView;
  status: TurnStatus;
  /** Only of a turn that failed. */
  error?: StoredTurnError;
  /** Unix seconds; absent where the recording does not say, as the next two. */
  startedAt?: number;
  /** Unix seconds. */
  completedAt?: number;
  /** Milliseconds. */
  durationMs?: number;
  /** The turn of a tree of agents that caused this one, where the recording says so. */
  rootTurnId?: string;
  /** How many items it has, whatever the view. */
  itemCount: number;
  /** Bytes of its items as JSON, about: a measure for a map of the thread. */
  bytes: number;
}

/** One item with its place. */
export interface StoredThreadItem {
  turnId: string;
  itemId: string;
  /** Position of first appearance in the thread. Never changes, and is never used twice in it. */
  ordinal: number;
  /** Rises with every change of any item of the thread. */
  updatedAtOrdinal: number;
  /** Unix milliseconds of first appearance. */
  createdAtMs: number;
  /** Unix milliseconds; absent where the recording does not say. */
  startedAtMs?: number;
  /** Unix milliseconds; absent while it is in work, and where the recording does not say. */
  completedAtMs?: number;
  item: ThreadItem;
}

/** One page of threads; cursors as in {@link TurnPage}. */
export interface ThreadPage {
  items: StoredThread[];
  nextCursor?: string;
  backwardsCursor?: string;
}

/**
 * One page of turns. `nextCursor`, there only if more rows exist, goes on after the last row; `backwardsCursor`, on
 * every page that is not empty, goes back from the first row and gives that row again (contract §3.4).
 */
export interface TurnPage {
  turns: StoredTurn[];
  nextCursor?: string;
  backwardsCursor?: string;
}

/** One page of items; cursors as in {@link TurnPage}. */
export interface ItemPage {
  items: StoredThreadItem[];
  nextCursor?: string;
  backwardsCursor?: string;
}
