import {
  anchorIsGone,
  decodeItemCursor,
  decodeThreadCursor,
  decodeTurnCursor,
  encodeItemCursor,
  encodeThreadCursor,
  encodeTurnCursor,
} from '../contract/cursor.ts';
import {
  archivedThreadNotFound,
  stoppable,
  threadIsArchived,
  threadNotFound,
  ThreadStoreError,
} from '../contract/errors.ts';
import { cursorsOf, toPage } from '../contract/page.ts';
import { toUpdatePage, watermarkOf } from '../contract/update-page.ts';
import type {
  ItemPage,
  StoredThread,
  StoredThreadItem,
  StoredTurn,
  ThreadHistory,
  ThreadPage,
  TurnItemsView,
  TurnPage,
} from '../contract/records.ts';
import { checkRequest, type SortDirection } from '../contract/requests.ts';
import type * as requests from '../contract/requests.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';
import { Subscribers } from '../contract/subscribers.ts';
import { addPatch, editsTold, type ThreadEdits } from '../contract/thread-edits.ts';
import { threadFilter } from '../contract/thread-filter.ts';
import type {
  StorageStatus,
  ThreadEditsTold,
  ThreadStoreClient,
  ThreadStoreEvent,
} from '../contract/thread-store-client.ts';
import { importRollouts } from '../import/import-rollouts.ts';
import { loadHistory } from '../import/load-history.ts';
import { readStatus } from '../rollout/read-status.ts';
import { rolloutNameOf } from '../rollout/rollout-name.ts';
import { toStoredThread } from '../rollout/stored-thread.ts';
import { summaryOf } from '../rollout/summary.ts';
import { toStoredItem, type DraftItem, type TurnDraft } from '../rollout/turn-draft.ts';
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
  #imports: Promise<unknown> = Promise.resolve();
  #closed = false;

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
    const { threadId, includeArchived, includeHistory, signal } = checkRequest('readThread', params);
    const thread = this.#thread('readThread', threadId, includeArchived);
    const stored = storedThread(thread);
    return includeHistory
      ? { ...stored, history: await this.#history('readThread', thread, signal) }
      : stored;
  }

  async readThreadByRolloutPath(params: requests.ReadThreadByRolloutPathParams): Promise<StoredThread> {
    const { rolloutPath, ...request } = checkRequest('readThreadByRolloutPath', params);
    this.#mustBeOpen();
    const { fileName } = rolloutNameOf(rolloutPath);
    const rollout = [...this.#data.rollouts.values()].find(
      ({ path }) => rolloutNameOf(path).fileName === fileName,
    );
    if (!rollout) throw threadNotFound(rolloutPath, 'readThreadByRolloutPath');
    return this.readThread({ threadId: rollout.threadId, ...request });
  }

  async listThreads(params: requests.ListThreadsParams): Promise<ThreadPage> {
    const request = checkRequest('listThreads', params);
    const { cursor, pageSize, sortKey, sortDirection, archived } = request;
    this.#mustBeOpen();
    const anchor = cursor === undefined ? undefined : decodeThreadCursor(cursor, sortKey);
    // Newest first; of the same time, by id.
    const compare = (a: ThreadPlace, b: ThreadPlace) => b.at - a.at || (a.threadId < b.threadId ? -1 : 1);
    const rows = [...this.#data.threads.values()]
      .map(storedThread)
      .filter((thread) => (thread.archivedAt !== undefined) === archived)
      .filter(threadFilter(request))
      .map((thread) => ({ thread, at: thread[sortKey], threadId: thread.threadId }))
      .sort(compare);
    if (sortDirection === 'asc') rows.reverse();
    const found = rows.filter((row) => {
      if (!anchor) return true;
      if (row.at === anchor.at && row.threadId === anchor.threadId) return anchor.inclusive;
      return compare(row, anchor) > 0 === (sortDirection === 'desc');
    });
    const page = toPage(found, pageSize, ({ at, threadId }, inclusive) =>
      encodeThreadCursor({ sortKey, at, threadId, inclusive }),
    );
    return { items: page.rows.map(({ thread }) => thread), ...cursorsOf(page) };
  }

  async listTurns(params: requests.ListTurnsParams): Promise<TurnPage> {
    const { threadId, includeArchived, cursor, pageSize, sortDirection, itemsView } = checkRequest(
      'listTurns',
      params,
    );
    const thread = this.#thread('listTurns', threadId, includeArchived);
    const { turns } = thread.book;
    const anchor = cursor === undefined ? undefined : decodeTurnCursor(cursor, threadId);
    const at = anchor && turns.findIndex(({ turnId }) => turnId === anchor.turnId);
    if (at === -1) throw anchorIsGone('turn', 'listTurns');
    const found = fromAnchor(turns, sortDirection, at, anchor?.inclusive);
    const page = toPage(found, pageSize, ({ turnId, ordinal }, inclusive) =>
      encodeTurnCursor({ threadId, turnId, ordinal, inclusive }),
    );
    return {
      turns: page.rows.map((draft) => storedTurn(draft, thread, itemsView, this.#data.written.has(threadId))),
      ...cursorsOf(page),
    };
  }

  async listItems(params: requests.ListItemsParams): Promise<ItemPage> {
    const request = checkRequest('listItems', params);
    const { threadId, turnId, includeArchived, cursor, pageSize, sortDirection } = request;
    const { turns } = this.#thread('listItems', threadId, includeArchived).book;
    const isAsked = (row: StoredThreadItem) => turnId === undefined || row.turnId === turnId;
    const rows = turns
      .flatMap((draft) => [...draft.items.values()].map((item) => storedItem(draft, item)))
      .sort((a, b) => a.ordinal - b.ordinal);
    const watermark = watermarkOf(request);
    if (watermark !== undefined) {
      const changed = rows
        .filter((row) => row.updatedAtOrdinal > watermark && isAsked(row))
        .sort((a, b) => a.updatedAtOrdinal - b.updatedAtOrdinal);
      return structuredClone(toUpdatePage(changed, request));
    }
    const anchor = cursor === undefined ? undefined : decodeItemCursor(cursor, threadId);
    const at =
      anchor && rows.findIndex((row) => row.itemId === anchor.itemId && row.turnId === anchor.turnId);
    if (at === -1) throw anchorIsGone('item', 'listItems');
    const found = fromAnchor(rows, sortDirection, at, anchor?.inclusive).filter(isAsked);
    const page = toPage(found, pageSize, ({ turnId: ofTurn, itemId, ordinal }, inclusive) =>
      encodeItemCursor({ threadId, turnId: ofTurn, itemId, ordinal, inclusive }),
    );
    return { items: structuredClone(page.rows), ...cursorsOf(page) };
  }

  importRollouts(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    options?: ImportOptions,
  ): Promise<ImportReport> {
    const run = async () => {
      this.#mustBeOpen();
      return importRollouts(this.#data, files, options, (threadId) =>
        this.#subscribers.tell({ type: 'threadChanged', threadId }),
      );
    };
    const done = this.#imports.then(run, run);
    this.#imports = done.catch(() => undefined);
    return done;
  }

  subscribe(listener: (event: ThreadStoreEvent) => void): () => void {
    return this.#subscribers.add(listener);
  }

  async status(): Promise<StorageStatus> {
    this.#mustBeOpen();
    return { engine: 'memory', mode: 'direct', persisted: false };
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.#writers.close();
    this.#closed = true;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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
    if (this.#closed) throw new ThreadStoreError('unavailable', 'the store is closed', { retryable: false });
  }
}

interface ThreadPlace {
  at: number;
  threadId: string;
}

/** The rows from an anchor on, in a direction; without one, all. */
function fromAnchor<Row>(
  rows: Row[],
  direction: SortDirection,
  at: number | undefined,
  inclusive = false,
): Row[] {
  const skip = inclusive ? 0 : 1;
  if (direction === 'asc') return rows.slice(at === undefined ? 0 : at + skip);
  return rows.slice(0, at === undefined ? rows.length : at + 1 - skip).reverse();
}

function storedThread({ metadata, book, ...thread }: MemoryThread): StoredThread {
  const { turns, itemCount } = book;
  return structuredClone(
    toStoredThread(structuredClone(metadata), { ...thread, turnCount: turns.length, itemCount }),
  );
}

function storedTurn(
  draft: TurnDraft,
  thread: MemoryThread,
  itemsView: TurnItemsView,
  isRunning: boolean,
): StoredTurn {
  const { turnId, ordinal, bytes, state } = draft;
  const items =
    itemsView === 'notLoaded'
      ? []
      : itemsView === 'full'
        ? [...draft.items.values()]
        : summaryOf(draft, thread.rollout.format === 'paginated' ? 'paginated' : 'legacy');
  return structuredClone({
    turnId,
    ordinal,
    ...state,
    status: readStatus(state.status, isRunning),
    items: items.map(contentOf),
    itemsView,
    itemCount: draft.items.size,
    bytes,
  });
}

function storedItem({ turnId }: TurnDraft, item: DraftItem): StoredThreadItem {
  return toStoredItem(turnId, item, contentOf(item));
}

function contentOf({ item, itemId }: DraftItem) {
  if (!item) throw new ThreadStoreError('internal', `the content of item ${itemId} is not in memory`);
  return item;
}
