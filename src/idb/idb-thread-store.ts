import { newId } from '../contract/new-id.ts';
import { stoppable, threadNotFound } from '../contract/errors.ts';
import type {
  ItemPage,
  StoredThread,
  StoredThreadItem,
  ThreadHistory,
  ThreadPage,
  TurnPage,
} from '../contract/records.ts';
import { checkRequest, type CheckedRequest } from '../contract/check-request.ts';
import { Closing } from '../contract/closing.ts';
import type { KnownTurns, TurnsAnswer } from '../contract/known-turns.ts';
import type * as requests from '../contract/requests.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import type { Subscribers } from '../contract/subscribers.ts';
import type {
  StorageStatus,
  ThreadEvent,
  ThreadStoreClient,
  ThreadStoreEvent,
} from '../contract/thread-store-client.ts';
import { importRollouts } from '../import/import-rollouts.ts';
import { loadHistory } from '../import/load-history.ts';
import { readStatus } from '../rollout/read-status.ts';
import { rolloutNameOf } from '../rollout/rollout-name.ts';
import type { Call, Connection } from './connection.ts';
import { deleteThread } from './delete-thread.ts';
import { archiveEdit, editThread, patchEdit, unarchiveEdit, type ThreadEdit } from './edit-thread.ts';
import { HistoryWrites } from './history-writes.ts';
import { IdbImportTarget } from './idb-import-target.ts';
import { listItems } from './list-items.ts';
import { listThreads } from './list-threads.ts';
import { listTurns, storesOfView } from './list-turns.ts';
import { LiveWriters } from './live-writers.ts';
import type { Peers } from './peers.ts';
import { readItems } from './read-items.ts';
import { result } from './requests.ts';
import type { RolloutRow, StoreName, ThreadRow } from './schema.ts';
import { Repairs } from './repairs.ts';
import { storageStatus } from './storage-status.ts';
import { sweepSoon } from './sweep.ts';
import { revisionOf, ThreadReads, type ThreadCall } from './thread-reads.ts';
import { fromThreadRow } from './thread-rows.ts';

/** The ThreadStore on IndexedDB, in the thread that it is used in. */
export class IdbThreadStore implements ThreadStoreClient, KnownTurns {
  readonly #connection: Connection;
  readonly #peers: Peers;
  readonly #imports: IdbImportTarget;
  readonly #writers: LiveWriters;
  readonly #subscribers: Subscribers;
  readonly #history: HistoryWrites;
  readonly #reads: ThreadReads;
  readonly #repairs: Repairs;
  readonly #closing = new Closing();

