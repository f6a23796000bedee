// The store's worker, which also breaks when it is told to.
import 'idb-thread-store/worker';

addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (data === 'hang') for (;;);
  if (data === 'break') throw new Error('broken on command');
});
