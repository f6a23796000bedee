import { launch } from 'puppeteer-core';
import { demand } from '../../environments/browsers.mjs';
import { inPage } from './chromium.ts';
import type { Driver, PageCode, Tab } from './driver.ts';

/** The stock Firefox over WebDriver BiDi. */
export async function launchFirefox(): Promise<Driver> {
  const [executablePath = ''] = demand('firefox');
  const browser = await launch({ browser: 'firefox', executablePath, headless: true });
  return {
    async newTab(look): Promise<Tab> {
      const page = await browser.newPage();
      if (look) await page.setViewport({ width: look.width, height: look.height });
      return {
        goto: async (url) => void (await page.goto(url, { waitUntil: 'domcontentloaded', timeout: 60_000 })),
        run: <Args extends readonly unknown[], Result>(code: PageCode<Args, Result>, ...args: Args) =>
          page.evaluate(inPage(code, args)) as Promise<Result>,
        choose: async (selector, paths) => {
          const input = await page.$(selector);
          if (!input) throw new Error(`there is no ${selector}`);
          await (input as unknown as { uploadFile(...paths: string[]): Promise<void> }).uploadFile(...paths);
        },
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
