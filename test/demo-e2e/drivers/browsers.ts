import { afterAll, beforeAll, describe, inject, onTestFinished } from 'vitest';
import { browserNames, browsers, type BrowserName } from '../../environments/browsers.mjs';
import { serveDemo } from '../site.mjs';
import { launchChromium } from './chromium.ts';
import { type Driver, type Tab, type TabLook, until } from './driver.ts';
import { launchFirefox } from './firefox.ts';
import { launchWebKit } from './webkit.ts';

const launchers: Record<BrowserName, () => Promise<Driver>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebKit,
};

/** The running browser of a test file, for one browser after the other. */
export interface Browser {
  readonly name: BrowserName;
  readonly driver: Driver;
}

/** Describes what holds in each browser of this machine. It is started once. */
export function inBrowsers(body: (browser: Browser) => void): void {
  for (const name of browserNames) {
    describe.skipIf(!browsers[name].find())(name, () => {
      let driver: Driver | undefined;
      beforeAll(async () => {
        driver = await launchers[name]();
      });
      afterAll(() => driver?.close());
      body({
        name,
        get driver() {
          if (!driver) throw new Error(`${name} is not running`);
          return driver;
        },
      });
    });
  }
}

/** Serves the demo for one test, on an origin that no test has used: nothing is stored there yet. */
export async function freshSite(): Promise<Awaited<ReturnType<typeof serveDemo>>> {
  const site = await serveDemo(inject('demoFolder'));
  onTestFinished(site.stop);
  return site;
}

/** A tab at a first visit, once the conversations that come with the viewer are there. */
export async function openSite(browser: Browser, look?: TabLook): Promise<Tab> {
  const site = await freshSite();
  const tab = await browser.driver.newTab(look);
  await tab.goto(site.url);
  await until(tab, () => document.querySelectorAll('.thread-row').length === 7);
  return tab;
}
