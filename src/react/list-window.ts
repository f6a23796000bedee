import type { Page } from '../contract/page.ts';
import type { ThreadEvent, ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import { anyChange, joinChanges, type ListChange } from './list-change.ts';
import { countRows, dropFar, type KeptPage, type ListEnd, type ListPlace, toKeptPage } from './list-pages.ts';
import type { ListState, PageRequest, WindowLimits } from './list-state.ts';
import { toStoreError } from '../contract/store-error.ts';

/**
 * A window on a list of the store. It reads pages at either side by the cursors of the pages it has, drops what is far
 * away, never asks for more than a page, and reads again what changed. Knows no framework.
 */
export abstract class ListWindow<Row> {
  protected readonly store: ThreadStoreClient;
  protected readonly limits: WindowLimits;
  protected pages: KeptPage<Row>[] = [];
  readonly #listeners = new Set<() => void>();
  #state: ListState<Row>;
  #unsubscribe: (() => void) | undefined;
  #ready: Promise<void> | undefined;
  /** Rises with every jump, so that the answers to questions from before it are not taken. */
  #generation = 0;
  #change: ListChange | undefined;
  #refreshing = false;

  constructor(store: ThreadStoreClient, limits: WindowLimits) {
    this.store = store;
    this.limits = limits;
    this.#state = {
      rows: [],
      loaded: false,
      atOldest: false,
      atNewest: false,
      loadingOlder: false,
      loadingNewer: false,
      jump: { to: limits.startAt, number: 0 },
      growth: 0,
    };
  }

  /** Reads a page of the list. */
  protected abstract read(request: PageRequest): Promise<Page<Row>>;

  /** What tells a row from the others of the list. */
  protected abstract idOf(row: Row): string;

  /** What an event of a thread says of this list. `undefined`: nothing. */
  protected abstract changeOf(event: ThreadEvent): ListChange | undefined;

  /** What is here now: a new object whenever it changes, the same one while it does not. */
  readonly getState = (): ListState<Row> => this.#state;

  /** Calls `listener` whenever the state is replaced, until the function it gives is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Reads the first page and follows changes. Gives a promise that is kept, never broken, once the page is there or failed. */
  start(): Promise<void> {
    this.#unsubscribe ??= this.store.subscribe((event) => {
      const change = this.#changeBy(event);
      if (change === undefined) return;
      this.#change = joinChanges(this.#change, change);
      const { loaded, error, jump } = this.#state;
      void (loaded || error === undefined ? this.#refresh() : this.#jump(jump.to));
    });
    return (this.#ready ??= this.#jump(this.limits.startAt));
  }

  /** Follows no more, and takes no answer that is still on its way. */
  stop(): void {
    this.#generation++;
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#ready = undefined;
    this.#change = undefined;
  }

  /** Starts anew at a place of the list: an end, or a row by a cursor of the same list. */
  readonly jumpTo = (to: ListPlace): void => {
    void this.#jump(to);
  };

  /** Reads the page before the oldest row here, if there is one and none is on its way. */
  readonly loadOlder = (): void => {
    void this.#load('oldest');
  };

  /** Reads the page after the newest row here, if there is one and none is on its way. */
  readonly loadNewer = (): void => {
    void this.#load('newest');
  };

  /** After an error: reads again what could not be read. */
  readonly retry = (): void => {
    const { loaded, jump } = this.#state;
    this.#set({});
    void (loaded ? this.#refresh() : this.#jump(jump.to));
  };

  #changeBy(event: ThreadStoreEvent): ListChange | undefined {
    switch (event.type) {
      case 'threadChanged':
      case 'threadDeleted':
        // What failed may be read now, whatever changed.
        return this.#state.error === undefined ? this.changeOf(event) : anyChange;
      case 'restarted':
      case 'writersLost':
      case 'databaseDeleted':
        return anyChange;
      case 'reopened':
      case 'blocked':
      case 'outdated':
        return undefined;
    }
  }

  async #jump(to: ListPlace): Promise<void> {
    const generation = ++this.#generation;
    const cursor = typeof to === 'object' ? to.cursor : undefined;
    this.#set({ loadingOlder: false, loadingNewer: false });
    await this.#attempt(generation, cursor !== undefined, async () => {
      const sortDirection = to === 'newest' ? 'desc' : 'asc';
      const answer = await this.read({ sortDirection, cursor, pageSize: this.limits.pageSize });
      if (generation !== this.#generation) return;
      this.pages = [toKeptPage(answer, sortDirection)];
      const more = answer.nextCursor !== undefined;
      this.#set({
        loaded: true,
        // Behind a cursor there may be more; the next read tells.
        atOldest: cursor === undefined && (to === 'oldest' || !more),
        atNewest: to === 'newest' || !more,
        jump: { to, number: this.#state.jump.number + 1 },
      });
    });
    await this.#refresh();
  }

  async #load(end: ListEnd): Promise<void> {
    const [at, loading, sortDirection] =
      end === 'oldest'
        ? (['atOldest', 'loadingOlder', 'desc'] as const)
        : (['atNewest', 'loadingNewer', 'asc'] as const);
    const edge = () => (end === 'oldest' ? this.pages[0] : this.pages.at(-1));
    const before = this.#state;
    if (!before.loaded || before[at] || before[loading]) return;
    const generation = this.#generation;
    this.#set({ [loading]: true });
    await this.#attempt(generation, true, async () => {
      const from = edge();
      const cursor = end === 'oldest' ? from?.older : from?.newer;
      if (cursor === undefined) return this.#jump(end);
      const answer = await this.read({ sortDirection, cursor, pageSize: this.limits.pageSize });
      if (generation !== this.#generation) return;
      // The edge was dropped meanwhile: the answer does not join on any more.
      if (from !== edge()) return this.#set({ [loading]: false });
      const page = toKeptPage(answer, sortDirection, this.#isKnown());
      if (end === 'oldest') this.pages.unshift(page);
      else this.pages.push(page);
      const [farEnd, farAt] =
        end === 'oldest' ? (['newest', 'atNewest'] as const) : (['oldest', 'atOldest'] as const);
      const dropped = dropFar(this.pages, farEnd, this.limits.maxRows);
      const ends = { [at]: answer.nextCursor === undefined, ...(dropped ? { [farAt]: false } : {}) };
      this.#set({ ...ends, [loading]: false });
    });
    await this.#refresh();
  }

  /** Runs a read; where its cursor's row is gone, the list was cut, and the window starts anew at its newest end. */
  async #attempt(
    generation: number,
    withCursor: boolean,
    read: () => Promise<void>,
    onError?: () => void,
  ): Promise<void> {
    try {
      await read();
    } catch (thrown) {
      if (generation !== this.#generation) return;
      const error = toStoreError(thrown);
      if (error.code === 'invalid_request' && withCursor) return this.#jump('newest');
      onError?.();
      this.#set({ loadingOlder: false, loadingNewer: false, error });
    }
  }

  /** Reads again what changed, until nothing more did. */
  async #refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      for (;;) {
        const { loaded, loadingOlder, loadingNewer } = this.#state;
        const change = this.#change;
        // While a page is on its way there is nothing to compare with; its arrival comes here again.
        if (change === undefined || !loaded || loadingOlder || loadingNewer) return;
        this.#change = undefined;
        const generation = this.#generation;
        let failed = false;
        await this.#attempt(
          generation,
          true,
          () => this.takeChange(change, () => generation === this.#generation),
          () => {
            failed = true;
            this.#change = joinChanges(this.#change, change);
          },
        );
        if (failed) return;
      }
    } finally {
      this.#refreshing = false;
    }
  }

  /**
   * Reads again the pages in which rows changed, and what came at the newest end.
   * @param isCurrent whether the window still is where it was, so that an answer may be taken
   */
  protected async takeChange({ ids, grew }: ListChange, isCurrent: () => boolean): Promise<void> {
    const { atNewest } = this.#state;
    const newest = this.pages.at(-1)?.rows.at(-1);
    const isTouched = (row: Row) => ids === undefined || ids.has(this.idOf(row));
    // The newest row is read with what came behind it.
    const isAtEnd = (row: Row) => atNewest && row === newest;
    const changed = this.pages.filter(({ rows }) => rows.some((row) => isTouched(row) && !isAtEnd(row)));
    for (const page of changed) await this.#readAgain(page, isTouched, isCurrent);
    if (atNewest && (grew || (newest !== undefined && isTouched(newest)))) {
      await this.#grow(isTouched, isCurrent);
    }
  }

  async #readAgain(
    page: KeptPage<Row>,
    isTouched: (row: Row) => boolean,
    isCurrent: () => boolean,
  ): Promise<void> {
    const { direction, again, skip, rows } = page;
    if (again === undefined) return;
    const answer = await this.read({
      sortDirection: direction,
      cursor: again,
      pageSize: skip + rows.length,
    });
    if (!isCurrent() || !this.pages.includes(page)) return;
    const isElsewhere = this.#isKnown(page);
    page.rows = this.#keepUntouched(toKeptPage(answer, direction, isElsewhere).rows, rows, isTouched);
    this.show({});
  }

  /** Reads the newest rows again, and those behind them. */
  async #grow(isTouched: (row: Row) => boolean, isCurrent: () => boolean): Promise<void> {
    const last = this.pages.at(-1);
    if (last?.again === undefined) return this.#jump('newest');
    const { pageSize, maxRows } = this.limits;
    const old = last.direction === 'asc' ? last.skip + last.rows.length : 1;
    const answer = await this.read({ sortDirection: 'asc', cursor: last.again, pageSize: old + pageSize });
    if (!isCurrent() || last !== this.pages.at(-1)) return;

    const now = new Map(answer.rows.map((row) => [this.idOf(row), row]));
    const first = last.rows.findIndex((row) => now.has(this.idOf(row)));
    // Of the rows after the first one, those that are not in the answer were rolled back.
    const there = last.rows.flatMap((row, index) => now.get(this.idOf(row)) ?? (index < first ? row : []));
    last.rows = this.#keepUntouched(there, last.rows, isTouched);

    const grown = toKeptPage(answer, 'asc', this.#isKnown());
    let dropped = false;
    if (last.direction === 'asc' && last.rows.length + grown.rows.length <= pageSize) {
      last.rows = [...last.rows, ...grown.rows];
      last.newer = grown.newer;
    } else if (grown.rows.length > 0) {
      last.newer ??= grown.again;
      this.pages.push(grown);
      dropped = dropFar(this.pages, 'oldest', maxRows);
    }
    this.show({
      atNewest: answer.nextCursor === undefined,
      ...(dropped ? { atOldest: false } : {}),
      growth: this.#state.growth + 1,
    });
  }

  /** `rows`, but for those that did not change the objects that were there before: a view need not render these again. */
  #keepUntouched(rows: Row[], before: readonly Row[], isTouched: (row: Row) => boolean): Row[] {
    const known = new Map(before.map((row) => [this.idOf(row), row]));
    return rows.map((row) => (isTouched(row) ? row : (known.get(this.idOf(row)) ?? row)));
  }

  /** The test that tells which rows are in a page, but for one page. */
  #isKnown(except?: KeptPage<Row>): (row: Row) => boolean {
    const known = new Set(
      this.pages.flatMap((page) => (page === except ? [] : page.rows.map((row) => this.idOf(row)))),
    );
    return (row) => known.has(this.idOf(row));
  }

  /** Shows what the pages hold now. */
  protected show(change: Partial<Pick<ListState<Row>, 'atOldest' | 'atNewest' | 'growth'>>): void {
    this.#set(change);
  }

  /** Replaces the state; an error lasts only as long as nothing new is tried. */
  #set(change: Partial<ListState<Row>>): void {
    const { error: _, ...before } = this.#state;
    const rows = this.pages.flatMap((page) => page.rows);
    this.#state = { ...before, rows: sameRows(rows, before.rows) ? before.rows : rows, ...change };
    for (const listener of this.#listeners) listener();
  }

  /** How many rows are kept. */
  protected get count(): number {
    return countRows(this.pages);
  }
}

function sameRows(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((row, index) => row === b[index]);
}
