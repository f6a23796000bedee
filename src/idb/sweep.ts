import type { Connection } from './connection.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { ROW_STORES, type StoreName, type UnpublishedRow } from './schema.ts';

/** How many rows one transaction removes: a read waits no longer than for that. */
const SWEEP_ROWS = 128;

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
    for (const store of stores) while (await removeSome(connection, store, key));
    await connection.write(['unpublished'], 'relaxed', (transaction) => {
      transaction.objectStore('unpublished').delete(key);
    });
  }
}

/** Removes the first rows of a key; gives whether there were any. */
function removeSome(connection: Connection, store: StoreName, key: number): Promise<boolean> {
  return connection.write([store], 'relaxed', async (transaction) => {
    const rows = transaction.objectStore(store);
    const keys = await result(rows.getAllKeys(ordinalRange(connection.keyRange, key, 0), SWEEP_ROWS));
    const last = keys.at(-1);
    if (last === undefined) return false;
    rows.delete(connection.keyRange.bound([key, 0], last));
    return keys.length === SWEEP_ROWS;
  });
}
