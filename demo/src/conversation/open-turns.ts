import type { StoredThreadItem, StoredTurn, ThreadStoreClient, ThreadStoreError } from 'idb-thread-store';
import { Snapshot } from '../state/snapshot.ts';
import { toStoreError } from '../store/store-failure.ts';

/** The items of a turn that was opened, as far as they have been read. */
export interface OpenTurn {
  items: readonly StoredThreadItem[];
  /** Whether all of the turn's items are here. */
  complete: boolean;
  loading: boolean;
  error?: ThreadStoreError;
  /** The turn as it was when its items were read. */
  turn: StoredTurn;
}

const pageSize = 50;

/** The turns of one thread that are open, with their items. */
export class OpenTurns {
  readonly snapshot = new Snapshot<ReadonlyMap<string, OpenTurn>>(new Map());
  readonly #store: ThreadStoreClient;
  readonly #threadId: string;
  readonly #cursors = new Map<string, string | undefined>();

  constructor(store: ThreadStoreClient, threadId: string) {
    this.#store = store;
    this.#threadId = threadId;
  }

  /** Opens a turn, or closes it. */
  readonly toggle = (turn: StoredTurn): void => {
    if (this.snapshot.get().has(turn.turnId)) {
      this.#close(turn.turnId);
    } else {
      this.#put(turn.turnId, { items: [], complete: false, loading: true, turn });
      void this.#read(turn, undefined, []);
    }
  };

  /** Opens a turn, and reads its items as far as one of them. */
  readonly openTo = async (turn: StoredTurn, itemId: string): Promise<void> => {
    if (!this.snapshot.get().has(turn.turnId)) this.toggle(turn);
    let read = -1;
    for (;;) {
      const open = this.snapshot.get().get(turn.turnId);
      if (open === undefined || open.error !== undefined) return;
      if (open.loading) {
        await this.#next();
        continue;
      }
      const isThere = open.items.some((item) => item.itemId === itemId);
      if (isThere || open.complete || open.items.length === read) return;
      read = open.items.length;
      this.loadMore(turn.turnId);
    }
  };

  /** Until the snapshot is replaced. */
  #next(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.snapshot.subscribe(() => {
        stop();
        resolve();
      });
    });
  }

  /** Reads the next page of an open turn's items. After an error: tries again. */
  readonly loadMore = (turnId: string): void => {
    const open = this.snapshot.get().get(turnId);
    if (open === undefined || open.complete || open.loading) return;
    const { error: _, ...rest } = open;
    this.#put(turnId, { ...rest, loading: true });
    void this.#read(open.turn, this.#cursors.get(turnId), open.items);
  };

  /** Reads the open turns that changed again, as far as they were read, and forgets those that are not here any more. */
  readonly keepUp = (turns: readonly StoredTurn[]): void => {
    const here = new Map(turns.map((turn) => [turn.turnId, turn]));
    for (const [turnId, open] of this.snapshot.get()) {
      const turn = here.get(turnId);
      if (turn === undefined) {
        this.#close(turnId);
      } else if (!sameItems(turn, open.turn) && !open.loading) {
        this.#put(turnId, { ...open, turn, loading: true });
        void this.#readAgain(turn, open.items.length);
      }
    }
  };

  async #readAgain(turn: StoredTurn, count: number): Promise<void> {
    let items: readonly StoredThreadItem[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.#page(turn.turnId, cursor);
      if (page === undefined) return;
      items = [...items, ...page.items];
      cursor = page.nextCursor;
    } while (cursor !== undefined && items.length < count);
    this.#take(turn, items, cursor);
  }

  async #read(
    turn: StoredTurn,
    cursor: string | undefined,
    before: readonly StoredThreadItem[],
  ): Promise<void> {
    const page = await this.#page(turn.turnId, cursor);
    if (page !== undefined) this.#take(turn, [...before, ...page.items], page.nextCursor);
  }

  async #page(turnId: string, cursor: string | undefined) {
    try {
      return await this.#store.listItems({
        threadId: this.#threadId,
        includeArchived: true,
        turnId,
        pageSize,
        cursor,
      });
    } catch (error) {
      const open = this.snapshot.get().get(turnId);
      if (open !== undefined) this.#put(turnId, { ...open, loading: false, error: toStoreError(error) });
      return undefined;
    }
  }

  #take(turn: StoredTurn, items: readonly StoredThreadItem[], cursor: string | undefined): void {
    if (!this.snapshot.get().has(turn.turnId)) return;
    this.#cursors.set(turn.turnId, cursor);
    this.#put(turn.turnId, { items, complete: cursor === undefined, loading: false, turn });
  }

  #put(turnId: string, open: OpenTurn): void {
    this.snapshot.set(new Map(this.snapshot.get()).set(turnId, open));
  }

  #close(turnId: string): void {
    this.#cursors.delete(turnId);
    const rest = new Map(this.snapshot.get());
    rest.delete(turnId);
    this.snapshot.set(rest);
  }
}

/** Whether nothing was added to a turn or changed in it. */
function sameItems(a: StoredTurn, b: StoredTurn): boolean {
  return a.itemCount === b.itemCount && a.bytes === b.bytes && a.status === b.status;
}
