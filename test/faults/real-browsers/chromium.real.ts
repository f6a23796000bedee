import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type CDPSession, type Page } from 'playwright';
import { describe, expect, onTestFinished, test } from 'vitest';
import { browsers, demand } from '../../environments/browsers.mjs';
import { commandOf, descendants } from '../../kill/browser-process.mjs';
import { fillUp, freshOrigin, largeLine, line, RemoteStore } from './remote-store.ts';

const metadata = { modelProvider: 'test' };

describe.skipIf(!browsers.chromium.find())('in Chromium', () => {
  test('[P15] a site without space gets `resource_exhausted`, reads go on, and what was queued is written later', async () => {
    const { context, origin } = await launch();
    const { page, devtools } = await newPage(context);
    // From the beginning: Chromium keeps for a while what it knows of the space that is left.
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 3_000_000 });
    const store = await RemoteStore.open(page, origin);
    await fillUp(store, () => devtools.send('Storage.overrideQuotaForOrigin', { origin }));
  });

  test('[Z10] deleting threads makes space', async () => {
    const { context, origin } = await launch();
    const { page, devtools } = await newPage(context);
    await devtools.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 6_000_000 });
    const store = await RemoteStore.open(page, origin);
    const threadId = 'ballast';
    await store.call('createThread', { threadId, metadata });
    for (let item = 0; item < 10; item++)
      await store.call('appendItems', { threadId, items: [largeLine(String(item), 300_000)] });
    await store.call('shutdownThread', { threadId });
    await fillUp(store, () => store.call('deleteThread', { threadId }));
  });

  test('[Z7] a database that is cleared under the store is told; what comes after is kept', async () => {
    const { context, origin } = await launch();
    const { page, devtools } = await newPage(context);
    const store = await RemoteStore.open(page, origin);
    await store.call('createThread', { threadId: 'before', metadata });
    await store.call('persistThread', { threadId: 'before' });
    await store.call('shutdownThread', { threadId: 'before' });
    await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    await expect.poll(() => store.call('listThreads', {})).toEqual({ items: [] });
    expect(await store.events('databaseDeleted')).toEqual([{ type: 'databaseDeleted' }]);
    await store.call('createThread', { threadId: 'after', metadata });
    await store.call('persistThread', { threadId: 'after' });
    expect((await store.call('listThreads', {})).items).toMatchObject([{ threadId: 'after' }]);
  });

  test('[K4] a site whose cookies are blocked is kept in memory, and says so', async () => {
    const { context, origin } = await launch({ default_content_setting_values: { cookies: 2 } });
    const { page } = await newPage(context);
    const store = await RemoteStore.open(page, origin);
    expect(await store.call('status')).toMatchObject({
      engine: 'memory',
      reason: expect.stringContaining('denies storage') as string,
    });
    await store.call('createThread', { threadId: 'thread', metadata });
    await store.call('persistThread', { threadId: 'thread' });
    expect((await store.call('listThreads', {})).items).toMatchObject([{ threadId: 'thread' }]);
  });

  test('[Z5] a tab of a newer version gets the database, and the older tab says that it is outdated', async () => {
    const { context, origin } = await launch();
    const { page } = await newPage(context);
    const store = await RemoteStore.open(page, origin, { name: 'versions' });
    await store.call('createThread', { threadId: 'thread', metadata });
    await store.call('appendItems', { threadId: 'thread', items: [line('queued')] });
    const { page: newer } = await newPage(context);
    await newer.goto(`${origin}/page.html`);
    expect(
      await newer.evaluate(
        `new Promise((resolve) => {
          const request = indexedDB.open('versions', 1000);
          request.onsuccess = () => { request.result.close(); resolve('open') };
          request.onerror = () => resolve(String(request.error));
        })`,
      ),
    ).toBe('open');
    await store.events('outdated');
    expect((await store.answer('listThreads', {})).error).toMatchObject({ code: 'unavailable' });
    // Nor does a page of the older version that comes now disturb the newer database.
    expect(await newer.evaluate(`store.open({ name: 'versions' })`)).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('newer version') as string },
    });
  });

  test('[Z1] the storage process may die at any time: the next call opens anew, and writers go on', async () => {
    const { context, origin, folder } = await launch();
    const { page } = await newPage(context);
    const store = await RemoteStore.open(page, origin);
    const threadId = 'thread';
    await store.call('createThread', { threadId, metadata });
    for (let round = 0; round < 3; round++) {
      await store.call('appendItems', { threadId, items: [line(`flushed-${round}`)] });
      await store.call('flushThread', { threadId });
      const storage = storageProcesses(folder);
      expect(storage).toHaveLength(1);
      for (const one of storage) process.kill(one, 'SIGKILL');
      await store.call('appendItems', { threadId, items: [line(`after-${round}`)] });
      expect((await store.call('listThreads', {})).items).toHaveLength(1);
      await store.call('flushThread', { threadId });
    }
    await store.call('shutdownThread', { threadId });
    expect(await store.texts(threadId)).toEqual(
      [0, 1, 2].flatMap((round) => [`flushed-${round}`, `after-${round}`]),
    );
  });
});

/** A Chromium with a profile of its own, and an origin where nothing is stored. */
async function launch(
  profile: object = {},
): Promise<{ context: BrowserContext; origin: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-profile-'));
  mkdirSync(join(folder, 'Default'));
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify({ profile }));
  const [executablePath = ''] = demand('chromium');
  const context = await chromium.launchPersistentContext(folder, { executablePath, args: ['--no-sandbox'] });
  onTestFinished(async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { context, origin: await freshOrigin(), folder };
}

/** A browser's processes that keep its storage: their command lines name its profile. */
function storageProcesses(profile: string): number[] {
  return descendants(process.pid).filter((one) => {
    const command = commandOf(one);
    return command.includes('storage.mojom.StorageService') && command.includes(profile);
  });
}

async function newPage(context: BrowserContext): Promise<{ page: Page; devtools: CDPSession }> {
  const page = await context.newPage();
  return { page, devtools: await context.newCDPSession(page) };
}
