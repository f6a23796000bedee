/**
 * Kills real browsers while they write, and looks at what is there after.
 *
 *   npm run test:kill                       60 kills of Chromium and 40 of Firefox
 *   npm run test:kill -- --chromium 5       other counts; --firefox 0 leaves one out
 *   npm run test:kill -- --stop             end at the first loss, and leave the profile and the browser's log
 *   npm run test:kill -- --tabs             instead: tabs of one Chromium, one of which crashes or is closed
 *
 * SIGKILL takes the browser's processes away, not the machine: what the system holds in its file cache survives.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { killBrowser } from './kill-browser.mjs';
import { crashTabs } from './crash-tabs.mjs';
import { buildSite } from './site.mjs';

const { values } = parseArgs({
  options: {
    chromium: { type: 'string', default: '60' },
    firefox: { type: 'string', default: '40' },
    tabs: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '20' },
    stop: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-kill-'));
const site = join(folder, 'site');
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
let losses = 0;
try {
  await buildSite(site);
  if (values.tabs) losses += await crashTabs(site, Number(values.rounds));
  else {
    for (const name of /** @type {const} */ (['chromium', 'firefox'])) {
      const kills = Number(values[name]);
      if (kills > 0)
        losses += await killBrowser(name, { kills, site, profile: join(folder, name), stops: values.stop });
    }
  }
} finally {
  if (values.stop && losses > 0) console.log(`see ${folder}`);
  else rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(losses > 0 ? 1 : 0);
