import { openThreadStore } from 'idb-thread-store';
import { describeCorpus } from '../support/corpus-suite.ts';
import { freshName } from '../support/stores.ts';

describeCorpus('worker', () => openThreadStore({ name: freshName(), mode: 'worker' }));
