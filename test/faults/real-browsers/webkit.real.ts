import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { browsers } from '../../environments/browsers.mjs';
import { commandOf, descendants } from '../../kill/browser-process.mjs';
import { startMiniBrowser } from './mini-browser.ts';
import { PolledPage } from './polled-page.ts';
import { freshOrigin, line, RemoteStore } from './remote-store.ts';

const metadata = { modelProvider: 'test' };

/** The process that stores, and reaches the network. */
const STORAGE = 'WebKitNetworkProcess';

/** How often the process that stores is killed. */
const ROUNDS = 3;

describe.skipIf(!browsers.webkit.find())('in WebKitGTK', () => {
  test('[W17] the process that stores may die between two calls: what is asked next goes on, and all that was flushed is there', async () => {
    const { store, killStorage } = await openStore();
    const threadId = 'thread';
    await store.call('createThread', { threadId, metadata });
    for (let round = 0; round < ROUNDS; round++) {
      await store.call('appendItems', { threadId, items: [line(`line-${round}`)] });
      await store.call('flushThread', { threadId });
      await killStorage();
      // The first call after it, each time of another kind.
      if (round === 0) expect((await store.call('listThreads', {})).items).toHaveLength(1);
      if (round === 1) expect(await store.texts(threadId)).toEqual(['line-0', 'line-1']);
      if (round === 2) {
        await store.call('appendItems', { threadId, items: [line('not flushed')] });
        expect((await store.answer('flushThread', { threadId })).error).toMatchObject({
          code: 'unavailable',
        });
      }
      await expect.poll(() => countOf(store, 'restarted'), { timeout: 30_000 }).toBe(round + 1);
      expect(await store.events('writersLost')).toEqual(
        Array.from({ length: round + 1 }, () => expect.objectContaining({ threadIds: [threadId] }) as object),
      );
      await store.call('resumeThread', { threadId });
    }
    expect(await store.texts(threadId)).toEqual(['line-0', 'line-1', 'line-2']);
    // A store that the same page opens later is not cut off, either.
    expect(await store.openAgain()).toBeUndefined();
    expect(await store.texts(threadId)).toEqual(['line-0', 'line-1', 'line-2']);
  });

  test('[W17] it may die while a thread is written and read: reads are answered, no flushed line is lost, and none is there twice', async () => {
    const { store, killStorage } = await openStore();
    const threadId = 'thread';
    const texts: string[] = [];
    await store.call('createThread', { threadId, metadata });
    await store.call('persistThread', { threadId });
    for (let round = 0; round < ROUNDS; round++) {
      const working = store.work(threadId, `round-${round}`, 100);
      // Each time at another moment of it.
      await sleep(100 + round * 37);
      await killStorage();
      texts.push(...(await working));
      expect(await store.texts(threadId)).toEqual(texts);
    }
    expect(await store.events('restarted')).not.toHaveLength(0);
  });
});

/** A store in a page of a WebKitGTK of its own, and what kills the process in which it stores. */
async function openStore(): Promise<{ store: RemoteStore; killStorage: () => Promise<void> }> {
  let pid = 0;
  const page = new PolledPage(async (url) => {
    pid = await startMiniBrowser(url);
  });
  const store = await RemoteStore.open(page, await freshOrigin((body) => page.answer(body)));
  const storage = () => descendants(pid).filter((one) => commandOf(one).includes(STORAGE));
  return {
    store,
    async killStorage() {
      // A new one comes with whatever needs it next.
      await expect.poll(() => storage().length, { timeout: 30_000 }).toBe(1);
      const killed = storage();
      for (const one of killed) process.kill(one, 'SIGKILL');
      await expect.poll(() => storage().some((one) => killed.includes(one))).toBe(false);
    },
  };
}

/** How often something was told until now. */
async function countOf(store: RemoteStore, wanted: string): Promise<number> {
  return (await store.told()).filter(({ type }) => type === wanted).length;
}
