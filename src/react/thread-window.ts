import type { Page } from '../contract/page.ts';
import type { StoredThread } from '../contract/records.ts';
import type { ListThreadsParams, ThreadSortKey } from '../contract/requests.ts';
import { threadFilter } from '../contract/thread-filter.ts';
import type { ThreadEvent, ThreadStoreClient } from '../contract/thread-store-client.ts';
import type { ListChange } from './list-change.ts';
import { dropFar, toKeptPage } from './list-pages.ts';
import type { PageRequest, WindowLimits } from './list-state.ts';
import { ListWindow } from './list-window.ts';
import { toStoreError } from '../contract/store-error.ts';

/** Which threads a window shows, and in which order. */
export type ThreadList = Omit<ListThreadsParams, 'cursor' | 'pageSize' | 'sortDirection'>;

/** A window on the list of threads. A thread that changes may leave its place: it is read alone, and put where it belongs. */
export class ThreadWindow extends ListWindow<StoredThread> {
  readonly #list: ThreadList;
  readonly #sortKey: ThreadSortKey;
  readonly #shows: (thread: StoredThread) => boolean;

  constructor(store: ThreadStoreClient, list: ThreadList, limits: WindowLimits) {
    super(store, limits);
    this.#list = list;
    this.#sortKey = list.sortKey ?? 'createdAt';
    const passes = threadFilter(list);
    this.#shows = (thread) =>
      (thread.archivedAt !== undefined) === (list.archived ?? false) && passes(thread);
  }

  protected override async read(request: PageRequest): Promise<Page<StoredThread>> {
    const { items, ...cursors } = await this.store.listThreads({ ...this.#list, ...request });
    return { rows: items, ...cursors };
  }

  protected override idOf(thread: StoredThread): string {
    return thread.threadId;
  }

  protected override changeOf({ threadId }: ThreadEvent): ListChange {
    return { ids: new Set([threadId]), grew: true };
  }

  protected override async takeChange(change: ListChange, isCurrent: () => boolean): Promise<void> {
    const { ids } = change;
    if (ids === undefined) return super.takeChange(change, isCurrent);
    const threads = await Promise.all([...ids].map((threadId) => this.#readShown(threadId)));
    if (!isCurrent()) return;
    for (const page of this.pages) page.rows = page.rows.filter((thread) => !ids.has(thread.threadId));
    for (const thread of threads) if (thread !== undefined) this.#place(thread);
    const { atNewest, growth } = this.getState();
    const dropped = dropFar(this.pages, 'oldest', this.limits.maxRows);
    this.show({ ...(dropped ? { atOldest: false } : {}), ...(atNewest ? { growth: growth + 1 } : {}) });
    const { maxRows, pageSize } = this.limits;
    if (atNewest && this.count > maxRows + 2 * pageSize) await this.#readNewest(isCurrent);
  }

  /** A thread as the list would show it, or nothing where it is gone or the list does not show it. */
  async #readShown(threadId: string): Promise<StoredThread | undefined> {
    try {
      const thread = await this.store.readThread({ threadId, includeArchived: true });
      return this.#shows(thread) ? thread : undefined;
    } catch (error) {
      if (toStoreError(error).code === 'thread_not_found') return undefined;
      throw error;
    }
  }

  /** Puts a thread where it belongs, if that is in the window. */
  #place(thread: StoredThread): void {
    const { atOldest, atNewest } = this.getState();
    const [first] = this.pages;
    const isAfter = (other: StoredThread | undefined) =>
      other !== undefined && this.#compare(thread, other) > 0;
    // What sorts before the oldest thread read comes with its page, and so does what sorts after the newest.
    if (!atOldest && !isAfter(first?.from) && thread.threadId !== first?.from?.threadId) return;
    const page = this.pages.find(({ to }) => to !== undefined && !isAfter(to)) ?? this.pages.at(-1);
    if (page === undefined || (!atNewest && isAfter(page.to))) return;
    page.rows = [...page.rows, thread].sort((a, b) => this.#compare(a, b));
  }

  /** Reads what stays at once, where so many threads came in that there are no cursors to drop them by. */
  async #readNewest(isCurrent: () => boolean): Promise<void> {
    const answer = await this.read({
      sortDirection: 'desc',
      cursor: undefined,
      pageSize: this.limits.maxRows,
    });
    if (!isCurrent()) return;
    this.pages = [toKeptPage(answer, 'desc')];
    this.show({ atOldest: answer.nextCursor === undefined });
  }

  /** The store's order, oldest first; threads of the same time by id. */
  #compare(a: StoredThread, b: StoredThread): number {
    return a[this.#sortKey] - b[this.#sortKey] || (a.threadId < b.threadId ? 1 : -1);
  }
}
