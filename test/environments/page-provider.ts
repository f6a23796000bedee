import { defineBrowserProvider } from '@vitest/browser';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';

/** A running browser with one window. */
export interface Browser {
  goto(url: string): Promise<unknown>;
  close(): Promise<unknown>;
}

/** A loaded machine may need long to start a browser; one that hangs must still become an error. */
const startDeadlineMs = 90_000;

/**
 * A Vitest provider for browsers that Playwright cannot drive: all it does is to send one window to the page
 * on which Vitest runs the tests, and to close the browser at the end.
 */
export function pageProvider(name: string, launch: () => Promise<Browser>): BrowserProviderOption {
  return defineBrowserProvider({
    name,
    options: {},
    providerFactory: () => new PageProvider(name, launch),
  });
}

class PageProvider implements BrowserProvider {
  readonly supportsParallelism = false;
  readonly name: string;
  readonly #launch: () => Promise<Browser>;
  readonly #browsers: Promise<Browser>[] = [];

  constructor(name: string, launch: () => Promise<Browser>) {
    this.name = name;
    this.#launch = launch;
  }

  getCommandsContext(): Record<string, unknown> {
    return {};
  }

  async openPage(_sessionId: string, url: string): Promise<void> {
    const browser = this.#launch();
    this.#browsers.push(browser);
    await withDeadline(
      browser.then((opened) => opened.goto(url)),
      startDeadlineMs,
      `${this.name} did not open the test page`,
    );
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#browsers.splice(0).map(async (browser) => (await browser).close()));
  }
}

async function withDeadline<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${ms / 1000} s`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
