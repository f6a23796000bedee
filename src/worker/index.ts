import { expose } from 'comlink';
import { openDirectThreadStore } from '../direct.ts';
import { HELLO, READY } from './protocol.ts';
import { StoreServer } from './store-server.ts';

expose(new StoreServer((name) => openDirectThreadStore({ name })));

addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.data === HELLO) postMessage(READY);
});
