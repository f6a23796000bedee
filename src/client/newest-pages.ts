import type { TurnsAnswer } from '../contract/known-turns.ts';
import type { TurnPage } from '../contract/records.ts';
import { ThreadStoreError } from '../contract/thread-store-error.ts';

/** So many pages are kept. */
const MOST_PAGES = 32;

interface KeptPage {
  revision: string;
  page: TurnPage;
}

/**
 * The first pages of turns that were read last. Who serves the store says whether the thread is still as it
 * was: then the page need neither be read nor sent again.
 */
export class NewestPages {
  /** By what was asked, as text. */
  readonly #pages = new Map<string, KeptPage>();

  /**
   * Gives a page of turns.
   * @param ask reads it, unless the thread is as `known` says
   */
  async read(params: unknown, ask: (known: string | undefined) => Promise<TurnsAnswer>): Promise<TurnPage> {
    const asked = textOf(params);
    const kept = asked === undefined ? undefined : this.#pages.get(asked);
    const { revision, page = kept?.page } = await ask(kept?.revision);
    if (!page) throw new ThreadStoreError('internal', 'no page came');
    if (asked === undefined || revision === undefined) return page;
    if (this.#pages.size > MOST_PAGES) this.clear();
    this.#pages.set(asked, { revision, page });
    // What callers do to a page that they got must not be seen in the next one.
    return structuredClone(page);
  }

  /** Forgets them all: another database may name its revisions alike. */
  clear(): void {
    this.#pages.clear();
  }
}

/** What was asked, as text; `undefined` for a page that is not kept: a later one, or one that nobody can be asked for. */
function textOf(params: unknown): string | undefined {
  try {
    return Object(params).cursor === undefined ? JSON.stringify(params) : undefined;
  } catch {
    return undefined;
  }
}
