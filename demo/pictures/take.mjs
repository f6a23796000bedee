/**
 * Takes the pictures of the viewer, in both themes and at the widths of a phone, a laptop and a screen:
 *
 *   npm run screenshots               demo/pictures/*.webp
 *   npm run screenshots -- --png x    PNG files in the folder x instead, to look at
 *   npm run screenshots -- --scene find    only this one
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import { buildDemo, serveDemo } from '../../test/demo-e2e/site.mjs';
import { demand } from '../../test/environments/browsers.mjs';

/** @import { Browser, Page } from 'playwright' */

/** So that a picture changes only with what it shows. */
const NOW = new Date('2026-11-22T18:00:00Z');

/** As good as one can see. */
const QUALITY = 0.9;

const sizes = {
  390: { width: 390, height: 844, scale: 2 },
  1280: { width: 1280, height: 800, scale: 1 },
  1920: { width: 1920, height: 1080, scale: 1 },
};

/** @type {Record<string, { sizes: (keyof typeof sizes)[], show: (page: Page) => Promise<unknown> }>} */
const scenes = {
  conversation: { sizes: [390, 1280, 1920], show: (page) => open(page, 'coffee-exports') },
  work: { sizes: [1280], show: showWork },
  find: { sizes: [1280], show: showFind },
  live: { sizes: [1280], show: showLive },
  threads: { sizes: [390], show: (page) => page.waitForTimeout(0) },
  storage: { sizes: [390], show: (page) => page.click('.storage-line') },
};

const { values } = parseArgs({ options: { png: { type: 'string' }, scene: { type: 'string' } } });
// A list of conversations in boxes is no picture of it.
const { error, stdout } = spawnSync('fc-list', [':lang=ja'], { encoding: 'utf8' });
if (!error && stdout === '')
  throw new Error('no font here has Japanese letters; on Debian: apt-get install fonts-noto-cjk');
const folder = values.png ?? import.meta.dirname;
mkdirSync(folder, { recursive: true });
const built = mkdtempSync(join(tmpdir(), 'idb-thread-store-pictures-'));
const [executablePath = ''] = demand('chromium');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await buildDemo(built);
  for (const theme of /** @type {const} */ (['light', 'dark']))
    for (const [name, scene] of Object.entries(scenes))
      if (name === (values.scene ?? name))
        for (const size of scene.sizes) await take(browser, name, scene.show, size, theme);
} finally {
  await browser.close();
  rmSync(built, { recursive: true });
}

/**
 * @param {Browser} from
 * @param {string} name
 * @param {(page: Page) => Promise<unknown>} show
 * @param {keyof typeof sizes} size
 * @param {'light' | 'dark'} theme
 */
async function take(from, name, show, size, theme) {
  const { width, height, scale } = sizes[size];
  const site = await serveDemo(built);
  const context = await from.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    isMobile: size === 390,
    hasTouch: size === 390,
  });
  const page = await context.newPage();
  await page.clock.setFixedTime(NOW);
  await page.goto(site.url);
  await page.waitForFunction(
    () => document.querySelectorAll('.thread-row').length === 7 && !document.querySelector('.import-panel'),
  );
  await show(page);
  await page.evaluate(() => document.fonts.ready);
  // What is loaded on demand, as colours for code, has come by then.
  await page.waitForLoadState('networkidle');
  // Nothing stands under the pointer, and what was opened has its place.
  await page.mouse.move(0, 0);
  await page.waitForTimeout(500);
  const png = await page.screenshot();
  const file = join(folder, `${name}-${size}-${theme}`);
  if (values.png === undefined) writeFileSync(`${file}.webp`, await toWebp(from, png));
  else writeFileSync(`${file}.png`, png);
  await context.close();
  await site.stop();
}

/**
 * @param {Browser} from
 * @param {Buffer} png
 */
async function toWebp(from, png) {
  const page = await from.newPage();
  const base64 = await page.evaluate(
    async ([data, quality]) => {
      const response = await fetch(`data:image/png;base64,${data}`);
      const bitmap = await createImageBitmap(await response.blob());
      const canvas = document.createElement('canvas');
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext('2d')?.drawImage(bitmap, 0, 0);
      return canvas.toDataURL('image/webp', quality).split(',')[1];
    },
    /** @type {const} */ ([png.toString('base64'), QUALITY]),
  );
  await page.close();
  return Buffer.from(base64 ?? '', 'base64');
}

/**
 * Opens a conversation of those that come with the viewer, by its folder.
 * @param {Page} page
 * @param {string} project
 */
async function open(page, project) {
  await page.locator('.thread-row').filter({ hasText: project }).click();
  await page.locator('.conversation-facts').filter({ hasText: project }).waitFor();
  await page.locator('[data-turn]').first().waitFor();
}

/**
 * A turn with its steps.
 * @param {Page} page
 */
async function showWork(page) {
  await open(page, 'webpack-to-vite');
  await page.locator('.steps-bar button').last().click();
  await page.locator('.steps-bar button[aria-expanded="true"]:not([aria-busy="true"])').waitFor();
  await page
    .locator('.steps-bar button')
    .last()
    .evaluate((bar) => bar.scrollIntoView({ block: 'start' }));
}

/**
 * A word, found in a long conversation.
 * @param {Page} page
 */
async function showFind(page) {
  await open(page, 'small-questions');
  await page.keyboard.press('Control+f');
  await page.keyboard.type('git');
  await page.waitForTimeout(1500);
}

/**
 * An answer being written.
 * @param {Page} page
 */
async function showLive(page) {
  await page.goto(`${page.url().split('#')[0]}#/new`);
  await page.fill('.composer-text', 'Why does the lamp stay dark after a fault?');
  await page.keyboard.press('Enter');
  await page.getByText('never turns').first().waitFor();
}
