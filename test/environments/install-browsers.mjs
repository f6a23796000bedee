/** Gets the browsers that a machine lacks, as far as it can be done without asking. */
import { spawnSync } from 'node:child_process';
import { browsers } from './browsers.mjs';

/** @param {import('./browsers.mjs').BrowserName[]} wanted */
export function installMissing(wanted) {
  const missing = wanted.filter((name) => !browsers[name].find());
  if (missing.length > 0 && canApt()) {
    run('apt-get', 'update');
    // One by one: Debian and Ubuntu do not have the same ones, and one unknown package would stop them all.
    for (const name of missing) {
      run('apt-get', 'install', '--yes', '--no-install-recommends', ...browsers[name].packages);
    }
  }
  if (missing.includes('chromium') && !browsers.chromium.find()) {
    run('npx', 'playwright', 'install', 'chromium');
  }
}

function canApt() {
  return process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
}

/**
 * Quiet when it works.
 * @param {string} command
 * @param {string[]} args
 */
function run(command, ...args) {
  console.log(`> ${command} ${args.join(' ')}`);
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 15 * 60_000,
    maxBuffer: 1 << 28,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) console.log(stdout, stderr, `${command} failed`);
}
