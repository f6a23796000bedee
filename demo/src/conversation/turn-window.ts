import type { StoredTurn, ThreadStoreClient, ThreadStoreError, TurnPage } from 'idb-thread-store';
import { Snapshot } from '../state/snapshot.ts';
import { toStoreError } from '../store/store-failure.ts';

/** An end of a thread. */
export type ThreadEnd = 'start' | 'newest';

/** What is read of a thread: turns that follow one another, oldest first. */
export interface TurnWindowState {
  turns: readonly StoredTurn[];
  /** Whether the first turn here is the thread's first. */
  atStart: boolean;
  /** Whether the last turn here is the thread's newest. */
  atEnd: boolean;
  /** Whether the first page has been read. */
  loaded: boolean;
  loadingOlder: boolean;
  loadingNewer: boolean;
  error?: ThreadStoreError;
  /** The last jump: to which end, and which one of all jumps. A view moves there when the number changes. */
  jump: { to: ThreadEnd; number: number };
  /** How many times the thread grew or changed at its newest end while that was here. */
  growth: number;
}

const pageSize = 20;
/** How many turns are kept: what is further away is read again when it is needed. */
const keptTurns = 100;

interface Page {
  turns: StoredTurn[];
  /** With it older turns are read, newest first. Absent: there are none. It may give the page's first turn again. */
  older: string | undefined;
  /** With it newer turns are read, oldest first. Absent: there were none. It may give turns of the page again. */
  newer: string | undefined;
  /** With it turns are read, oldest first, from one of the page or just before it: what is there now. */
  again: string | undefined;
}

const empty: TurnWindowState = {
  turns: [],
  atStart: false,
  atEnd: false,
  loaded: false,
  loadingOlder: false,
  loadingNewer: false,
  jump: { to: 'newest', number: 0 },
  growth: 0,
};

/**
 * A window on a thread's turns. It reads pages at either side by the cursors of the pages it has, drops what is far
 * away, and never asks for more than a page.
 */
export class TurnWindow {
  readonly snapshot = new Snapshot(empty);
  readonly #store: ThreadStoreClient;
  readonly #threadId: string;
  #pages: Page[] = [];
  /** Rises with every jump, so that the answers to questions from before it are not taken. */
  #generation = 0;
  #changed = false;
  #refreshing = false;

  constructor(store: ThreadStoreClient, threadId: string) {
    this.#store = store;
    this.#threadId = threadId;
  }

