import { expect, test } from 'vitest';
import { type Browser, freshSite } from './drivers/browsers.ts';
import { type Tab, until } from './drivers/driver.ts';
import { click, isKept, sampleTitles } from './page-code.ts';

/** What holds of the viewer without a network. */
export function offline(browser: Browser): void {
  test('opens after the first visit, with all that was there', async () => {
    const site = await freshSite();
    const tab = await browser.driver.newTab();
    await tab.goto(site.url);
    const titles = await until(tab, sampleTitles);
    await until(tab, isKept);
    await site.stop();

    await tab.goto(`${site.url}?again`);
    expect(await until(tab, sampleTitles)).toEqual(titles);
    expect(await until(tab, () => document.querySelectorAll('.turn-body').length)).toBeGreaterThan(0);
    await tab.close();
  });
}

/** What holds of a newer release. */
export function updates(browser: Browser): void {
  test('a newer release waits until it is asked for and no other tab is open', async () => {
    const site = await freshSite();
    const tab = await browser.driver.newTab();
    await tab.goto(site.url);
    await until(tab, isKept);
    const first = await cacheNames(tab);
    const other = await browser.driver.newTab();
    await other.goto(site.url);
    await until(other, isKept);

    site.publish();
    await tab.run(lookForUpdate);
    await until(tab, click, 'Update');
    await until(tab, () =>
      document.querySelector('[aria-label="Update"]')?.textContent.includes('1 other tab'),
    );
    expect(await cacheNames(other)).toEqual(expect.arrayContaining(first));
    await other.close();

    await tab.run(() => void ((globalThis as { isOld?: boolean }).isOld = true));
    await until(tab, clickUntilGone);
    await until(tab, () => (globalThis as { isOld?: boolean }).isOld === undefined);
    await until(tab, isKept);
    expect(await until(tab, onlyOneCache)).not.toEqual(first[0]);
    await tab.close();
  });
}

async function lookForUpdate(): Promise<void> {
  await (await navigator.serviceWorker.ready).update();
}

function cacheNames(tab: Tab): Promise<string[]> {
  return tab.run(() => caches.keys());
}

async function onlyOneCache(): Promise<string | undefined> {
  const names = await caches.keys();
  return names.length === 1 ? names[0] : undefined;
}

/** The browser may count a tab for a while after it was closed: asks again until the page goes. */
function clickUntilGone(): boolean {
  const prompt = document.querySelector('[aria-label="Update"]');
  prompt?.querySelector('button')?.click();
  return prompt === null;
}
