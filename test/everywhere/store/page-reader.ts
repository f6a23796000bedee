import type { ThreadStoreClient } from 'idb-thread-store';
import type { Page } from './random-steps.ts';

/** A store that pages are read from, with the cursors that it gave. */
export class PageReader {
  readonly #store: () => ThreadStoreClient;
  readonly #cursors: string[] = [];

  constructor(store: () => ThreadStoreClient) {
    this.#store = store;
  }

  async page(threadId: string, page: Page): Promise<unknown> {
    const { list, cursor: which, turn, itemsView, sortKey, archived, ...rest } = page;
    const cursor = which === 0 ? undefined : this.#cursors[which % Math.max(this.#cursors.length, 1)];
    const request = { threadId, cursor, ...rest };
    const store = this.#store();
    const answer = await {
      turns: () => store.listTurns({ ...request, itemsView }),
      items: () => store.listItems(request),
      itemsOfTurn: () => store.listItems({ ...request, turnId: `turn-${turn}` }),
      changes: () =>
        store.listItems({ ...request, sortDirection: 'asc', afterUpdatedAtOrdinal: turn * 3 - 1 }),
      threads: () => store.listThreads({ ...rest, cursor, sortKey, archived }),
    }[list]();
    const { nextCursor, backwardsCursor } = answer;
    for (const text of [nextCursor, backwardsCursor]) if (text !== undefined) this.#cursors.push(text);
    // Which rows, and whether there are more; what a cursor says inside is each store's own.
    return {
      ...answer,
      nextCursor: nextCursor !== undefined,
      backwardsCursor: backwardsCursor !== undefined,
    };
  }
}
