import { expose } from 'comlink';
import { createLocalServer } from './local-server.ts';
import { HELLO, READY } from './protocol.ts';

expose(createLocalServer());

addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.data === HELLO) postMessage(READY);
});
