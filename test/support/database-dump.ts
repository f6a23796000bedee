import { committed, result } from '../../src/idb/requests.ts';

/** A database as JSON: what its stores are, and every row. */
export interface DatabaseDump {
  version: number;
  stores: StoreDump[];
}

interface StoreDump {
  name: string;
  keyPath: string | string[] | null;
  autoIncrement: boolean;
  indexes: { name: string; keyPath: string | string[] }[];
  /** Each with its key; bytes as `{ base64 }`. */
  rows: [IDBValidKey, unknown][];
}

/** Copies a database out. */
export async function dumpDatabase(name: string): Promise<DatabaseDump> {
  const db = await result(indexedDB.open(name));
  const transaction = db.transaction([...db.objectStoreNames], 'readonly');
  const stores = await Promise.all(
    Array.from(db.objectStoreNames, async (storeName): Promise<StoreDump> => {
      const store = transaction.objectStore(storeName);
      const [keys, values] = await Promise.all([
        result(store.getAllKeys()),
        result<unknown[]>(store.getAll()),
      ]);
      return {
        name: storeName,
        keyPath: store.keyPath,
        autoIncrement: store.autoIncrement,
        indexes: Array.from(store.indexNames, (index) => ({
          name: index,
          keyPath: store.index(index).keyPath,
        })),
        rows: keys.map((key, at) => [key, packed(values[at])]),
      };
    }),
  );
  db.close();
  return { version: db.version, stores };
}

/** Makes a database of a dump. */
export async function restoreDatabase(name: string, { version, stores }: DatabaseDump): Promise<void> {
  const request = indexedDB.open(name, version);
  request.onupgradeneeded = () => {
    for (const { name: store, keyPath, autoIncrement, indexes } of stores) {
      const made = request.result.createObjectStore(store, { keyPath, autoIncrement });
      for (const index of indexes) made.createIndex(index.name, index.keyPath);
    }
  };
  const db = await result(request);
  const transaction = db.transaction(
    stores.map((store) => store.name),
    'readwrite',
  );
  for (const { name: store, keyPath, rows } of stores) {
    const made = transaction.objectStore(store);
    for (const [key, value] of rows) {
      if (keyPath === null) made.put(unpacked(value), key);
      else made.put(unpacked(value));
    }
  }
  await committed(transaction);
  db.close();
}

function packed(value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: btoa(String.fromCharCode(...value)) } : value;
}

function unpacked(value: unknown): unknown {
  const text: unknown = Reflect.get(Object(value), 'base64');
  if (typeof text !== 'string') return value;
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
}
