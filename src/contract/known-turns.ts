import type { TurnPage } from './records.ts';
import type { ListTurnsParams } from './requests.ts';

/** A page of turns, or word that it is as it was. */
export interface TurnsAnswer {
  /** Absent where the page is as it was with the revision that was known. */
  page?: TurnPage;
  /**
   * Says how the thread is: each of its changes makes another one. Absent where the page depends on more than that, and
   * of a page from a cursor.
   */
  revision?: string;
}

/** What a store has, beside the contract, for who keeps pages: it tells whether a thread is as it was. */
export interface KnownTurns {
  /**
   * As `listTurns`, without reading a page that is known.
   * @param known the revision with which the same page came last time
   */
  listTurnsUnless(params: ListTurnsParams, known?: string): Promise<TurnsAnswer>;
}

/** Whether a store can tell. */
export function knowsTurns(store: object): store is KnownTurns {
  return 'listTurnsUnless' in store;
}
