import { expect, test } from 'vitest';
import { ThreadStoreError } from '../contract/errors.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import type { ImportOptions, ImportReport, RolloutFile } from '../contract/rollout-import.ts';

/** Opens an empty store that nobody else uses. */
export type OpenStore = () => Promise<ThreadStoreClient>;

/** Declares a test that gets an empty store, which is closed after it. */
export type StoreTest = (title: string, body: (store: ThreadStoreClient) => Promise<void>) => void;

/** Makes the function that declares tests of a store. */
export function storeTests(open: OpenStore): StoreTest {
  return (title, body) =>
    test(title, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
}

/** Something that gives a file: a built rollout. */
interface HasFile {
  file: RolloutFile;
}

/** Imports built rollouts, all of which must be taken. */
export async function imported(
  store: ThreadStoreClient,
  rollouts: HasFile[],
  options?: ImportOptions,
): Promise<ImportReport> {
  const report = await store.importRollouts(
    rollouts.map(({ file }) => file),
    options,
  );
  expect(report.files.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  return report;
}

/** The store's error of a call that must fail. */
export async function failure(call: Promise<unknown>): Promise<ThreadStoreError> {
  const error: unknown = await call.then(
    (value) => new Error(`it did not fail, but gave ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ThreadStoreError) return error;
  throw new Error('the store failed with something that is no ThreadStoreError', { cause: error });
}
