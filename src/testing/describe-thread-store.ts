import { describe } from 'vitest';
import { boundedPageTests } from './bounded-pages.ts';
import { changingThreadTests } from './changing-thread.ts';
import { clientTests } from './client.ts';
import { compressionTests } from './compression.ts';
import { cursorTests } from './cursors.ts';
import { errorTests } from './errors.ts';
import { familyTests } from './families.ts';
import { forkTests } from './forks.ts';
import { historyTests } from './history.ts';
import { importControlTests } from './import-control.ts';
import { importFileTests } from './import-files.ts';
import { importNameTests } from './import-names.ts';
import { importLineTests } from './import-lines.ts';
import { itemTests } from './items.ts';
import { liveAppendTests } from './live-appends.ts';
import { liveArchiveTests } from './live-archive.ts';
import { liveChangeTests } from './live-changes.ts';
import { liveMetadataTests } from './live-metadata.ts';
import { livePageTests } from './live-pages.ts';
import { liveWriterEndTests } from './live-writer-ends.ts';
import { liveWriterTests } from './live-writers.ts';
import { revertTests } from './reverts.ts';
import { stoppingTests } from './stopping.ts';
import { storeTests, type OpenStore, type StoreTest } from './store-test.ts';
import { threadListTests } from './thread-lists.ts';
import { threadTests } from './threads.ts';
import { turnTests } from './turns.ts';

/**
 * Holds a store against the rules of `SPEC.md`, with Vitest: declares a test for each.
 * @param name what the tests are told apart by
 * @param open opens an EMPTY store that nobody else uses; every test asks for one, and closes it
 * @example describeThreadStore('my store', () => openMyStore({ name: crypto.randomUUID() }));
 */
export function describeThreadStore(name: string, open: OpenStore): void {
  describe(name, () => declareTests(storeTests(open)));
}

/** Declares every test of the suite by a function of the caller's. */
export function declareTests(test: StoreTest): void {
  threadTests(test);
  threadListTests(test);
  turnTests(test);
  itemTests(test);
  cursorTests(test);
  changingThreadTests(test);
  historyTests(test);
  importFileTests(test);
  importNameTests(test);
  importLineTests(test);
  familyTests(test);
  compressionTests(test);
  importControlTests(test);
  clientTests(test);
  errorTests(test);
  liveWriterTests(test);
  liveWriterEndTests(test);
  liveAppendTests(test);
  livePageTests(test);
  liveMetadataTests(test);
  liveArchiveTests(test);
  liveChangeTests(test);
  boundedPageTests(test);
  revertTests(test);
  forkTests(test);
  stoppingTests(test);
}
