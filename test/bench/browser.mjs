import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from 'puppeteer-core';
import { runnerImport } from 'vite';
import { demand } from '../environments/browsers.mjs';

/** The type of a file system that lies in memory. */
const TMPFS = 0x01021994;

/** What keeps Chromium from doing anything but what it is told. */
const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a trace tells of: tasks, scripts, IndexedDB, and the collections of V8's garbage and of Blink's. */
const TRACED = ['toplevel', 'devtools.timeline', 'IndexedDB', 'v8', 'disabled-by-default-v8.gc', 'cppgc'];

/**
 * A folder for a profile, on a real disk: in memory there is nothing to measure.
 * @param {string} [kept] one that outlives the bench; default: a new one
 * @returns {string}
 */
export function makeProfile(kept) {
  const folder = kept ?? join(import.meta.dirname, '.profiles');
  mkdirSync(folder, { recursive: true });
  if (statfsSync(folder).type === TMPFS) throw new Error(`${folder} lies in memory; the bench needs a disk`);
  if (kept) return kept;
  const profile = mkdtempSync(join(folder, 'profile-'));
  process.once('exit', () => rmSync(profile, { recursive: true, force: true }));
  return profile;
}

/**
 * Bytes on disk of what a profile keeps for its pages.
 * @param {string} profile
 */
export function storedBytes(profile) {
  const folders = ['IndexedDB', 'File System'].map((name) => join(profile, 'Default', name));
  const text = execFileSync('sh', ['-c', 'du -scb "$@" 2>/dev/null | tail -1', 'sh', ...folders]);
  return Number.parseInt(String(text), 10);
}

/**
 * @typedef {object} BenchBrowser
 * @property {boolean} isKept whether what it stores is there when it is started again
 * @property {() => Promise<number>} workerBytes bytes that the heap of this package's worker uses now; Chromium only
 * @property {<T>(path: string, body: () => Promise<T>, store?: string) => Promise<T>} profiled writes a CPU profile of a
 *   store's worker, by default this package's, while `body` runs; Chromium only
 * @property {<T>(body: () => Promise<T>) => Promise<{ value: T, trace: string }>} traced gives a trace, in JSON, of all
 *   that the browser does while `body` runs; Chromium only
 * @property {() => Promise<unknown>} close
 */

/**
 * Starts a browser on a page: Chromium or Firefox with a profile that outlives it, or WebKitGTK, which has one of its
 * own for each window that is driven.
 * @param {'chromium' | 'firefox' | 'webkit'} name
 * @param {string} profile
 * @param {string} url
 * @returns {Promise<BenchBrowser>}
 */
export function startBrowser(name, profile, url) {
  return name === 'webkit' ? startWebKit(url) : startWithProfile(name, profile, url);
}

/**
 * @param {string} url
 * @returns {Promise<BenchBrowser>}
 */
async function startWebKit(url) {
  /** @type {{ module: typeof import('../environments/webkit-session.ts') }} */
  const { module } = await runnerImport(join(import.meta.dirname, '../environments/webkit-session.ts'));
  const session = await module.launchWebKit();
  await session.call('POST', '/url', { url });
  const onlyChromium = () => Promise.reject(new Error('only Chromium tells this'));
  return {
    isKept: false,
    workerBytes: onlyChromium,
    profiled: onlyChromium,
    traced: onlyChromium,
    close: () => session.close(),
  };
}

/**
 * @param {'chromium' | 'firefox'} name
 * @param {string} profile
 * @param {string} url
 * @returns {Promise<BenchBrowser>}
 */
async function startWithProfile(name, profile, url) {
  const [executablePath = ''] = demand(name);
  const browser = await launch({
    browser: name === 'firefox' ? 'firefox' : 'chrome',
    executablePath,
    headless: true,
    userDataDir: profile,
    protocolTimeout: 0,
    args: name === 'firefox' ? [] : CHROMIUM_ARGUMENTS,
  });
  const [page = await browser.newPage()] = await browser.pages();
  page.on('console', (message) => console.log(`  page: ${message.text()}`));
  page.on('pageerror', (error) =>
    console.log(`  page: ${error instanceof Error ? error.message : String(error)}`),
  );
  await page.goto(url);

  /** The worker of a store, by default of this package. */
  const worker = (name = 'ours') =>
    page
      .workers()
      .find(
        (one) => (/(floor|json|sqlite|dexie|rxdb|pglite)-worker/.exec(one.url())?.[1] ?? 'ours') === name,
      );

  return {
    isKept: true,
    async workerBytes() {
      const usage = await worker()?.client.send('Runtime.getHeapUsage');
      const all = /** @type {Record<string, number> | undefined} */ (usage);
      return (all?.['usedSize'] ?? 0) + (all?.['backingStorageSize'] ?? 0);
    },
    async profiled(path, body, store) {
      const client = worker(store)?.client;
      if (!client) throw new Error('there is no worker to profile');
      await client.send('Profiler.enable');
      await client.send('Profiler.setSamplingInterval', { interval: 200 });
      await client.send('Profiler.start');
      const value = await body();
      const { profile: samples } = await client.send('Profiler.stop');
      writeFileSync(path, JSON.stringify(samples));
      return value;
    },
    async traced(body) {
      await page.tracing.start({ categories: TRACED });
      const value = await body();
      return { value, trace: new TextDecoder().decode(await page.tracing.stop()) };
    },
    close: () => browser.close(),
  };
}
