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
 *
 * Any method may fail with `invalid_request` for params that are not as their types say, with `aborted` by its signal,
 * and with `unavailable` where the store is closed or cannot be reached. What else each may fail with, it says.
 */
export interface ThreadStore {
  /**
   * Opens a live writer for a new thread, which is stored with the first lines or by `persistThread`.
   * @throws ThreadStoreError `conflict` where the id is taken, or another tab writes it; `invalid_request` where this
   * store has a writer on it
   */
  createThread(params: CreateThreadParams): Promise<void>;
  /**
   * Opens a live writer on a thread that exists. What is appended follows its lines.
   * @throws ThreadStoreError `thread_not_found`; `conflict` while another store or tab writes it; `invalid_request`
   * where this store has a writer on it, or it is archived and `includeArchived` is not set
   */
  resumeThread(params: ResumeThreadParams): Promise<void>;
  /**
   * Queues lines, in order, on the thread's live writer; they are written soon, and durable after `flushThread`. Events
   * that come and go while a turn runs are left out (contract §5.3).
   * @throws ThreadStoreError `thread_not_found` without a live writer; `invalid_request` where one of them cannot be a
   * line: then none is taken
   */
  appendItems(params: AppendItemsParams): Promise<void>;
  /**
   * Makes a created thread exist, and writes what is queued. May be repeated.
   * @throws ThreadStoreError as `flushThread`
   */
  persistThread(params: ThreadParams): Promise<void>;
  /**
   * Returns once everything queued is durable and readable.
   * @throws ThreadStoreError `thread_not_found` without a live writer; `resource_exhausted` where there is no space, and
   * others where the browser fails: what is queued stays so, and the next flush writes it
   */
  flushThread(params: ThreadParams): Promise<void>;
  /**
   * Flushes, then closes the live writer.
   * @throws ThreadStoreError as `flushThread`
   */
  shutdownThread(params: ThreadParams): Promise<void>;
  /**
   * Closes the live writer without forcing what is queued to be durable. A created thread that was not stored is gone.
   * @throws ThreadStoreError `thread_not_found` without a live writer
   */
  discardThread(params: ThreadParams): Promise<void>;

  /**
   * The thread's raw lines, word for word, in replay order, all at once: as large as its rollout.
   * @throws ThreadStoreError as `readThread`
   */
  loadHistory(params: LoadHistoryParams): Promise<ThreadHistory>;
  /**
   * One thread's record.
   * @throws ThreadStoreError `thread_not_found`; `invalid_request` where it is archived and `includeArchived` is not set
   */
  readThread(params: ReadThreadParams): Promise<StoredThread>;
  /**
   * The record of the thread whose rollout file had this name.
   * @throws ThreadStoreError as `readThread`
   */
  readThreadByRolloutPath(params: ReadThreadByRolloutPathParams): Promise<StoredThread>;
  /**
   * A page of threads, the newest first unless told otherwise.
   * @throws ThreadStoreError `invalid_request` for a cursor that is not of such a list
   */
  listThreads(params: ListThreadsParams): Promise<ThreadPage>;
  /**
   * A page of one thread's turns, the newest first and by summary unless told otherwise.
   * @throws ThreadStoreError as `readThread`; `invalid_request` for a cursor that is not of this list, or whose turn was
   * taken back
   */
  listTurns(params: ListTurnsParams): Promise<TurnPage>;
  /**
   * A page of one thread's items, or of one turn's, the oldest first unless told otherwise.
   * @throws ThreadStoreError as `listTurns`
   */
  listItems(params: ListItemsParams): Promise<ItemPage>;

  /**
   * Changes what is known of a thread, whole or not at all, and gives its new record.
   * @throws ThreadStoreError as `readThread`
   */
  updateThreadMetadata(params: UpdateThreadMetadataParams): Promise<StoredThread>;
  /**
   * Moves a thread from the active ones to the archived ones, which only reads see that ask for them.
   * @throws ThreadStoreError `thread_not_found` where there is none, or it is archived already
   */
  archiveThread(params: ThreadParams): Promise<void>;
  /**
   * Moves a thread back, and gives its record.
   * @throws ThreadStoreError `thread_not_found` where no such thread is archived
   */
  unarchiveThread(params: ThreadParams): Promise<StoredThread>;
  /**
   * Removes a thread for good; a live writer of this store is discarded. Its forks stay whole. It is gone at once; its
   * space comes back in the background, slowly while callers read.
   * @throws ThreadStoreError `thread_not_found`; `conflict` while another store or tab writes it
   */
  deleteThread(params: ThreadParams): Promise<void>;
}
