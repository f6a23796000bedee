import { openThreadStore } from 'idb-thread-store';
import { expect, test } from 'vitest';
import { expectReplay, liveThread } from '../../src/testing/live-script.ts';
import { failure } from '../../src/testing/store-test.ts';
import { createBuiltWorker } from '../support/built-worker.ts';
import { describeClients } from '../support/clients-suite.ts';
import { freshName } from '../support/stores.ts';

// Workers are to the database, its locks and its messages what tabs are. Two real tabs: test/kill, with --tabs.
describeClients('stores in workers of their own', (name) =>
  openThreadStore({ name, mode: 'worker', worker: createBuiltWorker }),
);

test('[P18] who reads an answer hears that its writer was killed', async () => {
  const name = freshName();
  const reader = await openThreadStore({ name, mode: 'worker', worker: createBuiltWorker });
  let killed: Worker | undefined;
  const worker = () => (killed = createBuiltWorker());
  const dying = await openThreadStore({ name, mode: 'worker', worker });
  const script = await liveThread(dying);
  script.lines.startTurn('turn-1').user('turn-1', 'asked');
  await script.write();
  const { threadId } = script;
  const status = async () => (await reader.listTurns({ threadId })).turns[0]?.status;
  expect(await status()).toBe('inProgress');

  const interrupted = new Promise<void>((resolve) => {
    reader.subscribe(() => {
      void status().then((now) => now === 'interrupted' && resolve());
    });
  });
  killed?.terminate();
  await interrupted;
  await reader.close();
});

test('[P18] a worker that is killed in the middle of its work gives its threads back', async () => {
  const name = freshName();
  const survivor = await openThreadStore({ name, mode: 'worker', worker: createBuiltWorker });
  for (let round = 0; round < 5; round++) {
    let killed: Worker | undefined;
    const worker = () => (killed = createBuiltWorker());
    const dying = await openThreadStore({ name, mode: 'worker', worker });
    const script = await liveThread(dying);
    script.lines.turns('turn-1').startTurn('turn-2').user('turn-2', 'kept');
    await script.write();
    const { threadId } = script;
    expect((await failure(survivor.resumeThread({ threadId }))).code).toBe('conflict');
    for (let item = 0; item < 20; item++) {
      script.lines.agent('turn-2', `item ${item}`);
      void script.append();
    }
    killed?.terminate();
    // The end of a worker has no event; its lock is what tells of it.
    let tries = 0;
    for (;;) {
      const outcome = await survivor.resumeThread({ threadId }).then(
        () => 'resumed',
        (error: { code: string }) => error.code,
      );
      if (outcome === 'resumed') break;
      expect(outcome).toBe('conflict');
      expect(++tries).toBeLessThan(10_000);
    }
    const { items } = await survivor.loadHistory({ threadId });
    expect(items.length).toBeGreaterThanOrEqual(7);
    await expectReplay(survivor, threadId);
    await survivor.appendItems({ threadId, items: [{ type: 'future', payload: 'goes on' }] });
    await survivor.shutdownThread({ threadId });
    expect((await survivor.loadHistory({ threadId })).items.at(-1)).toMatchObject({ payload: 'goes on' });
  }
  await survivor.close();
});
