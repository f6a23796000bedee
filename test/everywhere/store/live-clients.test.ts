import { openDirectThreadStore } from 'idb-thread-store/direct';
import { describeClients } from '../../support/clients-suite.ts';

describeClients('stores in one thread', (name) => openDirectThreadStore({ name }));
