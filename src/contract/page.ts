/** The rows of one page, and the text of its cursors. */
export interface Page<Row> {
  rows: Row[];
  nextCursor?: string;
  backwardsCursor?: string;
}

/** How much a page may hold. */
export interface PageLimit<Row> {
  /** Rows at the most. */
  pageSize: number;
  /** Bytes at the most, but for a first row that has more by itself. Absent: any number. */
  maxBytes?: number | undefined;
  /** A row's bytes. Absent: 0. */
  bytesOf?: (row: Row) => number;
}

/** How many of these rows a page takes. */
export function rowsWithin<Row>(found: readonly Row[], limit: PageLimit<Row>): number {
  const { pageSize, maxBytes = Infinity, bytesOf = () => 0 } = limit;
  let bytes = 0;
  const end = found.findIndex((row, index) => {
    bytes += bytesOf(row);
    return index === pageSize || (index > 0 && bytes > maxBytes);
  });
  return end < 0 ? found.length : end;
}

/**
 * Makes a page of the rows that were found (contract §3.4, 3 to 5).
 * @param found rows in the page's order, one more than the page takes where there are more
 * @param cursorOf the cursor of a row: exclusive to go on, inclusive to go back
 */
export function toPage<Row>(
  found: readonly Row[],
  limit: PageLimit<Row>,
  cursorOf: (row: Row, inclusive: boolean) => string,
): Page<Row> {
  const rows = found.slice(0, rowsWithin(found, limit));
  const first = rows[0];
  const last = rows.at(-1);
  return {
    rows,
    ...(last !== undefined && found.length > rows.length ? { nextCursor: cursorOf(last, false) } : {}),
    ...(first !== undefined ? { backwardsCursor: cursorOf(first, true) } : {}),
  };
}

/** A page's cursors alone, to spread into the contract's page. */
export function cursorsOf(page: Page<unknown>): { nextCursor?: string; backwardsCursor?: string } {
  const { rows: _, ...cursors } = page;
  return cursors;
}
