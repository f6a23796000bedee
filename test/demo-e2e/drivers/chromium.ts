import { readFileSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions } from 'playwright';
import { demand } from '../../environments/browsers.mjs';
import type { Driver, PageCode, Tab } from './driver.ts';

/** Chromium, driven by Playwright. */
export async function launchChromium(options: BrowserContextOptions = {}): Promise<Driver> {
  const [executablePath = ''] = demand('chromium');
  const browser: Browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const context = await browser.newContext(options);
  return {
    async newTab(look): Promise<Tab> {
      const page = await context.newPage();
      if (look) await page.setViewportSize(look);
      if (look?.dark) await page.emulateMedia({ colorScheme: 'dark' });
      if (look?.calm) await page.emulateMedia({ reducedMotion: 'reduce' });
      if (look?.touch) {
        const session = await context.newCDPSession(page);
        await session.send('Emulation.setTouchEmulationEnabled', { enabled: true });
        await session.send('Emulation.setEmitTouchEventsForMouse', { enabled: true });
      }
      return {
        goto: async (url) => void (await page.goto(url, { waitUntil: 'commit' })),
        run: <Args extends readonly unknown[], Result>(code: PageCode<Args, Result>, ...args: Args) =>
          page.evaluate(inPage(code, args)) as Promise<Result>,
        choose: (selector, paths) => page.setInputFiles(selector, paths),
        drop: async (paths) => {
          const session = await context.newCDPSession(page);
          const data = { items: [], files: paths, dragOperationsMask: 1 };
          for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
            await session.send('Input.dispatchDragEvent', { type, x: 200, y: 200, data });
        },
        save: async (code) => {
          const [download] = await Promise.all([
            page.waitForEvent('download', { timeout: 60_000 }),
            page.evaluate(inPage(code, [])),
          ]);
          return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
        },
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}

/** Code and its arguments as one expression. */
export function inPage(code: PageCode<never, unknown>, args: readonly unknown[]): string {
  return `(${code.toString()})(...${JSON.stringify(args)})`;
}
