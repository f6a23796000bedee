/** The rows of one page, and the text of its cursors. */
export interface Page<Row> {
  rows: Row[];
  nextCursor?: string;
  backwardsCursor?: string;
}

/**
 * Makes a page of the rows that were found (contract §3.4, 3 to 5).
 * @param found rows in the page's order, one more than the page takes where there are more
 * @param cursorOf the cursor of a row: exclusive to go on, inclusive to go back
 */
export function toPage<Row>(
  found: Row[],
  pageSize: number,
  cursorOf: (row: Row, inclusive: boolean) => string,
): Page<Row> {
  const rows = found.slice(0, pageSize);
  const first = rows[0];
  const last = rows.at(-1);
  return {
    rows,
    ...(last !== undefined && found.length > pageSize ? { nextCursor: cursorOf(last, false) } : {}),
    ...(first !== undefined ? { backwardsCursor: cursorOf(first, true) } : {}),
  };
}

/** A page's cursors alone, to spread into the contract's page. */
export function cursorsOf(page: Page<unknown>): { nextCursor?: string; backwardsCursor?: string } {
  const { rows: _, ...cursors } = page;
  return cursors;
}
