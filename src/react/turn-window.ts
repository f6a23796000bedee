import type { Page } from '../contract/page.ts';
import type { StoredTurn } from '../contract/records.ts';
import type { ListTurnsParams } from '../contract/requests.ts';
import type { ThreadEvent, ThreadStoreClient } from '../contract/thread-store-client.ts';
import { anyChange, type ListChange } from './list-change.ts';
import type { PageRequest, WindowLimits } from './list-state.ts';
import { ListWindow } from './list-window.ts';

/** Which turns a window shows, and how. */
export type TurnList = Pick<ListTurnsParams, 'threadId' | 'includeArchived' | 'itemsView'>;

/** A window on a thread's turns. */
export class TurnWindow extends ListWindow<StoredTurn> {
  readonly #list: TurnList;

  constructor(store: ThreadStoreClient, list: TurnList, limits: WindowLimits) {
    super(store, limits);
    this.#list = list;
  }

  protected override async read(request: PageRequest): Promise<Page<StoredTurn>> {
    const { turns, ...cursors } = await this.store.listTurns({ ...this.#list, ...request });
    return { rows: turns, ...cursors };
  }

  protected override idOf(turn: StoredTurn): string {
    return turn.turnId;
  }

  protected override changeOf(event: ThreadEvent): ListChange | undefined {
    if (event.threadId !== this.#list.threadId) return undefined;
    if (event.type === 'threadDeleted') return anyChange;
    const { changes, edits } = event;
    if (changes === undefined) return edits === undefined ? anyChange : undefined;
    const ids = new Set([...changes.turns, ...changes.items].map((change) => change.turnId));
    return ids.size === 0 ? undefined : { ids, grew: changes.turns.some((turn) => turn.isNew) };
  }
}
