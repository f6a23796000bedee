import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Browser, freshSite, openSite } from './drivers/browsers.ts';
import { type Tab, until } from './drivers/driver.ts';
import { openThread, sampleTitles, says } from './page-code.ts';
import { answered, asked, writeRollout } from './rollouts.ts';

const samples = join(import.meta.dirname, '../../demo/conversations');

/** What holds of files that come from outside the page, and of those that it gives away. */
export function files(browser: Browser): void {
  test.skipIf(browser.name !== 'chromium')('a file that is dropped is imported', async () => {
    const tab = await openSite(browser);
    await until(tab, sampleTitles);
    await drop(tab, [writeRollout('/app', [[asked('asked', 'Where is the lamp?')]])]);
    await until(tab, says, '1 imported');
    await until(tab, openThread, 'Where is the lamp?');
    expect(await tab.run(() => document.querySelector('.drop-sign'))).toBeNull();
    await tab.close();
  });

  test.skipIf(browser.name !== 'chromium')('a folder that is dropped is walked to its depth', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-drop-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const rollout = writeRollout('/app', [[asked('asked', 'Deep below?'), answered('answered', 'Yes.')]]);
    cpSync(rollout, join(folder, '2026', '11', '22', basename(rollout)), { recursive: true });
    cpSync(samples, join(folder, '2026', '11', '16'), { recursive: true });

    const tab = await openSite(browser);
    await until(tab, sampleTitles);
    await drop(tab, [folder]);
    await until(tab, says, '1 imported, 7 unchanged');
    await until(tab, openThread, 'Deep below?');
    await tab.close();
  });

  test.skipIf(browser.name !== 'chromium')('what is exported is the file that was imported', async () => {
    const tab = await openSite(browser);
    await until(tab, sampleTitles);
    await until(tab, openThread, '130 turns');
    const longest = readdirSync(samples).find((name) => name.includes('01a1e386')) ?? '';
    await until(tab, isMenuOpen);
    if (!tab.save) throw new Error('this browser cannot be asked what it saves');
    const { name, bytes } = await tab.save(() => {
      const items = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')];
      items.find((item) => item.textContent.trim() === 'Export')?.click();
    });
    expect(name).toBe(longest);
    expect(bytes.equals(readFileSync(join(samples, longest)))).toBe(true);
    await tab.close();
  });

  test.skipIf(browser.name !== 'chromium').for([
    { calm: true, longest: 0.00001 },
    { calm: false, longest: 0.12 },
  ])('where less motion is asked for ($calm), what moves is over at once', async ({ calm, longest }) => {
    const site = await freshSite();
    const tab = await browser.driver.newTab({ width: 1280, height: 800, calm });
    await tab.goto(site.url);
    await until(tab, sampleTitles);
    await until(tab, openThread, 'webpack');
    await tab.run(listenToMotion);
    // A chevron turns, and a toast comes in.
    await until(tab, () => {
      document.querySelector<HTMLElement>('.steps-bar button[aria-expanded="false"]')?.click();
      return document.querySelector('.step') !== null;
    });
    await tab.run(() => {
      const row = document.querySelector('.thread-row');
      row?.dispatchEvent(new KeyboardEvent('keydown', { key: 'e', bubbles: true, cancelable: true }));
    });
    const motions = await until(tab, () => {
      const all: [string, number][] = Reflect.get(globalThis, 'motions');
      const names = all.map(([name]) => name);
      return names.includes('appear') && names.includes('transform') && all;
    });
    const lengths = motions.map(([, seconds]) => seconds);
    expect(Math.max(...lengths)).toBeCloseTo(longest, 6);
    await tab.close();
  });
}

async function drop(tab: Tab, paths: string[]): Promise<void> {
  if (!tab.drop) throw new Error('nothing can be dropped in this browser');
  await tab.drop(paths);
}

function isMenuOpen(): boolean {
  if (document.querySelector('.conversation [role="menu"]')) return true;
  document.querySelector<HTMLElement>('.conversation-header .menu-button')?.click();
  return false;
}

/** Notes every animation and transition that ends or begins anew, and how many seconds it took. */
function listenToMotion(): void {
  const motions: [string, number][] = [];
  Reflect.set(globalThis, 'motions', motions);
  for (const type of ['animationend', 'animationiteration'] as const)
    addEventListener(type, ({ animationName, elapsedTime }) => motions.push([animationName, elapsedTime]));
  addEventListener('transitionend', ({ propertyName, elapsedTime }) =>
    motions.push([propertyName, elapsedTime]),
  );
}
