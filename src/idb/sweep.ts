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
  for (let count = FIRST_ROWS; ;) {
    const began = performance.now();
    if ((await removeSome(connection, store, key, count)) < count) return;
    const isSlow = performance.now() - began > SWEEP_MS;
    count = isSlow ? Math.ceil(count / 2) : Math.min(count * 2, MOST_ROWS);
  }
}

/** Removes the first rows of a key; gives how many there were. */
function removeSome(connection: Connection, store: StoreName, key: number, count: number): Promise<number> {
  return connection.write([store], 'relaxed', async (transaction) => {
    const rows = transaction.objectStore(store);
    const keys = await result(rows.getAllKeys(ordinalRange(connection.keyRange, key, 0), count));
    const last = keys.at(-1);
    if (last !== undefined) rows.delete(connection.keyRange.bound([key, 0], last));
    return keys.length;
  });
}
