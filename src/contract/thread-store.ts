import type { ItemPage, StoredThread, ThreadHistory, ThreadPage, TurnPage } from './records.ts';
import type {
  AppendItemsParams,
  CreateThreadParams,
  ListItemsParams,
  ListThreadsParams,
  ListTurnsParams,
  LoadHistoryParams,
  ReadThreadByRolloutPathParams,
  ReadThreadParams,
  ResumeThreadParams,
  ThreadParams,
  UpdateThreadMetadataParams,
} from './requests.ts';

/**
 * Codex's `ThreadStore` contract. Every method takes one params object, gives a promise, and fails with a
 * `ThreadStoreError` only. The rules are numbered in `SPEC.md`.
 */
export interface ThreadStore {
  /** Opens a live writer for a new thread. Nothing need be durable yet. */
  createThread(params: CreateThreadParams): Promise<void>;
  /** Opens a live writer on a thread that exists. */
  resumeThread(params: ResumeThreadParams): Promise<void>;
  /** Queues lines, in order, on the thread's live writer. */
  appendItems(params: AppendItemsParams): Promise<void>;
  /** Makes a created thread exist, and writes what is queued. May be repeated. */
  persistThread(params: ThreadParams): Promise<void>;
  /** Returns once everything queued is durable and readable. */
  flushThread(params: ThreadParams): Promise<void>;
  /** Flushes, then closes the live writer. */
  shutdownThread(params: ThreadParams): Promise<void>;
  /** Closes the live writer without forcing what is queued to be durable. */
  discardThread(params: ThreadParams): Promise<void>;

  /** The thread's raw lines, word for word, in replay order. */
  loadHistory(params: LoadHistoryParams): Promise<ThreadHistory>;
  /** One thread's record. */
  readThread(params: ReadThreadParams): Promise<StoredThread>;
  /** The record of the thread whose rollout file had this name. */
  readThreadByRolloutPath(params: ReadThreadByRolloutPathParams): Promise<StoredThread>;
  /** A page of threads. */
  listThreads(params: ListThreadsParams): Promise<ThreadPage>;
  /** A page of one thread's turns. */
  listTurns(params: ListTurnsParams): Promise<TurnPage>;
  /** A page of one thread's items, or of one turn's. */
  listItems(params: ListItemsParams): Promise<ItemPage>;

  /** Changes what is known of a thread, and gives its new record. */
  updateThreadMetadata(params: UpdateThreadMetadataParams): Promise<StoredThread>;
  /** Moves a thread from the active ones to the archived ones. */
  archiveThread(params: ThreadParams): Promise<void>;
  /** Moves a thread back, and gives its record. */
  unarchiveThread(params: ThreadParams): Promise<StoredThread>;
  /** Removes a thread for good. */
  deleteThread(params: ThreadParams): Promise<void>;
}
