import { newId } from '../contract/new-id.ts';
import {
  archivedThreadNotFound,
  stoppable,
  threadIsArchived,
  threadNotFound,
  storeIsClosed,
} from '../contract/errors.ts';
import type {
  ItemPage,
  StoredThread,
  StoredThreadItem,
  ThreadHistory,
  ThreadPage,
  TurnPage,
} from '../contract/records.ts';
import { Closing } from '../contract/closing.ts';
import { checkRequest, type CheckedRequest } from '../contract/check-request.ts';
import type * as requests from '../contract/requests.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { Subscribers } from '../contract/subscribers.ts';
import { addPatch, editsTold, type ThreadEdits } from '../contract/thread-edits.ts';
import type {
  StorageStatus,
  ThreadEditsTold,
  ThreadStoreClient,
  ThreadStoreEvent,
} from '../contract/thread-store-client.ts';
import { forkThread } from '../history/fork-thread.ts';
import { mustHaveEnvelopes } from '../history/history-errors.ts';
import { revertThread } from '../history/revert-thread.ts';
import { importRollouts } from '../import/import-rollouts.ts';
import { loadHistory } from '../import/load-history.ts';
import { rolloutNameOf } from '../rollout/rollout-name.ts';
import { listItems, listThreads, listTurns, readItems, storedThread } from './memory-lists.ts';
import { MemoryImportTarget, type MemoryThread } from './memory-import-target.ts';
import { MemoryWriters } from './memory-writers.ts';

/**
 * The ThreadStore in plain memory: the model that the others are held against, and what is left where the browser
 * denies storage. It says the contract's rules in the plainest way, whatever that costs.
 */
