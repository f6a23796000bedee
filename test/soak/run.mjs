/**
 * Three tabs of one Chromium write, import, read, fork, roll back and delete threads of one database, whatever comes to
 * their minds, while tabs, workers and the browser's storage process are killed at random. Counts what was done, what
 * was killed, and what of all that was flushed is not there.
 *
 *   npm run soak                     for 30 minutes
 *   npm run soak -- --minutes 5
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { demand } from '../environments/browsers.mjs';
import { commandOf, descendants } from '../kill/browser-process.mjs';
import { buildSite, serveSite } from '../kill/site.mjs';
import { Ledger } from './ledger.mjs';

const TABS = 3;
/** A fault comes at a random moment of so long a time after the one before. */
const PEACE_MS = 8000;
/** How long a tab may take to end what it does. */
const PATIENCE_MS = 60_000;

/** @typedef {import('playwright').Page} Page */

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '30' } } });
const minutes = Number(values.minutes);
const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-soak-'));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

await buildSite(join(folder, 'site'), import.meta.dirname, ['tab.html']);
const ledger = new Ledger();
const site = await serveSite(join(folder, 'site'), (path, text) => ledger.take(path, text));
const [executablePath = ''] = demand('chromium');
const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
  executablePath,
  args: ['--no-sandbox'],
});
/** @type {Record<string, number>} */
const operations = {};
/** @type {Record<string, number>} */
const faults = {};

/** @type {Page[]} */
const tabs = [];
for (let count = 0; count < TABS; count++) tabs.push(await openTab());
await sleep(Math.min(30_000, minutes * 6000));
const atStart = await memory();
console.log(`memory at start: ${inWords(atStart)}`);
const end = Date.now() + minutes * 60_000;
let nextReport = Date.now() + 60_000;
while (Date.now() < end) {
  await sleep(Math.random() * PEACE_MS);
  await fault();
  if (Date.now() > nextReport) {
    nextReport += 60_000;
    console.log(
      `${Math.round((end - Date.now()) / 60_000)} minutes left, ${ledger.inWords()}, ${inWords(await memory())}`,
    );
  }
}
for (const tab of tabs) await endTab(tab);
const last = await openTab(false);
const inspections = await last.evaluate('soak.inspectAll()');
for (const inspection of inspections) ledger.inspect(inspection);
ledger.close(inspections);
for (let count = 1; count < TABS; count++) await openTab(false);
console.log(`operations: ${listed(operations)}`);
console.log(`faults: ${listed(faults)}`);
console.log(`memory at end: ${inWords(await memory())}; at start: ${inWords(atStart)}`);
console.log(`${ledger.inWords()}, ${inspections.length} threads at the end`);
await context.close();
site.close();
process.exit(ledger.losses > 0 ? 1 : 0);

/** Opens a tab, which begins to work. @returns {Promise<Page>} */
async function openTab(works = true) {
  const page = await context.newPage();
  page.on('pageerror', (error) => ledger.lose(`an error that nothing caught: ${error.message}`));
  await page.goto(`${site.origin}/tab.html`);
  await page.waitForFunction('globalThis.soak', undefined, { timeout: PATIENCE_MS });
  if (works) await page.evaluate('void soak.tab.live()');
  return page;
}

/** @param {string} what */
function countFault(what) {
  faults[what] = (faults[what] ?? 0) + 1;
}

/** Something goes wrong in the browser. */
async function fault() {
  const place = Math.floor(Math.random() * tabs.length);
  const tab = tabs[place];
  if (!tab) return;
  const dice = Math.random();
  if (dice < 0.4) {
    countFault('worker ended');
    await tab.evaluate('soak.loseWorker()');
  } else if (dice < 0.6) {
    countFault('storage process killed');
    for (const pid of descendants(process.pid)) {
      if (commandOf(pid).includes('storage.mojom.StorageService')) process.kill(pid, 'SIGKILL');
    }
  } else {
    await collect(tab);
    if (dice < 0.8) {
      countFault('tab crashed');
      const session = await context.newCDPSession(tab);
      const crashed = new Promise((resolve) => tab.once('crash', resolve));
      // It never answers: the page is gone.
      session.send('Page.crash').catch(() => undefined);
      await crashed;
    } else countFault('tab closed');
    await tab.close();
    tabs[place] = await openTab();
  }
}

/** Lets a tab end what it does. @param {Page} tab */
async function endTab(tab) {
  await tab.evaluate('soak.tab.isEnding = true');
  await collect(tab);
  // What it still writes ends with it.
  await sleep(1000);
  await tab.close();
}

/** Adds up what a tab did. @param {Page} tab */
async function collect(tab) {
  const counts = /** @type {Record<string, number>} */ (await tab.evaluate('soak.tab.counts'));
  for (const [name, count] of Object.entries(counts)) operations[name] = (operations[name] ?? 0) + count;
}

/** The JavaScript of all tabs, cleaned up, and all processes of the browser, in MB. */
async function memory() {
  let heap = 0;
  for (const page of context.pages()) {
    const session = await context.newCDPSession(page);
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    heap += usedSize;
    await session.detach();
  }
  let resident = 0;
  for (const pid of descendants(process.pid)) {
    if (pid !== process.pid && commandOf(pid).includes(folder)) resident += residentOf(pid);
  }
  return { heap: heap / 1e6, resident: resident / 1e6 };
}

/** @param {number} pid */
function residentOf(pid) {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** @param {{ heap: number, resident: number }} memory */
function inWords({ heap, resident }) {
  return `pages ${heap.toFixed(1)} MB of JavaScript, browser ${resident.toFixed(0)} MB resident`;
}

/** @param {Record<string, number>} counts */
function listed(counts) {
  return Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => `${name} ${count}`)
    .join(', ');
}
