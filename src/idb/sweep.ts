import type { Connection } from './connection.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { ROW_STORES, type StoreName, type UnpublishedRow } from './schema.ts';

/** How long one transaction may take, about: a read waits for it. */
const SWEEP_MS = 8;

/** How many rows a transaction removes at first, and at the most. */
const FIRST_ROWS = 16;
const MOST_ROWS = 512;

/**
 * Removes rows and logs that belong to nobody: of deleted and replaced threads, and of imports that did not end. The
 * caller makes sure that no import is running.
 */
export async function sweep(connection: Connection): Promise<void> {
  const unpublished = await connection.read(['unpublished'], (transaction) =>
    result<UnpublishedRow[]>(transaction.objectStore('unpublished').getAll()),
  );
  for (const { key, what } of unpublished) {
    const stores: StoreName[] = what === 'log' ? ['log'] : ROW_STORES;
    for (const store of stores) await removeRows(connection, store, key);
    await connection.write(['unpublished'], 'relaxed', (transaction) => {
      transaction.objectStore('unpublished').delete(key);
    });
  }
}

/** Removes the rows of a key, as many at a time as are quickly removed: rows may be large or small. */
async function removeRows(connection: Connection, store: StoreName, key: number): Promise<void> {
  let count = FIRST_ROWS;
  let from: number | undefined = 0;
  while (from !== undefined) {
    const { next, began } = await removeSome(connection, store, key, from, count);
    const isSlow = performance.now() - began > SWEEP_MS;
    count = isSlow ? Math.ceil(count / 2) : Math.min(count * 2, MOST_ROWS);
    from = next;
  }
}

/**
 * Removes the first rows of a key.
 * @param from the ordinal before which there are none: to look for it again would be to walk over all that was removed
 * @returns the ordinal from which to go on, if there may be more; and when the transaction had its turn: while it waits
 * for the reads before it, nobody waits for it, and a sweep that took its waiting for work would come to one row a step
 */
function removeSome(
  connection: Connection,
  store: StoreName,
  key: number,
  from: number,
  count: number,
): Promise<{ next: number | undefined; began: number }> {
  return connection.write([store], 'relaxed', async (transaction) => {
    const rows = transaction.objectStore(store);
    const keys = await result(rows.getAllKeys(ordinalRange(connection.keyRange, key, from), count));
    const began = performance.now();
    const last = keys.at(-1);
    if (!Array.isArray(last)) return { next: undefined, began };
    rows.delete(connection.keyRange.bound([key, from], last));
    return { next: keys.length < count ? undefined : Number(last[1]) + 1, began };
  });
}
