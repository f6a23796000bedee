import { openLocalThreadStore } from '../open-local-store.ts';
import { StoreServer } from './store-server.ts';

/** What serves the store of this thread: in the worker, and in the page where no worker starts. */
export function createLocalServer(): StoreServer {
  return new StoreServer((name, onEvent) => openLocalThreadStore({ name, onEvent }));
}
