import { result } from '../../src/idb/requests.ts';

/** How many rows each store of a database has; of the log, whose rows are cut as they came, how many bytes. */
export async function rowCounts(name: string): Promise<Record<string, number>> {
  const db = await result(indexedDB.open(name));
  try {
    const stores = [...db.objectStoreNames];
    const transaction = db.transaction(stores, 'readonly');
    const counts = stores.map(async (store) => {
      const rows = await result(transaction.objectStore(store).getAll());
      const bytes = rows.reduce<number>((sum, row) => sum + (row instanceof Uint8Array ? row.length : 0), 0);
      return [store, store === 'log' ? bytes : rows.length] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    db.close();
  }
}
