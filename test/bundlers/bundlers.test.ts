/** The packed package in apps of every bundler, in real browsers: they write, are loaded again, and page. */
import { join } from 'node:path';
import { chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { browserNames, browsers, demand, type BrowserName } from '../environments/browsers.mjs';
import { launchFirefox } from '../environments/firefox.ts';
import type { Browser } from '../environments/page-provider.ts';
import { openWindow } from '../environments/webkit.ts';
import { fixtures, type Fixture } from './fixtures.ts';
import { Reports, Site } from './servers.ts';
import { build, serve, Workplace } from './workplace.ts';

const cells: Record<string, Record<string, string>> = {};
const launched = new Map<BrowserName, Promise<Browser>>();
let workplace: Workplace;
let reports: Reports;

beforeAll(async () => {
  workplace = await Workplace.open();
  reports = await Reports.open();
});

afterAll(async () => {
  console.table(cells);
  await Promise.allSettled([...launched.values()].map(async (browser) => (await browser).close()));
  await reports[Symbol.asyncDispose]();
  await workplace[Symbol.asyncDispose]();
});

test.for(fixtures)('$name', async (fixture) => {
  const row: Record<string, string> = (cells[fixture.name] = { install: '✗' });
  const folder = await workplace.install(fixture);
  Object.assign(row, { install: '✓', build: '✗' });
  await using site = await siteOf(fixture, folder);
  row['build'] = '✓';
  const failures: string[] = [];
  for (const name of browserNames.filter((one) => browsers[one].find())) {
    const failure = await writeAndRead(await browser(name), site.url);
    row[name] = failure === undefined ? '✓' : '✗';
    if (failure !== undefined) failures.push(`${name}: ${failure}`);
  }
  if (site instanceof Site) failures.push(...site.violations);
  expect(failures).toEqual([]);
});

test.for([
  { resolution: 'bundler', options: ['--module', 'esnext', '--moduleResolution', 'bundler'] },
  { resolution: 'node16', options: ['--module', 'node16'] },
])('types in $resolution resolution', async ({ resolution, options }) => {
  const packages = { typescript: '7.0.2', react: '19.3.1', '@types/react': '19.3.0' };
  const folder = await workplace.install({ name: 'types', packages, command: [] });
  // Strict, and with no more than pages had in 2022: an app's own declarations must not be needed.
  const strict = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', ''];
  const libs = ['--lib', 'es2022,dom,dom.iterable'];
  await build(folder, ['tsc', ...strict, ...libs, ...options, 'consumer.ts']);
  cells[`types (${resolution})`] = { install: '✓', build: '✓' };
});

async function siteOf({ command, serves, scripts }: Fixture, folder: string) {
  if (serves) return serve(folder, command);
  await build(folder, command);
  return Site.open(join(folder, 'dist'), reports.url, scripts);
}

/** Has a page write, and the next one read. Gives what went wrong. */
async function writeAndRead(window: Browser, url: string): Promise<string | undefined> {
  for (const step of ['write', 'read']) {
    const answer = Promise.race([reports.next(), late()]);
    await window.goto(`${url}/?${new URLSearchParams({ step, report: reports.url }).toString()}`);
    const report = await answer;
    if (!report.ok) return `${step}: ${report.error}`;
  }
  return undefined;
}

async function late(): Promise<{ ok: false; error: string }> {
  await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
  return { ok: false, error: 'the page reported nothing in 60 s' };
}

/** One window of a browser, for all fixtures: each has an origin of its own. */
function browser(name: BrowserName): Promise<Browser> {
  const running = launched.get(name) ?? launchers[name]();
  launched.set(name, running);
  return running;
}

const launchers: Record<BrowserName, () => Promise<Browser>> = {
  chromium: async () => {
    const [executablePath = ''] = demand('chromium');
    const running = await chromium.launch({ executablePath });
    const page = await running.newPage();
    return { goto: (url) => page.goto(url), close: () => running.close() };
  },
  firefox: launchFirefox,
  webkit: openWindow,
};
