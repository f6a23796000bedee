import type { Page } from '../contract/page.ts';
import type { SortDirection } from '../contract/requests.ts';

/** An end of a list that grows at its newest end. */
export type ListEnd = 'oldest' | 'newest';

/** Where a window can begin: an end of the list, or a row that a cursor names, from which it reads on to newer ones. */
export type ListPlace = ListEnd | { cursor: string };

/** A page as a window keeps it. */
export interface KeptPage<Row> {
  /** Oldest first, whatever the direction it was read in. */
  rows: Row[];
  /** Its ends when it was read, whatever came or went since. Absent: it was empty. */
  from: Row | undefined;
  to: Row | undefined;
  /** In which direction it was read. */
  direction: SortDirection;
  /** With it the page is read again, in its direction. Absent: it was empty. */
  again: string | undefined;
  /** How many rows that are not the page's come first when it is read again. */
  skip: number;
  /** With it older rows are read, newest first. Absent: there are none. It may give rows of the page again. */
  older: string | undefined;
  /** With it newer rows are read, oldest first. Absent: there were none. It may give rows of the page again. */
  newer: string | undefined;
}

/** Makes a page to keep of one that was read, without the rows that are known already. */
export function toKeptPage<Row>(
  { rows, nextCursor, backwardsCursor }: Page<Row>,
  direction: SortDirection,
  isKnown: (row: Row) => boolean = () => false,
): KeptPage<Row> {
  const read = rows.filter((row) => !isKnown(row));
  const own = direction === 'asc' ? read : read.toReversed();
  return {
    rows: own,
    from: own[0],
    to: own.at(-1),
    direction,
    again: backwardsCursor,
    skip: rows.length - own.length,
    older: direction === 'asc' ? backwardsCursor : nextCursor,
    newer: direction === 'asc' ? nextCursor : backwardsCursor,
  };
}

/** Drops whole pages at one end while `maxRows` rows stay. Tells whether it did. */
export function dropFar(pages: KeptPage<unknown>[], end: ListEnd, maxRows: number): boolean {
  let count = countRows(pages);
  const before = pages.length;
  for (;;) {
    const far = end === 'oldest' ? pages[0] : pages.at(-1);
    if (far === undefined || pages.length === 1 || count - far.rows.length < maxRows)
      return pages.length < before;
    count -= far.rows.length;
    if (end === 'oldest') pages.shift();
    else pages.pop();
  }
}

/** How many rows the pages have. */
export function countRows(pages: readonly KeptPage<unknown>[]): number {
  return pages.reduce((sum, page) => sum + page.rows.length, 0);
}
