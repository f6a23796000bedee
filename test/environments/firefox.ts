import { launch } from 'puppeteer-core';
import { demand } from './browsers.mjs';
import { pageProvider, type Browser } from './page-provider.ts';

/** The stock Firefox over WebDriver BiDi: Playwright can only drive a build of its own. */
export const firefox = () => pageProvider('firefox', launchFirefox);

export async function launchFirefox(): Promise<Browser> {
  const [executablePath = ''] = demand('firefox');
  // Puppeteer ends the browser itself when this process exits.
  const browser = await launch({ browser: 'firefox', executablePath, headless: true });
  return {
    goto: async (url) => {
      const [page = await browser.newPage()] = await browser.pages();
      // The provider has the deadline, and Vitest waits until the page reports.
      await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 0 });
    },
    close: () => browser.close(),
  };
}
