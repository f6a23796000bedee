import { threadIsArchived, threadNotFound } from '../contract/errors.ts';
import type { ItemPage, StoredThread, ThreadHistory, ThreadPage, TurnPage } from '../contract/records.ts';
import { checkRequest } from '../contract/requests.ts';
import type * as requests from '../contract/requests.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { Subscribers } from '../contract/subscribers.ts';
import type { StorageStatus, ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import { UnsupportedThreadStore } from '../contract/unsupported-thread-store.ts';
import { importRollouts } from '../import/import-rollouts.ts';
import { loadHistory } from '../import/load-history.ts';
import { rolloutNameOf } from '../rollout/rollout-name.ts';
import type { Connection } from './connection.ts';
import { IdbImportTarget } from './idb-import-target.ts';
import type { ImportLock } from './import-lock.ts';
import { listItems } from './list-items.ts';
import { listThreads } from './list-threads.ts';
import { listTurns, storesOfView } from './list-turns.ts';
import { result } from './requests.ts';
import type { RolloutRow, StoreName, ThreadRow } from './schema.ts';
import { storageStatus } from './storage-status.ts';
import { sweep } from './sweep.ts';
import { fromThreadRow } from './thread-rows.ts';

/** The ThreadStore on IndexedDB, in the thread that it is used in. */
export class IdbThreadStore extends UnsupportedThreadStore implements ThreadStoreClient {
  readonly #connection: Connection;
  readonly #imports: IdbImportTarget;
  readonly #lock: ImportLock;
  readonly #subscribers = new Subscribers();

  constructor(connection: Connection, lock: ImportLock) {
    super();
    this.#connection = connection;
    this.#imports = new IdbImportTarget(connection);
    this.#lock = lock;
  }

  override async loadHistory(params: requests.LoadHistoryParams): Promise<ThreadHistory> {
    const { threadId, includeArchived } = checkRequest('loadHistory', params);
    const row = await this.#withThread(
      'loadHistory',
      threadId,
      includeArchived,
      ['threads'],
      async (thread) => thread,
    );
    return this.#history(row);
  }

  override async readThread(params: requests.ReadThreadParams): Promise<StoredThread> {
    const { threadId, includeArchived, includeHistory } = checkRequest('readThread', params);
    const row = await this.#withThread(
      'readThread',
      threadId,
      includeArchived,
      ['threads'],
      async (thread) => thread,
    );
    return this.#withHistory(row, includeHistory);
  }

  override async readThreadByRolloutPath(
    params: requests.ReadThreadByRolloutPathParams,
  ): Promise<StoredThread> {
    const { rolloutPath, includeArchived, includeHistory } = checkRequest('readThreadByRolloutPath', params);
    const rollout = await this.#connection.read(['rollouts'], (transaction) => {
      const { fileName } = rolloutNameOf(rolloutPath);
      return result<RolloutRow | undefined>(
        transaction.objectStore('rollouts').index('fileName').get(fileName),
      );
    });
    if (!rollout) throw threadNotFound(rolloutPath, 'readThreadByRolloutPath');
    return this.readThread({ threadId: rollout.threadId, includeArchived, includeHistory });
  }

  override async listThreads(params: requests.ListThreadsParams): Promise<ThreadPage> {
    const request = checkRequest('listThreads', params);
    return this.#connection.read(['threads'], (transaction) =>
      listThreads(transaction, this.#connection.keyRange, request),
    );
  }

  override async listTurns(params: requests.ListTurnsParams): Promise<TurnPage> {
    const request = checkRequest('listTurns', params);
    const { threadId, includeArchived, itemsView } = request;
    return this.#withThread(
      'listTurns',
      threadId,
      includeArchived,
      storesOfView(itemsView),
      (thread, transaction) => listTurns(transaction, this.#connection.keyRange, thread, request),
    );
  }

  override async listItems(params: requests.ListItemsParams): Promise<ItemPage> {
    const request = checkRequest('listItems', params);
    const { threadId, includeArchived } = request;
    const stores: StoreName[] = ['threads', 'turns', 'packs', 'payloads'];
    return this.#withThread('listItems', threadId, includeArchived, stores, (thread, transaction) =>
      listItems(transaction, this.#connection.keyRange, thread, request),
    );
  }

  importRollouts(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    options?: ImportOptions,
  ): Promise<ImportReport> {
    return this.#lock.run(async () => {
      try {
        return await importRollouts(this.#imports, files, options, (threadId) =>
          this.#subscribers.tell({ type: 'threadChanged', threadId }),
        );
      } finally {
        // What an import replaced, or left when it was stopped. That it could not be cleared now is no failure of it.
        await sweep(this.#connection).catch(() => undefined);
      }
    });
  }

  subscribe(listener: (event: ThreadStoreEvent) => void): () => void {
    return this.#subscribers.add(listener);
  }

  status(): Promise<StorageStatus> {
    return storageStatus('indexeddb', 'direct');
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Runs `body` in one read transaction, with the row of the thread that it is about. */
  #withThread<T>(
    operation: string,
    threadId: string,
    includeArchived: boolean,
    stores: StoreName[],
    body: (thread: ThreadRow, transaction: IDBTransaction) => Promise<T>,
  ): Promise<T> {
    return this.#connection.read(stores, async (transaction) => {
      const row = await result<ThreadRow | undefined>(transaction.objectStore('threads').get(threadId));
      if (!row) throw threadNotFound(threadId, operation);
      if (row.archivedAt !== undefined && !includeArchived) throw threadIsArchived(threadId, operation);
      return body(row, transaction);
    });
  }

  async #withHistory(row: ThreadRow, includeHistory: boolean): Promise<StoredThread> {
    const thread = fromThreadRow(row);
    return includeHistory ? { ...thread, history: await this.#history(row) } : thread;
  }

  async #history({ threadId, rolloutId }: ThreadRow): Promise<ThreadHistory> {
    const rollout = await this.#imports.rollout(rolloutId);
    if (!rollout) throw threadNotFound(threadId, 'loadHistory');
    return { threadId, items: await loadHistory(this.#imports, rollout) };
  }
}
