import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { describeThreadStore } from 'idb-thread-store/testing';
import { openFreshDirectStore } from '../../support/stores.ts';

describeThreadStore('memory', async () => createMemoryThreadStore());
describeThreadStore('IndexedDB', openFreshDirectStore);