export class MemoryThreadStore implements ThreadStoreClient {
  readonly #data = new MemoryImportTarget();
  readonly #subscribers = new Subscribers();
  readonly #writers = new MemoryWriters(
    this.#data,
    (event) => this.#subscribers.tell(event),
    () => this.#mustBeOpen(),
  );
  readonly #reason: string | undefined;
  #imports: Promise<unknown> = Promise.resolve();
  readonly #closing = new Closing();
  #closed = false;

  /** @param reason why it is in memory, where it was not to be */
  constructor(reason?: string) {
    this.#reason = reason;
  }

  async createThread(params: requests.CreateThreadParams): Promise<void> {
    const request = checkRequest('createThread', params);
    this.#mustBeOpen();
    this.#writers.create(request);
  }

  async resumeThread(params: requests.ResumeThreadParams): Promise<void> {
    const { threadId, includeArchived, eventPersistenceMode } = checkRequest('resumeThread', params);
    this.#writers.resume(threadId, eventPersistenceMode, () =>
      this.#thread('resumeThread', threadId, includeArchived),
    );
  }

  async appendItems(params: requests.AppendItemsParams): Promise<void> {
    const { threadId, items } = checkRequest('appendItems', params);
    await this.#writers.append(threadId, items);
  }

  async persistThread(params: requests.ThreadParams): Promise<void> {
    const { threadId, signal } = checkRequest('persistThread', params);
    await this.#writers.persist(threadId, 'persistThread', signal);
  }

  async flushThread(params: requests.ThreadParams): Promise<void> {
    const { threadId, signal } = checkRequest('flushThread', params);
    await this.#writers.flush(threadId, 'flushThread', signal);
  }

  async shutdownThread(params: requests.ThreadParams): Promise<void> {
    const { threadId, signal } = checkRequest('shutdownThread', params);
    await this.#writers.shutdown(threadId, signal);
  }

  async discardThread(params: requests.ThreadParams): Promise<void> {
    const { threadId } = checkRequest('discardThread', params);
    this.#writers.discard(threadId);
  }

  async readItems(params: requests.ReadItemsParams): Promise<{ items: StoredThreadItem[] }> {
    const request = checkRequest('readItems', params);
    return {
      items: readItems(this.#thread('readItems', request.threadId, request.includeArchived), request),
    };
  }

  async listLiveThreads(params: requests.CallParams = {}): Promise<{ threadIds: string[] }> {
    checkRequest('listLiveThreads', params);
    this.#mustBeOpen();
    return { threadIds: this.#writers.threadIds };
  }

  async updateThreadMetadata(params: requests.UpdateThreadMetadataParams): Promise<StoredThread> {
    const { threadId, includeArchived, patch, signal } = checkRequest('updateThreadMetadata', params);
    await this.#writers.persistPending(threadId, signal);
    const thread = this.#thread('updateThreadMetadata', threadId, includeArchived);
    return this.#edit(thread, addPatch(thread.edits, patch, Date.now()), editsTold(patch));
  }

  async archiveThread(params: requests.ThreadParams): Promise<void> {
    const { threadId } = checkRequest('archiveThread', params);
    const thread = this.#thread('archiveThread', threadId, true);
    if (thread.edits.archivedAt !== undefined) throw threadNotFound(threadId, 'archiveThread');
    this.#edit(thread, { ...thread.edits, archivedAt: Date.now() }, { archived: true });
  }

  async unarchiveThread(params: requests.ThreadParams): Promise<StoredThread> {
    const { threadId } = checkRequest('unarchiveThread', params);
    this.#mustBeOpen();
    const thread = this.#data.threads.get(threadId);
    if (thread?.edits.archivedAt === undefined) throw archivedThreadNotFound(threadId, 'unarchiveThread');
    const { archivedAt: _, ...edits } = thread.edits;
    return this.#edit(thread, { ...edits, editedAt: Date.now() }, { archived: false });
  }

  async deleteThread(params: requests.ThreadParams): Promise<void> {
    const { threadId } = checkRequest('deleteThread', params);
    this.#mustBeOpen();
    this.#writers.discardOwn(threadId);
    await this.#data.withThread(threadId, 'deleteThread', async () => {
      if (!this.#data.threads.has(threadId)) throw threadNotFound(threadId, 'deleteThread');
      this.#data.delete(threadId);
    });
    this.#subscribers.tell({ type: 'threadDeleted', threadId });
  }

  async loadHistory(params: requests.LoadHistoryParams): Promise<ThreadHistory> {
    const { threadId, includeArchived, signal } = checkRequest('loadHistory', params);
    return this.#history('loadHistory', this.#thread('loadHistory', threadId, includeArchived), signal);
  }

  async readThread(params: requests.ReadThreadParams): Promise<StoredThread> {
    return this.#readThread('readThread', checkRequest('readThread', params));
  }

  async readThreadByRolloutPath(params: requests.ReadThreadByRolloutPathParams): Promise<StoredThread> {
    const { rolloutPath, ...request } = checkRequest('readThreadByRolloutPath', params);
    this.#mustBeOpen();
    const { fileName } = rolloutNameOf(rolloutPath);
    const rollout = [...this.#data.rollouts.values()].find(
      ({ path }) => rolloutNameOf(path).fileName === fileName,
    );
    if (!rollout) throw threadNotFound(rolloutPath, 'readThreadByRolloutPath');
    return this.#readThread('readThreadByRolloutPath', { threadId: rollout.threadId, ...request });
  }

  async listThreads(params: requests.ListThreadsParams): Promise<ThreadPage> {
    const request = checkRequest('listThreads', params);
    this.#mustBeOpen();
    return listThreads(this.#data.threads.values(), request);
  }

  async listTurns(params: requests.ListTurnsParams): Promise<TurnPage> {
    const request = checkRequest('listTurns', params);
    const { threadId, includeArchived } = request;
    const thread = this.#thread('listTurns', threadId, includeArchived);
    return listTurns(thread, request, this.#data.written.has(threadId));
  }

  async listItems(params: requests.ListItemsParams): Promise<ItemPage> {
    const request = checkRequest('listItems', params);
    return listItems(this.#thread('listItems', request.threadId, request.includeArchived), request);
  }

  async forkThread(params: requests.ForkThreadParams): Promise<StoredThread> {
    const call = { operation: 'forkThread', ...checkRequest('forkThread', params) };
    const { threadId, newThreadId = newId(), includeArchived, signal } = call;
    await this.#writers.flushOwn(threadId, call.operation, signal);
    this.#thread(call.operation, threadId, includeArchived);
    await stoppable(call.operation, signal, () =>
      this.#data.withThread(newThreadId, call.operation, () =>
        forkThread(this.#data, { ...call, newThreadId }, this.#data.written.has(threadId)),
      ),
    );
    this.#subscribers.tell({ type: 'threadChanged', threadId: newThreadId });
    return this.readThread({ threadId: newThreadId, includeArchived: true });
  }

  async rollbackThread(params: requests.BeforeTurnParams): Promise<StoredThread> {
    const call = { operation: 'rollbackThread', ...checkRequest('rollbackThread', params) };
    const { threadId, beforeTurnId } = call;
    await this.#writers.flushOwn(threadId, call.operation, call.signal);
    const { rollout } = this.#thread(call.operation, threadId, false);
    if (rollout.format === 'paginated') return this.#revert(call);
    mustHaveEnvelopes(rollout.format, threadId, call.operation);
    await this.#writers.undisturbed(threadId, call.operation, () =>
      this.#writers.rollBack(threadId, beforeTurnId),
    );
    this.#subscribers.tell({ type: 'threadChanged', threadId });
    return this.readThread({ threadId, includeArchived: true });
  }

  async revertThread(params: requests.BeforeTurnParams): Promise<StoredThread> {
    const call = { operation: 'revertThread', ...checkRequest('revertThread', params) };
    await this.#writers.flushOwn(call.threadId, call.operation, call.signal);
    this.#thread(call.operation, call.threadId, false);
    return this.#revert(call);
  }

  importRollouts(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    const run = (signal: AbortSignal) =>
      importRollouts(this.#data, files, { ...options, signal }, (threadId) =>
        this.#subscribers.tell({ type: 'threadChanged', threadId }),
      );
    return this.#closing.until('importRollouts', options.signal, (signal) => {
      const done = this.#imports.then(() => run(signal));
      this.#imports = done.catch(() => undefined);
      return done;
    });
  }

  subscribe(listener: (event: ThreadStoreEvent) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async status(): Promise<StorageStatus> {
    this.#mustBeOpen();
    return {
      engine: 'memory',
      mode: 'direct',
      ...(this.#reason && { reason: this.#reason }),
      persisted: false,
    };
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.#writers.close();
    this.#closed = true;
    this.#closing.end();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #revert(call: CheckedRequest<'revertThread'> & { operation: string }): Promise<StoredThread> {
    const { threadId, operation, signal } = call;
    await stoppable(operation, signal, () =>
      this.#writers.undisturbed(threadId, operation, () => revertThread(this.#data, call, operation)),
    );
    this.#subscribers.tell({ type: 'threadChanged', threadId, edits: { reverted: true } });
    return this.readThread({ threadId, includeArchived: true });
  }

  async #readThread(operation: string, request: CheckedRequest<'readThread'>): Promise<StoredThread> {
    const { threadId, includeArchived, includeHistory, signal } = request;
    const thread = this.#thread(operation, threadId, includeArchived);
    const stored = storedThread(thread);
    return includeHistory ? { ...stored, history: await this.#history(operation, thread, signal) } : stored;
  }

  #thread(operation: string, threadId: string, includeArchived: boolean): MemoryThread {
    this.#mustBeOpen();
    const thread = this.#data.threads.get(threadId);
    if (!thread) throw threadNotFound(threadId, operation);
    if (thread.edits.archivedAt !== undefined && !includeArchived)
      throw threadIsArchived(threadId, operation);
    return thread;
  }

  #edit(thread: MemoryThread, edits: ThreadEdits, told: ThreadEditsTold): StoredThread {
    thread.edits = edits;
    this.#subscribers.tell({ type: 'threadChanged', threadId: thread.threadId, edits: told });
    return storedThread(thread);
  }

  #history(
    operation: string,
    { threadId, rollout }: MemoryThread,
    signal: AbortSignal | undefined,
  ): Promise<ThreadHistory> {
    return stoppable(operation, signal, async () => ({
      threadId,
      items: await loadHistory(this.#data, rollout, signal),
    }));
  }

  #mustBeOpen(): void {
    if (this.#closed) throw storeIsClosed();
  }
}
