import { HELLO, READY } from './protocol.ts';

/** Has this worker answer the page, which asks now and then whether it is there. */
export function answerHellos(): void {
  addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.data === HELLO) postMessage(READY);
  });
}
