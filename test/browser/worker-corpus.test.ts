import { openThreadStore } from 'idb-thread-store';
import { createBuiltWorker } from '../support/built-worker.ts';
import { describeCorpus } from '../support/corpus-suite.ts';
import { freshName } from '../support/stores.ts';

describeCorpus('worker', () =>
  openThreadStore({ name: freshName(), mode: 'worker', worker: createBuiltWorker }),
);
