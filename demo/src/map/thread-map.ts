import type { StoredTurn, ThreadStoreClient, TurnPage, TurnStatus } from 'idb-thread-store';
import { idle } from '../state/idle.ts';
import { Snapshot } from '../state/snapshot.ts';
import { toStoreError } from '../store/store-failure.ts';

/** What the map shows of a turn. */
export interface TurnMark {
  ordinal: number;
  status: TurnStatus;
  /** Bytes of its items, about. */
  bytes: number;
  itemCount: number;
  /** Unix seconds. */
  startedAt?: number;
}

/** The turns of a thread, as far as they are read: from the newest back. */
export interface TurnMarks {
  /** Oldest first. */
  marks: readonly TurnMark[];
  /** Whether the thread's first turn is among them. */
  complete: boolean;
}

/** So few that a turn one waits for is not held up behind them. */
const pageSize = 500;
/** A long thread has hundreds of pages, and each time the map is shown all of it is drawn. */
const showEveryMs = 250;
/** A thread that is written to changes many times a second. */
const quietMs = 400;

/** Where reading can begin again: an inclusive cursor of the turn with this ordinal. */
interface Anchor {
  ordinal: number;
  cursor: string;
}

/** A map of a whole thread. It reads what is known of the turns, page by page, and never an item. */
export class ThreadMap {
  readonly snapshot = new Snapshot<TurnMarks>({ marks: [], complete: false });
  readonly #store: ThreadStoreClient;
  readonly #threadId: string;
  /** Newest first. */
  #anchors: Anchor[] = [];
  #generation = 0;
  /** What is to be read again once the reading that goes on has ended. */
  #changed: 'nothing' | 'newest' | 'all' = 'nothing';
  #reading = false;

  constructor(store: ThreadStoreClient, threadId: string) {
    this.#store = store;
    this.#threadId = threadId;
  }

  /** Reads the map and follows changes, until the function it gives is called. */
  connect(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      timer = undefined;
      void this.#read();
    };
    const unsubscribe = this.#store.subscribe((event) => {
      if (!('threadId' in event) || event.threadId !== this.#threadId) return;
      const grew = event.type === 'threadChanged' && (event.changes ?? event.edits) !== undefined;
      if (!grew) this.#changed = 'all';
      else if (this.#changed === 'nothing') this.#changed = 'newest';
      timer ??= setTimeout(again, quietMs);
    });
    this.#changed = 'all';
    void this.#read();
    return () => {
      this.#generation++;
      this.#reading = false;
      clearTimeout(timer);
      unsubscribe();
    };
  }

  /** Whether a turn is on the map. */
  has(ordinal: number): boolean {
    return this.snapshot.get().marks[this.indexOf(ordinal)]?.ordinal === ordinal;
  }

  /** The place of a turn among the marks; of one that is gone, the place of the next. */
  indexOf(ordinal: number): number {
    const { marks } = this.snapshot.get();
    let from = 0;
    let to = marks.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((marks[middle]?.ordinal ?? Number.POSITIVE_INFINITY) < ordinal) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /**
   * An inclusive cursor of a turn that is on the map.
   * @returns nothing where the turn is not on the map, or gone since it was read
   */
  async cursorOf(ordinal: number): Promise<string | undefined> {
    const index = this.indexOf(ordinal);
    const anchor = this.#anchors.findLast((candidate) => candidate.ordinal >= ordinal);
    if (!this.has(ordinal) || anchor === undefined) return undefined;
    const between = this.indexOf(anchor.ordinal) - index;
    if (between === 0) return anchor.cursor;
    try {
      const skipped = await this.#page(anchor.cursor, between);
      const page = await this.#page(skipped.nextCursor, 1);
      return page.backwardsCursor;
    } catch (error) {
      if (toStoreError(error).code !== 'invalid_request') throw error;
      // The anchor was rolled back: the map is old.
      this.#changed = 'all';
      void this.#read();
      return undefined;
    }
  }

  async #read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const generation = this.#generation;
    const isCurrent = () => generation === this.#generation;
    try {
      while (this.#changed !== 'nothing' && isCurrent()) {
        const all = this.#changed === 'all';
        this.#changed = 'nothing';
        if (all || !(await this.#readNewest(isCurrent))) await this.#readAll(isCurrent);
      }
    } catch {
      // A map that lacks its oldest part is still one; the turns tell what is wrong with the store.
    } finally {
      if (isCurrent()) this.#reading = false;
    }
  }

  async #readAll(isCurrent: () => boolean): Promise<void> {
    const newestFirst: TurnMark[] = [];
    const anchors: Anchor[] = [];
    let cursor: string | undefined;
    let shownAt = Number.NEGATIVE_INFINITY;
    do {
      // Turns that one waits for are read and rendered first.
      await idle();
      if (!isCurrent()) return;
      const page = await this.#page(cursor, pageSize);
      if (!isCurrent()) return;
      for (const turn of page.turns) newestFirst.push(toMark(turn));
      anchors.push(...anchorOf(page));
      cursor = page.nextCursor;
      if (cursor !== undefined && performance.now() - shownAt < showEveryMs) continue;
      shownAt = performance.now();
      this.#anchors = [...anchors];
      this.snapshot.set({ marks: newestFirst.toReversed(), complete: cursor === undefined });
    } while (cursor !== undefined);
  }

  /** Reads the newest page again. Gives whether it joins on to what is known. */
  async #readNewest(isCurrent: () => boolean): Promise<boolean> {
    const page = await this.#page(undefined, pageSize);
    if (!isCurrent()) return true;
    const { marks, complete } = this.snapshot.get();
    const newest = page.turns.map(toMark).toReversed();
    const oldest = newest[0]?.ordinal ?? 0;
    const joint = this.indexOf(oldest);
    if (page.nextCursor !== undefined && (!complete || marks[joint]?.ordinal !== oldest)) return false;
    const older = page.nextCursor === undefined ? [] : marks.slice(0, joint);
    this.#anchors = [...anchorOf(page), ...this.#anchors.filter(({ ordinal }) => ordinal < oldest)];
    this.snapshot.set({ marks: [...older, ...newest], complete: true });
    return true;
  }

  #page(cursor: string | undefined, size: number): Promise<TurnPage> {
    return this.#store.listTurns({
      threadId: this.#threadId,
      includeArchived: true,
      itemsView: 'notLoaded',
      sortDirection: 'desc',
      pageSize: size,
      cursor,
    });
  }
}

function anchorOf({ turns: [first], backwardsCursor: cursor }: TurnPage): Anchor[] {
  return first === undefined || cursor === undefined ? [] : [{ ordinal: first.ordinal, cursor }];
}

function toMark({ ordinal, status, bytes, itemCount, startedAt }: StoredTurn): TurnMark {
  return { ordinal, status, bytes, itemCount, ...(startedAt === undefined ? {} : { startedAt }) };
}
