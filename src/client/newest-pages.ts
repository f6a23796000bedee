import type { TurnsAnswer } from '../contract/known-turns.ts';
import type { TurnPage } from '../contract/records.ts';
import type { ListTurnsParams } from '../contract/requests.ts';
import { ThreadStoreError } from '../contract/thread-store-error.ts';

/** So many pages are kept. */
const MOST_PAGES = 32;

/**
 * The first pages of threads' turns that were read last. Who serves the store says whether the thread is still as it
 * was: then its page need neither be read nor sent again.
 */
export class NewestPages {
  readonly #pages = new Map<string, { revision: string; page: TurnPage }>();

  /**
   * Gives a page of turns.
   * @param ask reads it, unless the thread is as `known` says
   */
  async read(
    params: ListTurnsParams,
    ask: (known: string | undefined) => Promise<TurnsAnswer>,
  ): Promise<TurnPage> {
    const key = keyOf(params);
    const kept = key === undefined ? undefined : this.#pages.get(key);
    const { revision, page = kept?.page } = await ask(kept?.revision);
    if (!page) throw new ThreadStoreError('internal', 'no page came', { operation: 'listTurns' });
    if (key === undefined) return page;
    this.#pages.delete(key);
    if (revision === undefined) return page;
    this.#pages.set(key, { revision, page });
    const [oldest = ''] = this.#pages.keys();
    if (this.#pages.size > MOST_PAGES) this.#pages.delete(oldest);
    // Callers may sort and cut what they get. The items themselves are shared.
    return { ...page, turns: page.turns.map((turn) => ({ ...turn, items: [...turn.items] })) };
  }

  /** Forgets them all: another database may name its revisions alike. */
  clear(): void {
    this.#pages.clear();
  }
}

/** What was asked, as text; `undefined` for a page that is not kept: a later one, or one that nobody can be asked for. */
function keyOf(params: ListTurnsParams): string | undefined {
  const isPlain =
    typeof params === 'object' &&
    params !== null &&
    params.cursor === undefined &&
    Object.values(params).every((value) =>
      ['string', 'number', 'boolean', 'undefined'].includes(typeof value),
    );
  return isPlain ? JSON.stringify(params) : undefined;
}
