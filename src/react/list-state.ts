import type { ThreadStoreError } from '../contract/thread-store-error.ts';
import type { SortDirection } from '../contract/requests.ts';
import type { ListEnd, ListPlace } from './list-pages.ts';

/** What is read of a list: rows that follow one another, oldest first. */
export interface ListState<Row> {
  rows: readonly Row[];
  /** Whether the first page has been read. */
  loaded: boolean;
  /** Whether the list's oldest row is here. */
  atOldest: boolean;
  /** Whether the list's newest row is here. */
  atNewest: boolean;
  /** Whether older rows are on their way. */
  loadingOlder: boolean;
  /** Whether newer rows are on their way. */
  loadingNewer: boolean;
  /** Why the last read failed; gone once another one is tried. */
  error?: ThreadStoreError;
  /** The last jump: where to, and which one of all jumps. A view moves there when the number changes. */
  jump: { to: ListPlace; number: number };
  /** How many times the list changed at its newest end while that was here. */
  growth: number;
}

/** How much a window reads and keeps. */
export interface WindowLimits {
  /** How many rows one read gives at the most. */
  pageSize: number;
  /** How many rows are kept about: beyond it, pages at the far end are dropped, and read again when needed. */
  maxRows: number;
  /** Where it opens. */
  startAt: ListEnd;
}

/** A page to read: its rows in `sortDirection`. */
export interface PageRequest {
  sortDirection: SortDirection;
  cursor: string | undefined;
  pageSize: number;
}
