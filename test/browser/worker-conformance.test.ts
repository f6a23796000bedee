import { openThreadStore } from 'idb-thread-store';
import { describeThreadStore } from 'idb-thread-store/testing';
import { createBuiltWorker } from '../support/built-worker.ts';
import { freshName } from '../support/stores.ts';

describeThreadStore('worker', () =>
  openThreadStore({ name: freshName(), mode: 'worker', worker: createBuiltWorker }),
);
