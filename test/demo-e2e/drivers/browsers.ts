import { afterAll, beforeAll, describe, inject, onTestFinished } from 'vitest';
import { browserNames, browsers, type BrowserName } from '../../environments/browsers.mjs';
import { serveDemo } from '../site.mjs';
import { launchChromium } from './chromium.ts';
import type { Driver } from './driver.ts';
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
