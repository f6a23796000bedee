import type { TurnsAnswer } from '../contract/known-turns.ts';
import type { TurnPage } from '../contract/records.ts';

/** So many pages are remembered; after them it begins anew. */
const MOST_PAGES = 32;

interface SeenPage {
  revision: string;
  /** `undefined`: it was read once. */
  page: TurnPage | undefined;
}

/**
 * The first pages of turns that were read last. Who serves the store says whether the thread is still as it
 * was: then the page need neither be read nor sent again. To keep a page costs a copy, a fifth of reading it, so that
 * only one is kept that was read twice the same.
 */
export class NewestPages {
  /** By what was asked, as text. */
  readonly #pages = new Map<string | undefined, SeenPage>();

  /**
   * Gives a page of turns.
   * @param ask reads it, unless the thread is as `known` says
   */
  async read(
    params: unknown,
    ask: (known: string | undefined) => Promise<TurnsAnswer>,
  ): Promise<TurnPage | undefined> {
    const asked = textOf(params);
    const seen = this.#pages.get(asked);
    const { revision, page = seen?.page } = await ask(seen?.page && seen.revision);
    if (revision === undefined) return page;
    const isSame = seen?.revision === revision;
    if (this.#pages.size > MOST_PAGES) this.clear();
    this.#pages.set(asked, { revision, page: isSame ? page : undefined });
    // What callers do to a page that they got must not be seen in the next one.
    return isSame ? structuredClone(page) : page;
  }

  /** Forgets them all: another database may name its revisions alike. */
  clear(): void {
    this.#pages.clear();
  }
}

/** What was asked, as text; `undefined` for what nobody can be asked for. */
function textOf(params: unknown): string | undefined {
  try {
    return JSON.stringify(params);
  } catch {
    return undefined;
  }
}
