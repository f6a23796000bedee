import type { Connection } from './connection.ts';
import type { Peers } from './peers.ts';
import { ordinalRange } from './ordinal-range.ts';
import { result } from './requests.ts';
import { ROW_STORES, type StoreName, type UnpublishedRow } from './schema.ts';

/** How long one transaction may take, about: a read waits for it. */
const SWEEP_MS = 8;

/**
 * For how many times as long as its last step took it rests while callers read. Chromium writes what is removed once
 * more, so that it could be taken back; where that comes faster than the disk takes it, reads wait for the disk, too.
 */
const REST = 8;

/** How many rows a transaction removes at first and at the least, and at the most. */
const LEAST_ROWS = 16;
const MOST_ROWS = 512;

/**
 * Removes rows and logs that belong to nobody: of deleted and replaced threads, and of imports that did not end. Nobody
 * waits for it: while it goes on others import, for what they write is under newer keys than those that it has found. A
 * store that closes meanwhile leaves the rest to the next one.
 */
export function sweepSoon(connection: Connection, peers: Peers): void {
  peers
    .exclusively('sweep', async () => {
      // What is unpublished while an import runs may be that import's.
      const found = await peers.exclusively('import', () =>
        connection.read(['unpublished'], (transaction) =>
          result<UnpublishedRow[]>(transaction.objectStore('unpublished').getAll()),
        ),
      );
      for (const { key, what } of found) {
        const stores: StoreName[] = what === 'log' ? ['log'] : ROW_STORES;
        for (const store of stores) await removeRows(connection, store, key);
        await connection.write(['unpublished'], 'relaxed', (transaction) => {
          transaction.objectStore('unpublished').delete(key);
        });
      }
    })
    .catch(() => undefined);
}

/**
 * Removes the rows of a key, as many at a time as are quickly removed: rows may be large or small. That a step waits for
 * the reads before it does not count, for nobody waits for it then: else steady reads would make every step the least.
 */
async function removeRows(connection: Connection, store: StoreName, key: number): Promise<void> {
  let count = LEAST_ROWS;
  let began = 0;
  // The ordinal before which there are none left: to look from the start would be to walk over all that was removed.
  let from: number | undefined = 0;
  while (from !== undefined) {
    const first: number = from;
    from = await connection.write([store], 'relaxed', async (transaction) => {
      const rows = transaction.objectStore(store);
      const keys = await result(rows.getAllKeys(ordinalRange(connection.keyRange, key, first), count));
      began = performance.now();
      const last = keys.at(-1);
      if (!Array.isArray(last)) return undefined;
      rows.delete(connection.keyRange.bound([key, first], last));
      return keys.length < count ? undefined : Number(last[1]) + 1;
    });
    const took = performance.now() - began;
    await connection.rest(REST * took);
    count = took > SWEEP_MS ? Math.max(count / 2, LEAST_ROWS) : Math.min(count * 2, MOST_ROWS);
  }
}
