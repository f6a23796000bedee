import { expect, test } from 'vitest';
import { type Browser, freshSite, openSite } from './drivers/browsers.ts';
import { until } from './drivers/driver.ts';
import { findFaults } from './faults.ts';
import { click, isKept, openThread, sampleTitles, says } from './page-code.ts';

/** What holds of the viewer where not all is as usual. */
export function states(browser: Browser): void {
  test('says that there is no network, over the list and over a conversation', async () => {
    const tab = await openSite(browser);
    await until(tab, isKept);
    await tab.run(() => {
      Object.defineProperty(navigator, 'onLine', { configurable: true, value: false });
      dispatchEvent(new Event('offline'));
    });
    await until(tab, says, 'Everything here still works.');
    await until(tab, openThread, '130 turns');
    await until(tab, says, 'Everything here still works.');
    expect(await tab.run(findFaults)).toEqual([]);
    await tab.run(() => {
      Object.defineProperty(navigator, 'onLine', { configurable: true, value: true });
      dispatchEvent(new Event('online'));
    });
    await until(tab, () => !document.body.textContent.includes('Everything here still works.'));
    await tab.close();
  });

  test('where storage is denied, all is there until the tab is closed, and says so', async () => {
    const site = await freshSite();
    site.denyStorage();
    // On a phone, but for WebKitGTK: there the list and its footer are out of sight while one reads.
    const tab = await browser.driver.newTab({ width: 390, height: 844 });
    await tab.goto(site.url);
    await until(tab, sampleTitles);
    await until(tab, says, 'In memory: gone with this tab');
    await until(tab, isSaid, 'Not kept.');
    await until(tab, openThread, '130 turns');
    await until(tab, isSaid, 'Not kept.');
    expect(await tab.run(findFaults)).toEqual([]);
    await tab.close();
  });

  test('tells where and how much is stored, deletes all of it, and is empty then', async () => {
    const tab = await openSite(browser);
    await until(tab, sampleTitles);
    await tab.run(() => document.querySelector<HTMLElement>('.storage-line')?.click());
    await until(tab, () =>
      document.querySelector('dialog[open]')?.textContent.includes('IndexedDB, by a worker'),
    );
    expect(await tab.run(findFaults)).toEqual([]);
    await until(tab, click, 'Delete all…');
    await until(tab, click, 'Delete all for good');
    await until(tab, says, '7 conversations deleted');
    await until(tab, click, 'Close');
    await until(tab, says, 'No conversations yet');
    expect(await tab.run(findFaults)).toEqual([]);
    await tab.run(() => location.reload());
    await until(tab, says, 'No conversations yet');
    await tab.close();
  });

  test('can be installed: its manifest has what browsers ask for', async () => {
    const tab = await openSite(browser);
    const manifest = await tab.run(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
      const response = await fetch(link?.href ?? '');
      const { name, display, start_url, icons } = (await response.json()) as {
        name: string;
        display: string;
        start_url: string;
        icons: { src: string; sizes: string; purpose?: string }[];
      };
      const sizes: string[] = [];
      for (const { src } of icons) {
        const image = new Image();
        image.src = new URL(src, response.url).href;
        await image.decode();
        sizes.push(`${image.naturalWidth}x${image.naturalHeight}`);
      }
      const start = new URL(start_url, response.url).href;
      return {
        name,
        display,
        startsHere: location.href.startsWith(start),
        sizes,
        said: icons.map((icon) => icon.sizes),
      };
    });
    expect(manifest).toMatchObject({ display: 'standalone', startsHere: true });
    expect(manifest.name).not.toBe('');
    expect(manifest.sizes).toEqual(expect.arrayContaining(['192x192', '512x512']));
    await tab.close();
  });

  test.skipIf(browser.name !== 'chromium').for(['list', 'conversation'])(
    'on a phone in the dark, axe finds nothing in the %s, and what one touches is large enough',
    async (pane) => {
      const tab = await openSite(browser, { width: 360, height: 720, dark: true, touch: true });
      await until(tab, sampleTitles);
      if (pane === 'conversation') await until(tab, openThread, 'webpack');
      expect(await tab.run(() => matchMedia('(pointer: coarse)').matches)).toBe(true);
      expect(await tab.run(findFaults)).toEqual([]);
      expect(await tab.run(smallTargets)).toEqual([]);
      expect(await tab.run(() => document.documentElement.scrollWidth)).toBe(360);
      await tab.close();
    },
  );
}

/** Whether a status says this where it can be seen. */
function isSaid(text: string): boolean {
  return [...document.querySelectorAll('[role="status"]')].some((one) => {
    const { top, height } = one.getBoundingClientRect();
    return (
      one.textContent.includes(text) &&
      one.checkVisibility({ visibilityProperty: true }) &&
      height > 0 &&
      top >= 0 &&
      top < innerHeight
    );
  });
}

/** What one may touch that is in sight, not a part of a text, and less than 44 pixels high or wide. */
function smallTargets(): string[] {
  return [...document.querySelectorAll<HTMLElement>('button, a, input, select, textarea, [role="slider"]')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((one) => one.closest('.rich') === null || one.tagName === 'BUTTON')
    .filter((one) => {
      const { width, height } = one.getBoundingClientRect();
      // An area that is laid over a small element belongs to it.
      const over = getComputedStyle(one, '::after');
      const [wide, high] = [Number.parseFloat(over.width) || 0, Number.parseFloat(over.height) || 0];
      return width > 0 && (Math.max(width, wide) < 43.5 || Math.max(height, high) < 43.5);
    })
    .map((one) => `${one.className || one.tagName}: ${one.textContent.trim().slice(0, 20)}`);
}
