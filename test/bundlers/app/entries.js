/**
 * Uses what else the package has. This app uses nothing; those of the main bundlers have `../entries/entries.js` instead.
 * @param {import('idb-thread-store').ThreadStoreClient} _store
 */
export async function useEntries(_store) {}
