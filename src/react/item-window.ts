import type { Page } from '../contract/page.ts';
import type { StoredThreadItem } from '../contract/records.ts';
import type { ListItemsParams } from '../contract/requests.ts';
import type { ThreadEvent, ThreadStoreClient } from '../contract/thread-store-client.ts';
import { anyChange, type ListChange } from './list-change.ts';
import type { PageRequest, WindowLimits } from './list-state.ts';
import { ListWindow } from './list-window.ts';

/** Which items a window shows: a thread's, or those of one of its turns. */
export type ItemList = Pick<ListItemsParams, 'threadId' | 'includeArchived' | 'turnId'>;

/** A window on items. */
export class ItemWindow extends ListWindow<StoredThreadItem> {
  readonly #list: ItemList;

  constructor(store: ThreadStoreClient, list: ItemList, limits: WindowLimits) {
    super(store, limits);
    this.#list = list;
  }

  protected override async read(request: PageRequest): Promise<Page<StoredThreadItem>> {
    const { items, ...cursors } = await this.store.listItems({ ...this.#list, ...request });
    return { rows: items, ...cursors };
  }

  protected override idOf({ turnId, itemId }: { turnId: string; itemId: string }): string {
    return JSON.stringify([turnId, itemId]);
  }

  protected override changeOf(event: ThreadEvent): ListChange | undefined {
    if (event.threadId !== this.#list.threadId) return undefined;
    if (event.type === 'threadDeleted') return anyChange;
    const { changes, edits } = event;
    if (changes === undefined) return edits === undefined ? anyChange : undefined;
    const items = changes.items.filter(({ turnId }) => turnId === (this.#list.turnId ?? turnId));
    if (items.length === 0) return undefined;
    return { ids: new Set(items.map((item) => this.idOf(item))), grew: items.some((item) => item.isNew) };
  }

  /** A streaming item changes many times a second: it is read alone, and pages only for what that does not give. */
  protected override async takeChange(change: ListChange, isCurrent: () => boolean): Promise<void> {
    const left = new Set(change.ids);
    const rows = this.pages.flatMap((page) => page.rows);
    if (rows.some((row) => left.has(this.idOf(row)))) {
      const { items } = await this.store.listItems({
        ...this.#list,
        afterUpdatedAtOrdinal: Math.max(...rows.map((row) => row.updatedAtOrdinal)),
        pageSize: this.limits.pageSize,
      });
      if (!isCurrent()) return;
      const now = new Map(items.map((item) => [this.idOf(item), item]));
      for (const page of this.pages) {
        page.rows = page.rows.map((row) => {
          const changed = now.get(this.idOf(row));
          if (changed !== undefined) left.delete(this.idOf(row));
          return changed ?? row;
        });
      }
      const { atNewest, growth } = this.getState();
      this.show(atNewest ? { growth: growth + 1 } : {});
    }
    const ids = change.ids && left;
    if (ids === undefined || ids.size > 0) await super.takeChange({ ...change, ids }, isCurrent);
  }
}