  /** Reads the newest turns and follows changes, until the function it gives is called. */
  connect(): () => void {
    const unsubscribe = this.#store.subscribe((event) => {
      // What happened to the store itself may have changed anything.
      if ('threadId' in event && event.threadId !== this.#threadId) return;
      this.#changed = true;
      void this.#refresh();
    });
    void this.#jump('newest');
    return () => {
      this.#generation++;
      unsubscribe();
    };
  }

  /** Starts anew at one end of the thread. */
  readonly jumpTo = (to: ThreadEnd): void => {
    void this.#jump(to);
  };

  /** Reads the page before the first turn, if there is one and none is on its way. */
  readonly loadOlder = (): void => {
    void this.#loadOlder();
  };

  /** Reads the page after the last turn, if there is one and none is on its way. */
  readonly loadNewer = (): void => {
    void this.#loadNewer();
  };

  /** After an error: reads again what could not be read. */
  readonly retry = (): void => {
    const { loaded, jump } = this.snapshot.get();
    if (loaded) this.#set({});
    else void this.#jump(jump.to);
  };

  async #jump(to: ThreadEnd): Promise<void> {
    const generation = ++this.#generation;
    this.#set({ loadingOlder: false, loadingNewer: false });
    await this.#attempt(generation, false, async () => {
      const page = await this.#read(to === 'start' ? 'asc' : 'desc', undefined);
      if (generation !== this.#generation) return;
      this.#pages = [toPage(page, to === 'start' ? 'asc' : 'desc')];
      const more = page.nextCursor !== undefined;
      this.#set({
        loaded: true,
        atStart: to === 'start' || !more,
        atEnd: to === 'newest' || !more,
        jump: { to, number: this.snapshot.get().jump.number + 1 },
      });
    });
    await this.#refresh();
  }

  async #loadOlder(): Promise<void> {
    const { loaded, atStart, loadingOlder } = this.snapshot.get();
    if (!loaded || atStart || loadingOlder) return;
    const generation = this.#generation;
    this.#set({ loadingOlder: true });
    await this.#attempt(generation, true, async () => {
      const first = this.#pages[0];
      const answer = await this.#read('desc', first?.older);
      if (generation !== this.#generation) return;
      // Newer turns that came meanwhile have pushed it out: the answer does not join on any more.
      if (first !== this.#pages[0]) return this.#set({ loadingOlder: false });
      this.#pages.unshift(this.#withoutKnown(toPage(answer, 'desc')));
      const dropped = dropFar(this.#pages, 'newest');
      this.#set({
        loadingOlder: false,
        atStart: answer.nextCursor === undefined,
        ...(dropped ? { atEnd: false } : {}),
      });
    });
  }

  async #loadNewer(): Promise<void> {
    const { loaded, atEnd, loadingNewer } = this.snapshot.get();
    if (!loaded || atEnd || loadingNewer) return;
    const generation = this.#generation;
    this.#set({ loadingNewer: true });
    await this.#attempt(generation, true, async () => {
      const last = this.#pages.at(-1);
      const answer = await this.#read('asc', last?.newer);
      if (generation !== this.#generation) return;
      if (last !== this.#pages.at(-1)) return this.#set({ loadingNewer: false });
      this.#pages.push(this.#withoutKnown(toPage(answer, 'asc')));
      const dropped = dropFar(this.#pages, 'start');
      this.#set({
        loadingNewer: false,
        atEnd: answer.nextCursor === undefined,
        ...(dropped ? { atStart: false } : {}),
      });
    });
    await this.#refresh();
  }

  #read(sortDirection: 'asc' | 'desc', cursor: string | undefined): Promise<TurnPage> {
    return this.#store.listTurns({
      threadId: this.#threadId,
      includeArchived: true,
      itemsView: 'summary',
      pageSize,
      sortDirection,
      cursor,
    });
  }

  /** Runs a read; where its cursor's turn is gone, the thread was cut, and the window starts anew at its end. */
  async #attempt(generation: number, withCursor: boolean, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (thrown) {
      if (generation !== this.#generation) return;
      const error = toStoreError(thrown);
      if (error.code === 'invalid_request' && withCursor) {
        await this.#jump('newest');
      } else {
        this.#set({ loadingOlder: false, loadingNewer: false, error });
      }
    }
  }

  /** When the thread changed: reads its newest turns again, if they are in the window. */
  async #refresh(): Promise<void> {
    if (this.#refreshing) return;
    this.#refreshing = true;
    try {
      // While newer turns are on their way there is nothing to compare with; their arrival comes here again.
      while (this.#changed && this.snapshot.get().loaded && !this.snapshot.get().loadingNewer) {
        this.#changed = false;
        if (!this.snapshot.get().atEnd) continue;
        const generation = this.#generation;
        const last = this.#pages.at(-1);
        if (last?.again === undefined) {
          await this.#jump('newest');
          continue;
        }
        await this.#attempt(generation, true, async () => {
          const answer = await this.#read('asc', last.again);
          if (generation !== this.#generation || last !== this.#pages.at(-1)) return;
          this.#takeNewest(last, answer);
          const { growth } = this.snapshot.get();
          this.#set({ atEnd: answer.nextCursor === undefined, growth: growth + 1 });
        });
      }
    } finally {
      this.#refreshing = false;
    }
  }

  /** Puts what is there now in the place of the last page's turns from the answer's first one on. */
  #takeNewest(last: Page, answer: TurnPage): void {
    const known = new Set(this.#pages.flatMap((page) => page.turns.map((turn) => turn.turnId)));
    const now = new Map(answer.turns.map((turn) => [turn.turnId, turn]));
    const first = last.turns.findIndex((turn) => now.has(turn.turnId));
    for (const page of this.#pages) {
      const turns = page.turns.map((turn) => now.get(turn.turnId) ?? turn);
      // Of the turns after the first one, those that are not in the answer were rolled back.
      page.turns =
        page === last ? turns.filter((turn, index) => index < first || now.has(turn.turnId)) : turns;
    }
    const grown = toPage(answer, 'asc');
    grown.turns = grown.turns.filter((turn) => !known.has(turn.turnId));
    if (grown.turns.length === 0) return;
    last.newer ??= grown.again;
    this.#pages.push(grown);
    dropFar(this.#pages, 'start');
  }

  #withoutKnown(page: Page): Page {
    const known = new Set(this.#pages.flatMap(({ turns }) => turns.map((turn) => turn.turnId)));
    return { ...page, turns: page.turns.filter((turn) => !known.has(turn.turnId)) };
  }

  /** Replaces the snapshot; an error lasts only as long as nothing new is tried. */
  #set(change: Partial<TurnWindowState>): void {
    const { error: _, ...before } = this.snapshot.get();
    this.snapshot.set({ ...before, turns: this.#pages.flatMap((page) => page.turns), ...change });
  }
}

/** A page as it is kept: oldest first, whatever the direction it was read in. */
function toPage({ turns, nextCursor, backwardsCursor }: TurnPage, direction: 'asc' | 'desc'): Page {
  return direction === 'asc'
    ? { turns: [...turns], older: backwardsCursor, newer: nextCursor, again: backwardsCursor }
    : { turns: turns.toReversed(), older: nextCursor, newer: backwardsCursor, again: backwardsCursor };
}

/** Drops whole pages at one end while enough turns stay. Tells whether it did. */
function dropFar(pages: Page[], end: ThreadEnd): boolean {
  let count = pages.reduce((sum, page) => sum + page.turns.length, 0);
  const before = pages.length;
  for (;;) {
    const far = end === 'start' ? pages[0] : pages.at(-1);
    if (far === undefined || count - far.turns.length < keptTurns) return pages.length < before;
    count -= far.turns.length;
    if (end === 'start') pages.shift();
    else pages.pop();
  }
}
