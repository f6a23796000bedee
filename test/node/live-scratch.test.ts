import { test } from 'vitest';
import { LiveScript } from '../../src/testing/live-script.ts';
import { openFreshDirectStore } from '../support/stores.ts';
test('x', async () => {
  const store = await openFreshDirectStore();
  const script = new LiveScript(store, 'paginated');
  await script.create();
  for (const t of ['a', 'b', 'c']) {
    script.lines.turns(t);
    await script.append();
    await script.shutdown();
    const r = await store.readThread({ threadId: script.threadId, includeHistory: true });
    console.log(
      r.recencyAt,
      r.history?.items
        .map((i) => [i.timestamp, (i.payload as any).type])
        .filter(([, t]) => t === 'task_started'),
    );
    await new Promise((r) => setTimeout(r, 5));
    await script.resume();
  }
});
