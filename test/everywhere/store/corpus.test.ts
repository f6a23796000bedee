import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { describeCorpus } from '../../support/corpus-suite.ts';
import { openFreshDirectStore } from '../../support/stores.ts';

describeCorpus('memory', async () => createMemoryThreadStore());
describeCorpus('IndexedDB', openFreshDirectStore);
