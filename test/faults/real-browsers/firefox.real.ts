import { launch, type Page } from 'puppeteer-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { browsers, demand } from '../../environments/browsers.mjs';
import { fillUp, freshOrigin, RemoteStore } from './remote-store.ts';

/** Preferences under which Firefox, or a browser made of it, denies storage. */
const denials: Record<string, Record<string, boolean | number>> = {
  'whose cookies are blocked': { 'network.cookie.cookieBehavior': 2 },
  'in a private window without storage': {
    'browser.privatebrowsing.autostart': true,
    'dom.indexedDB.privateBrowsing.enabled': false,
  },
};

describe.skipIf(!browsers.firefox.find())('in Firefox', () => {
  test('[Z10] a site without space gets `resource_exhausted`, reads go on, and the store writes again once there is some', async () => {
    // All sites together have 12 MB, and one site at least 10 of them.
    const page = await launchPage({ 'dom.quotaManager.temporaryStorage.fixedLimit': 12 * 1024 });
    const store = await RemoteStore.open(page, await freshOrigin());
    await page.evaluate(ballast(2_000_000));
    await fillUp(store, () => page.evaluate(DELETE_BALLAST));
  });

  test.each(Object.keys(denials))('[K4] a site %s is kept in memory, and says so', async (site) => {
    const store = await RemoteStore.open(await launchPage(denials[site] ?? {}), await freshOrigin());
    expect(await store.call('status')).toMatchObject({
      engine: 'memory',
      reason: expect.stringContaining('denies storage') as string,
    });
    await store.call('createThread', { threadId: 'thread', metadata: { modelProvider: 'test' } });
    await store.call('persistThread', { threadId: 'thread' });
    expect((await store.call('listThreads', {})).items).toMatchObject([{ threadId: 'thread' }]);
  });
});

/** A page of a Firefox with these preferences. */
async function launchPage(extraPrefsFirefox: Record<string, boolean | number>): Promise<Page> {
  const [executablePath = ''] = demand('firefox');
  const browser = await launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox });
  onTestFinished(() => browser.close());
  return browser.newPage();
}

/** Fills a database of its own with so many bytes that cannot be made smaller. */
function ballast(bytes: number): string {
  return `new Promise((resolve, reject) => {
    const opening = indexedDB.open('ballast');
    opening.onupgradeneeded = () => {
      const store = opening.result.createObjectStore('ballast', { autoIncrement: true });
      for (let at = 0; at < ${bytes}; at += 65_536) store.put(crypto.getRandomValues(new Uint8Array(65_536)));
    };
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      opening.result.close();
      resolve();
    };
  })`;
}

/** Deletes it, once nobody has it any more; what keeps that from being done is an error. */
const DELETE_BALLAST = `new Promise((resolve, reject) => {
  const deleting = indexedDB.deleteDatabase('ballast');
  deleting.onsuccess = () => resolve();
  deleting.onerror = () => reject(deleting.error);
  deleting.onblocked = () => reject(new Error('the ballast is still open'));
})`;
