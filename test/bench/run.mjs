/**
 * Holds the built package against bare IndexedDB and against other stores, in a real browser on a real disk.
 *
 *   npm run bench                                     100,000 turns, all stores
 *   npm run bench -- --quick                          2,000 turns, under five minutes
 *   npm run bench -- --turns 1000000 --size tiny      any number; sizes are tiny, lite and full
 *   npm run bench -- --stores ours,floor              only these; of --only R1,W1 only these operations
 *   npm run bench -- --browser firefox                or webkit: R1, R3, W1 and W2 there, ours and the floor
 *   npm run bench -- --keep ../profile                fills the stores once, and next time finds them there
 *   npm run bench -- --profile W1                     what our worker does meanwhile, as W1.cpuprofile
 *   npm run bench -- --trace stall                    what Chromium does meanwhile, and what keeps its workers longest
 *
 * Compare ratios of one run. Times depend on the machine and on what else it does.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { startBrowser, makeProfile } from './browser.mjs';
import { measure } from './measure.mjs';
import { buildSite, serveSite } from './site.mjs';
import { printTable } from './table.mjs';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    turns: { type: 'string' },
    size: { type: 'string', default: 'lite' },
    stores: { type: 'string' },
    only: { type: 'string' },
    browser: { type: 'string', default: 'chromium' },
    profile: { type: 'string' },
    trace: { type: 'string' },
    keep: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
  },
});

const KEPT_PORT = 47_811;
const here = import.meta.dirname;
const root = join(here, '../..');
if (!values['no-build']) run('npm', ['run', '--silent', 'build'], root);
const installed = join(here, 'node_modules');
const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
if (!Object.keys(dependencies).every((name) => existsSync(join(installed, name)))) run('npm', ['ci'], here);
// The page finds this package by its name, and in it what is published. A link to the whole would lead back to here,
// and who walks through the folders would never end.
const link = join(installed, 'idb-thread-store');
rmSync(link, { recursive: true, force: true });
mkdirSync(link);
for (const part of ['package.json', 'dist']) symlinkSync(join(root, part), join(link, part));
const outDir = join(here, '.site');
await buildSite(outDir);
// Who stops the bench finds no browser and no profile left behind: those go with the process's own exit.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
// What is stored belongs to an address, so that a kept profile needs the same one.
const site = await serveSite(outDir, values.keep ? KEPT_PORT : undefined);
try {
  const { browser } = values;
  if (browser !== 'chromium' && browser !== 'firefox' && browser !== 'webkit')
    throw new Error(`--browser takes chromium, firefox or webkit, not ${browser}`);
  const isElsewhere = browser !== 'chromium';
  const options = {
    quick: values.quick,
    turns: Number(values.turns ?? (values.quick ? 2000 : 100_000)),
    size: values.size,
    stores: values.stores?.split(',') ?? (isElsewhere ? ['ours', 'floor'] : undefined),
    // Elsewhere than in Chromium the bench holds ours against the floor alone.
    only: values.only?.split(',') ?? (isElsewhere ? ['R1', 'R3', 'W1', 'W2'] : undefined),
    profile: values.profile,
    trace: values.trace,
  };
  const profile = makeProfile(values.keep && resolve(values.keep));
  /** @type {import('./rows.mjs').Row[]} */
  const rows = [];
  try {
    await measure(site, () => startBrowser(browser, profile, site.url), profile, options, rows);
  } finally {
    // Also of a bench that failed half-way.
    printTable(rows, options);
  }
} finally {
  site.close();
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
function run(program, args, cwd) {
  const { status } = spawnSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} failed`);
}
