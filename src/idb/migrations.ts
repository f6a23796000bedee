/**
 * Brings the database from one version to the next. Runs in the upgrade's one transaction, together with those after
 * it: what fails or is interrupted leaves the version that was there, whole. May await requests of that transaction
 * and nothing else.
 */
export type Migration = (db: IDBDatabase, transaction: IDBTransaction) => void | Promise<void>;

/**
 * The migration at index n makes version n + 1 of version n; version 0 is a database that is not there. What has been
 * released is never changed, only added to, and every version has a database in test/fixtures/schema that is migrated
 * in the tests.
 */
export const MIGRATIONS: readonly Migration[] = [createStores];

/** Version 1: the stores as they were first. What their rows are is told in schema.ts. */
function createStores(db: IDBDatabase): void {
  const threads = db.createObjectStore('threads', { keyPath: 'threadId' });
  for (const key of ['byCreated', 'byUpdated', 'byRecency']) {
    threads.createIndex(key, ['archived', key, 'threadId']);
  }
  const turns = db.createObjectStore('turns', { keyPath: ['rows', 'ordinal'] });
  turns.createIndex('byId', ['rows', 'turnId']);
  db.createObjectStore('packs', { keyPath: ['rows', 'last'] });
  // Keyed [rows, item ordinal], [rows, updatedAtOrdinal] and [log, offset of the first byte].
  db.createObjectStore('payloads');
  db.createObjectStore('updates');
  db.createObjectStore('log');
  const rollouts = db.createObjectStore('rollouts', { keyPath: 'rolloutId' });
  for (const key of ['threadId', 'fileName', 'baseId']) rollouts.createIndex(key, key);
  // Its generator makes the keys of rows and logs: a key is born unpublished, and never given twice.
  db.createObjectStore('unpublished', { keyPath: 'key', autoIncrement: true });
}
