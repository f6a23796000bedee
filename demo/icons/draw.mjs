/** Draws the app's icons from its SVG, in the sizes that systems ask for: npm run icons */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { demand } from '../../test/environments/browsers.mjs';

const folder = join(import.meta.dirname, '../public');
const svg = await readFile(join(folder, 'icon.svg'), 'utf8');
// A system cuts its own shape out of this one: the ground to the edge, and the sign in the inner 80 per cent.
const maskable = svg.replace('rx="7" ', '').replace('viewBox="0 0 32 32"', 'viewBox="-3.2 -3.2 38.4 38.4"');
const filled = maskable.replace('width="32" height="32"', 'x="-4" y="-4" width="40" height="40"');

const [executablePath = ''] = demand('chromium');
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
await draw(svg, 192, 'icon-192.png');
await draw(svg, 512, 'icon-512.png');
await draw(filled, 512, 'icon-maskable-512.png');
await draw(filled, 180, 'apple-touch-icon.png');
await browser.close();

/**
 * @param {string} picture
 * @param {number} size
 * @param {string} name
 */
async function draw(picture, size, name) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const address = `data:image/svg+xml;base64,${Buffer.from(picture).toString('base64')}`;
  await page.setContent(
    `<body style="margin:0;background:transparent"><img src="${address}" width="${size}" height="${size}">`,
  );
  await page.locator('img').screenshot({ path: join(folder, name), omitBackground: true });
  await page.close();
}