  /** @param subscribers hear of the peers' changes, too: whoever made them passes those on */
  constructor(connection: Connection, peers: Peers, subscribers: Subscribers) {
    this.#connection = connection;
    this.#reads = new ThreadReads(connection);
    this.#peers = peers;
    this.#subscribers = subscribers;
    this.#imports = new IdbImportTarget(connection, peers);
    this.#writers = new LiveWriters(connection, peers, (event) => this.#tell(event));
    connection.beforeEnd = () => this.#writers.close();
    const [target, writers] = [this.#imports, this.#writers];
    this.#history = new HistoryWrites({ connection, peers, target, writers });
    const onRepaired = (threadId: string) => this.#tell({ type: 'threadChanged', threadId });
    this.#repairs = new Repairs({ connection, peers, target, onRepaired });
  }

  async createThread(params: requests.CreateThreadParams): Promise<void> {
    await this.#writers.create(checkRequest('createThread', params));
  }

  async resumeThread(params: requests.ResumeThreadParams): Promise<void> {
    const request = checkRequest('resumeThread', params);
    const read = () => this.#reads.row({ operation: 'resumeThread', ...request });
    await this.#writers.resume(request, async () => {
      await this.#repairs.beforeWriting(await read());
      return read();
    });
  }

  async appendItems(params: requests.AppendItemsParams): Promise<void> {
    const { threadId, items } = checkRequest('appendItems', params);
    this.#writers.of(threadId, 'appendItems').append(items);
  }

  async persistThread(params: requests.ThreadParams): Promise<void> {
    const { threadId, signal } = checkRequest('persistThread', params);
    await this.#writers.of(threadId, 'persistThread').persist(signal);
  }

  async flushThread(params: requests.ThreadParams): Promise<void> {
    const { threadId, signal } = checkRequest('flushThread', params);
    await this.#writers.of(threadId, 'flushThread').flush(signal);
  }

  async shutdownThread(params: requests.ThreadParams): Promise<void> {
    const { threadId, signal } = checkRequest('shutdownThread', params);
    await this.#writers.shutdown(threadId, signal);
  }

  async discardThread(params: requests.ThreadParams): Promise<void> {
    const { threadId } = checkRequest('discardThread', params);
    await this.#writers.discard(threadId);
  }

  async loadHistory(params: requests.LoadHistoryParams): Promise<ThreadHistory> {
    const call = { operation: 'loadHistory', ...checkRequest('loadHistory', params) };
    return this.#loadHistory(await this.#reads.row(call), call);
  }

  async readThread(params: requests.ReadThreadParams): Promise<StoredThread> {
    return this.#readThread({ operation: 'readThread', ...checkRequest('readThread', params) });
  }

  async readThreadByRolloutPath(params: requests.ReadThreadByRolloutPathParams): Promise<StoredThread> {
    const request = checkRequest('readThreadByRolloutPath', params);
    const call = { operation: 'readThreadByRolloutPath', ...request };
    const { fileName } = rolloutNameOf(request.rolloutPath);
    const rollout = await this.#connection.read(
      ['rollouts'],
      (transaction) =>
        result<RolloutRow | undefined>(transaction.objectStore('rollouts').index('fileName').get(fileName)),
      call,
    );
    if (!rollout) throw threadNotFound(request.rolloutPath, call.operation);
    return this.#readThread({ threadId: rollout.threadId, ...call });
  }

  async listThreads(params: requests.ListThreadsParams): Promise<ThreadPage> {
    const request = checkRequest('listThreads', params);
    return this.#connection.read(
      ['threads'],
      (transaction) =>
        listThreads(transaction, this.#connection.keyRange, request, (row) => this.#reads.note(row)),
      { operation: 'listThreads', ...request },
    );
  }

  async listTurns(params: requests.ListTurnsParams): Promise<TurnPage> {
    return (await this.#listTurns(checkRequest('listTurns', params))).page;
  }

  async listTurnsUnless(params: requests.ListTurnsParams, known?: string): Promise<TurnsAnswer> {
    const request = checkRequest('listTurns', params);
    if (known !== undefined) {
      // By itself, rather than with the page: only the page's rows have to wait for an import.
      const row = await this.#reads.row({ operation: 'listTurns', ...request });
      if (revisionOf(row) === known) return { revision: known };
    }
    return this.#listTurns(request);
  }

  async #listTurns(request: CheckedRequest<'listTurns'>): Promise<TurnsAnswer & { page: TurnPage }> {
    const call = { operation: 'listTurns', ...request };
    const { value, row } = await this.#reads.at(
      call,
      storesOfView(request.itemsView),
      'nextTurn',
      (place, transaction) => listTurns(transaction, this.#connection.keyRange, place, request),
    );
    const page = this.#repairs.looked(row, value);
    // Only a turn in progress makes the question worth asking whether somebody writes the thread.
    if (!page.turns.some(({ status }) => status === 'inProgress'))
      return request.cursor === undefined ? { page, revision: revisionOf(row) } : { page };
    const isRunning = await this.#writers.isRunning(request.threadId);
    const turns = page.turns.map((turn) => ({ ...turn, status: readStatus(turn.status, isRunning) }));
    return { page: { ...page, turns } };
  }

  async listItems(params: requests.ListItemsParams): Promise<ItemPage> {
    const request = checkRequest('listItems', params);
    const stores: StoreName[] = ['threads', 'turns', 'packs', 'payloads', 'updates'];
    const call = { operation: 'listItems', ...request };
    const { value, row } = await this.#reads.at(call, stores, 'nextItem', (place, transaction) =>
      listItems(transaction, this.#connection.keyRange, place, request),
    );
    return this.#repairs.looked(row, value);
  }

  async readItems(params: requests.ReadItemsParams): Promise<{ items: StoredThreadItem[] }> {
    const request = checkRequest('readItems', params);
    const stores: StoreName[] = ['threads', 'turns', 'packs', 'payloads'];
    const call = { operation: 'readItems', ...request };
    const items = await this.#reads.with(call, stores, (thread, transaction) =>
      readItems(transaction, this.#connection.keyRange, thread, request),
    );
    return { items };
  }

  async listLiveThreads(params: requests.CallParams = {}): Promise<{ threadIds: string[] }> {
    checkRequest('listLiveThreads', params);
    this.#connection.mustBeOpen();
    return { threadIds: this.#writers.threadIds };
  }

  async updateThreadMetadata(params: requests.UpdateThreadMetadataParams): Promise<StoredThread> {
    const call = { operation: 'updateThreadMetadata', ...checkRequest('updateThreadMetadata', params) };
    await this.#writers.persistPending(call.threadId, call.signal);
    return this.#edit(call, patchEdit(call));
  }

  async archiveThread(params: requests.ThreadParams): Promise<void> {
    const call = { operation: 'archiveThread', ...checkRequest('archiveThread', params) };
    await this.#edit(call, archiveEdit());
  }

  async unarchiveThread(params: requests.ThreadParams): Promise<StoredThread> {
    const call = { operation: 'unarchiveThread', ...checkRequest('unarchiveThread', params) };
    return this.#edit(call, unarchiveEdit());
  }

  async deleteThread(params: requests.ThreadParams): Promise<void> {
    const { threadId } = checkRequest('deleteThread', params);
    this.#connection.mustBeOpen();
    await this.#writers.discardOwn(threadId);
    await this.#imports.withThread(threadId, 'deleteThread', () => deleteThread(this.#connection, threadId));
    this.#tell({ type: 'threadDeleted', threadId });
    this.sweepSoon();
  }

  async forkThread(params: requests.ForkThreadParams): Promise<StoredThread> {
    const call = { operation: 'forkThread', ...checkRequest('forkThread', params) };
    const { newThreadId: threadId = newId() } = call;
    await this.#writers.persistAll(call);
    await this.#reads.row(call);
    await this.#history.fork(call, threadId);
    this.#tell({ type: 'threadChanged', threadId });
    return this.readThread({ threadId, includeArchived: true });
  }

  rollbackThread(params: requests.BeforeTurnParams): Promise<StoredThread> {
    return this.#cut('rollbackThread', params);
  }

  revertThread(params: requests.BeforeTurnParams): Promise<StoredThread> {
    return this.#cut('revertThread', params);
  }

  importRollouts(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    options: ImportOptions = {},
  ): Promise<ImportReport> {
    // A store that closes must not keep others from importing, however long its own source says nothing.
    return this.#closing.until('importRollouts', options.signal, (signal) =>
      this.#peers.exclusively('import', () =>
        this.#closing.until('importRollouts', signal, () => this.#import(files, { ...options, signal })),
      ),
    );
  }

  subscribe(listener: (event: ThreadStoreEvent) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async status(): Promise<StorageStatus> {
    this.#connection.mustBeOpen();
    return storageStatus('indexeddb', 'direct');
  }

  async close(): Promise<void> {
    await this.#writers.close();
    this.#peers.close();
    const ended = this.#connection.close();
    // Last: who imports next must find that nothing more is written here.
    this.#closing.end();
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #readThread(call: ThreadCall & { includeHistory: boolean }): Promise<StoredThread> {
    const row = await this.#reads.row(call);
    const thread = fromThreadRow(row);
    return call.includeHistory ? { ...thread, history: await this.#loadHistory(row, call) } : thread;
  }

  async #edit(call: Call & { threadId: string }, edit: ThreadEdit): Promise<StoredThread> {
    const thread = await editThread(this.#connection, call, edit);
    this.#tell({ type: 'threadChanged', threadId: call.threadId, edits: edit.told });
    return thread;
  }

  async #cut(
    operation: 'rollbackThread' | 'revertThread',
    params: requests.BeforeTurnParams,
  ): Promise<StoredThread> {
    const call = { operation, ...checkRequest(operation, params) };
    const { threadId } = call;
    await this.#writers.persistAll(call);
    const { rollout } = await this.#reads.row({ ...call, includeArchived: false });
    const edits = await this.#history.cut(call, rollout.format);
    this.#tell({ type: 'threadChanged', threadId, ...(edits ? { edits } : {}) });
    this.sweepSoon();
    return this.readThread({ threadId, includeArchived: true });
  }

  #loadHistory({ threadId, rollout }: ThreadRow, { operation, signal }: Call): Promise<ThreadHistory> {
    return stoppable(operation, signal, async () => ({
      threadId,
      items: await loadHistory(this.#imports, rollout, signal),
    }));
  }

  async #import(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    options: ImportOptions,
  ): Promise<ImportReport> {
    this.#connection.mustBeOpen();
    try {
      return await importRollouts(this.#imports, files, options, (threadId) =>
        this.#tell({ type: 'threadChanged', threadId }),
      );
    } finally {
      // What the import replaced, or left when it was stopped.
      this.sweepSoon();
    }
  }

  #tell(event: ThreadEvent): void {
    this.#subscribers.tell(event);
    this.#peers.post(event);
  }

  /** Clears what belongs to nobody: what was deleted or replaced, or left by a tab that died in an import. */
  sweepSoon(): void {
    sweepSoon(this.#connection, this.#peers);
  }
}
