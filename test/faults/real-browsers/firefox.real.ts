import { launch } from 'puppeteer-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { browsers, demand } from '../../environments/browsers.mjs';
import { freshOrigin, RemoteStore } from './remote-store.ts';

/** Preferences under which Firefox, or a browser made of it, denies storage. */
const denials: Record<string, Record<string, boolean | number>> = {
  'whose cookies are blocked': { 'network.cookie.cookieBehavior': 2 },
  'in a private window without storage': {
    'browser.privatebrowsing.autostart': true,
    'dom.indexedDB.privateBrowsing.enabled': false,
  },
};

describe.skipIf(!browsers.firefox.find())('in Firefox', () => {
  test.each(Object.keys(denials))('[K4] a site %s is kept in memory, and says so', async (site) => {
    const [executablePath = ''] = demand('firefox');
    const extraPrefsFirefox = denials[site] ?? {};
    const browser = await launch({ browser: 'firefox', executablePath, headless: true, extraPrefsFirefox });
    onTestFinished(() => browser.close());
    const store = await RemoteStore.open(await browser.newPage(), await freshOrigin());
    expect(await store.call('status')).toMatchObject({
      engine: 'memory',
      reason: expect.stringContaining('denies storage') as string,
    });
    await store.call('createThread', { threadId: 'thread', metadata: { modelProvider: 'test' } });
    await store.call('persistThread', { threadId: 'thread' });
    expect((await store.call('listThreads', {})).items).toMatchObject([{ threadId: 'thread' }]);
  });
});
