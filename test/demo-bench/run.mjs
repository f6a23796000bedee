/**
 * Measures the viewer in Chromium, on one thread of very many turns and a list of very many threads:
 *
 *   npm run bench:demo                                        100,000 turns and 10,000 threads
 *   npm run bench:demo -- --turns 10000 --threads 1000        fewer
 *
 * Times depend on what else the machine does, so each line tells the load of the last minute; `longestTaskCpu` is what
 * the longest task took of a processor, which does not depend on it.
 * The histories are written as rollout files and imported as one would, through the button for folders.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { buildDemo, serveDemo } from '../demo-e2e/site.mjs';
import { demand } from '../environments/browsers.mjs';
import { measureHeap, measureListScroll, measureOpening, measureTurnScroll } from './measures.mjs';
import { writeRollouts } from './rollouts.mjs';

/** CSS pixels; `--thread-row` in the style sheet. */
const ROW_HEIGHT = 64;

const { values } = parseArgs({
  options: { turns: { type: 'string', default: '100000' }, threads: { type: 'string', default: '10000' } },
});
const counts = { turns: Number(values.turns), threads: Number(values.threads) };
// On the project's disk: the system's folder for such things may lie in memory, where there is nothing to measure.
const parent = join(import.meta.dirname, '../../node_modules/.cache');
mkdirSync(parent, { recursive: true });
const folder = mkdtempSync(join(parent, 'demo-bench-'));
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void Promise.resolve(context?.close()).finally(() => process.exit(1)));
process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const [executablePath = ''] = demand('chromium');
const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'];
/** @type {Awaited<ReturnType<typeof serveDemo>> | undefined} */
let site;
/** @type {import('playwright').BrowserContext | undefined} */
let context;
try {
  const sessions = join(folder, 'sessions');
  mkdirSync(sessions);
  await Promise.all([buildDemo(join(folder, 'site')), writeRollouts(sessions, counts)]);
  site = await serveDemo(join(folder, 'site'));
  context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath,
    args,
    viewport: { width: 1280, height: 800 },
  });
  const [page = await context.newPage()] = context.pages();
  // As one who has deleted all conversations, those that come with the viewer, too.
  await page.addInitScript(() => localStorage.setItem('samples', 'refused'));
  await page.goto(site.url);
  await page.waitForSelector('text=No conversations yet');
  const begin = performance.now();
  await page.setInputFiles('input[aria-label="Folder of sessions"]', sessions);
  const report = page.locator('.import-panel h2').filter({ hasText: 'imported' });
  await report.waitFor({ timeout: 1_200_000 });
  const speed = await page.locator('.import-body > .quiet').first().textContent();
  print(
    'import',
    `${await report.textContent()} in ${((performance.now() - begin) / 1000).toFixed(1)} s`,
    speed,
  );
  // A page of its own, as one who comes back the next day has it.
  await page.goto('about:blank');
  await page.goto(site.url);
  await page.waitForSelector('[data-turn]');

  print('click to painted newest page', await measureOpening(page), 'aim: 100 ms at the most');
  print(
    '10 s of scrolling to older turns',
    await measureTurnScroll(page),
    'aim: no gap over 34 ms, no task over 50 ms',
  );
  print('paging through 2,000 turns', await measureHeap(page), 'aim: a flat heap');
  print(
    '10 s of scrolling the list',
    await measureListScroll(page, 3000),
    'aim: no gap over 34 ms, no task over 50 ms',
  );
  print(
    '10 s of scrolling through all of the list',
    await measureListScroll(page, (counts.threads * ROW_HEIGHT) / 10),
    'aim: no gap over 34 ms, no task over 50 ms, no frame waited',
  );
} finally {
  await context?.close();
  await site?.stop();
}

/**
 * @param {string} what
 * @param {unknown} figures
 * @param {string | null} note
 */
function print(what, figures, note) {
  const text = typeof figures === 'string' ? figures : JSON.stringify(figures);
  const load = loadavg()[0]?.toFixed(1);
  console.log(`${what}: ${text}${note ? ` (${note})` : ''}, load ${load}`);
}
