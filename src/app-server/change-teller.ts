import type { StoredThread } from '../contract/records.ts';
import type { ThreadChanges, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { readChangedRows } from './changed-rows.ts';
import { isThreadNotFound } from './errors-to-rpc.ts';
import type { RpcNotification } from './json-rpc.ts';
import { KnownThreads, type ThreadChange } from './known-threads.ts';
import type { Protocol } from './protocol.ts';
import { editsOf } from './store-event.ts';
import { turnNotifications } from './turn-notifications.ts';

/**
 * Tells one client what changes (contract §3.3), in its tab or in another. It remembers what the client knows of each
 * thread, so that a change that is seen twice, in the answer to the client's own request and in the store's event, is
 * told once, and so that an event that only says that something changed can be read as what it was.
 */
export class ChangeTeller {
  readonly #store: ThreadStore;
  readonly #protocol: Protocol;
  readonly #tell: (notification: RpcNotification) => void;
  readonly #threads = new KnownThreads();
  #queue: Promise<void> = Promise.resolve();

  constructor(store: ThreadStore, protocol: Protocol, tell: (notification: RpcNotification) => void) {
    this.#store = store;
    this.#protocol = protocol;
    this.#tell = tell;
  }

  /** Remembers what the client is being told of a thread by an answer. */
  know(thread: StoredThread): void {
    this.#threads.know(thread);
  }

  /** Tells something that is no change of a thread that was there. */
  tell(notification: RpcNotification): void {
    this.#tell(notification);
  }

  /** Does what a client asked for, and tells it of the change, once, whether or not the store tells of it, too. */
  async during<Result>(threadId: string, change: ThreadChange, work: () => Promise<Result>): Promise<Result> {
    const before = this.#threads.of(threadId).told;
    const result = await work();
    await this.#queue;
    const known = this.#threads.of(threadId);
    if (known.told === before) {
      if ('reverted' in change) known.expectedReverts++;
      this.#say(threadId, change);
    }
    return result;
  }

  /** Makes a thread out of an old one's history: what is copied into it is no news. */
  async quietly(threadId: string, copy: () => Promise<void>): Promise<void> {
    const known = this.#threads.of(threadId);
    known.quietThrough = { turn: Infinity, item: Infinity };
    await copy();
    const page = { threadId, pageSize: 1, sortDirection: 'desc' } as const;
    const [turns, items] = await Promise.all([
      this.#store.listTurns({ ...page, itemsView: 'notLoaded' }),
      this.#store.listItems(page),
    ]);
    known.quietThrough = { turn: turns.turns[0]?.ordinal ?? -1, item: items.items[0]?.ordinal ?? -1 };
  }

  /** Takes a store's event. The events of a store are told in their order. */
  take(event: ThreadStoreEvent): void {
    // One that cannot be read, because the thread is gone by now, keeps none of the others back.
    this.#queue = this.#queue.then(() => this.#read(event)).catch(() => undefined);
  }

  async #read(event: ThreadStoreEvent): Promise<void> {
    // Nobody was heard for a while.
    if (event.type === 'restarted') for (const threadId of this.#threads.ids) await this.#compare(threadId);
    if (!('threadId' in event)) return;
    const { threadId } = event;
    if (event.type === 'threadDeleted') return this.#sayIfNew(threadId, { deleted: true });
    const edits = editsOf(event);
    this.#threads.of(threadId).deleted = false;
    if (edits?.reverted) this.#sayReverted(threadId);
    if (edits?.archived !== undefined) this.#sayIfNew(threadId, { archived: edits.archived });
    if (edits?.name !== undefined) this.#sayIfNew(threadId, { name: edits.name });
    if (event.changes) await this.#sayChanges(threadId, event.changes);
    if (!edits && !event.changes) await this.#compare(threadId);
  }

  async #sayChanges(threadId: string, changes: ThreadChanges): Promise<void> {
    const { turns, items } = await readChangedRows(this.#store, threadId, changes);
    const { turn: oldTurns, item: oldItems } = this.#threads.of(threadId).quietThrough;
    const notifications = turnNotifications(
      threadId,
      turns.filter(({ turn }) => turn.ordinal > oldTurns),
      items.filter(({ item }) => item.ordinal > oldItems),
      this.#protocol,
    );
    for (const notification of notifications) this.#tell(notification);
  }

  /** Finds out what became of a thread of which the store only says that something may have changed. */
  async #compare(threadId: string): Promise<void> {
    // What the client was never told of cannot have changed for it.
    if (this.#threads.of(threadId).archived === undefined) return;
    let thread: StoredThread;
    try {
      thread = await this.#store.readThread({ threadId, includeArchived: true });
    } catch (error) {
      // What cannot be read now may still be there.
      if (isThreadNotFound(error)) this.#sayIfNew(threadId, { deleted: true });
      return;
    }
    this.#sayIfNew(threadId, { archived: thread.archivedAt !== undefined });
    this.#sayIfNew(threadId, { name: thread.name ?? null });
  }

  #sayReverted(threadId: string): void {
    const known = this.#threads.of(threadId);
    if (known.expectedReverts > 0) known.expectedReverts--;
    else this.#say(threadId, { reverted: true });
  }

  #sayIfNew(threadId: string, change: ThreadChange): void {
    if (!this.#threads.knows(threadId, change)) this.#say(threadId, change);
  }

  #say(threadId: string, change: ThreadChange): void {
    const known = this.#threads.of(threadId);
    Object.assign(known, change);
    known.told++;
    this.#tell(notificationOf(threadId, change));
  }
}

function notificationOf(threadId: string, change: ThreadChange): RpcNotification {
  if ('deleted' in change) return { method: 'thread/deleted', params: { threadId } };
  if ('reverted' in change) return { method: 'thread/reverted', params: { threadId } };
  if ('archived' in change) {
    return { method: change.archived ? 'thread/archived' : 'thread/unarchived', params: { threadId } };
  }
  const { name } = change;
  return {
    method: 'thread/name/updated',
    params: { threadId, ...(name === null ? {} : { threadName: name }) },
  };
}
