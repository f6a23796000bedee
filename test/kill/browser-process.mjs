import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demand } from '../environments/browsers.mjs';

/** What keeps Firefox from asking and from offering to restore what was killed. */
const FIREFOX_PREFERENCES = {
  'browser.sessionstore.resume_from_crash': false,
  'toolkit.startup.max_resumed_crashes': -1,
  'browser.shell.checkDefaultBrowser': false,
  'browser.aboutwelcome.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'app.update.enabled': false,
};

/**
 * Starts a browser of its own, in a process group of its own, with a profile that outlives it.
 * @param {'chromium' | 'firefox'} name
 * @param {string} profile
 * @param {string} url
 */
export function startBrowser(name, profile, url) {
  mkdirSync(profile, { recursive: true });
  const [program = ''] = demand(name);
  // What the browser says of its storage is all that is known when something is lost.
  const log = openSync(`${profile}.log`, 'a');
  const child = spawn(program, argumentsOf(name, profile, url), {
    detached: true,
    stdio: ['ignore', log, log],
  });
  const ended = once(child, 'exit');
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} did not start`);
  // When this script is stopped the browser, in its own group, would live on.
  const stop = () => kill(-pid);
  process.once('exit', stop);
  return {
    /** Kills every process of the browser at once, as a power cut of the machine's processes would. */
    async kill() {
      const all = descendants(pid);
      kill(-pid);
      // Helpers that made groups of their own.
      for (const one of all) kill(one);
      await ended;
      process.off('exit', stop);
    },
  };
}

/**
 * What the browsers of a profile have said of damaged storage. Chromium deletes a database whose files it cannot read.
 * @param {string} profile
 */
export function damageTold(profile) {
  const lines = readFileSync(`${profile}.log`, 'utf8').split('\n');
  return lines.filter((line) => /corrupt/i.test(line));
}

/**
 * @param {'chromium' | 'firefox'} name
 * @param {string} profile
 * @param {string} url
 */
function argumentsOf(name, profile, url) {
  if (name === 'firefox') {
    const lines = Object.entries(FIREFOX_PREFERENCES).map(
      ([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});\n`,
    );
    writeFileSync(join(profile, 'user.js'), lines.join(''));
    return ['--headless', '--no-remote', '--profile', profile, url];
  }
  return [
    '--headless=new',
    '--no-sandbox',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-gpu',
    '--enable-logging=stderr',
    '--hide-crash-restore-bubble',
    `--user-data-dir=${profile}`,
    url,
  ];
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone already.
  }
}

/**
 * The processes that a process has started, and those that these have started.
 * @param {number} root
 */
export function descendants(root) {
  /** @type {Map<number, number[]>} */
  const children = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = parentOf(Number(name));
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/**
 * The command line of a process; empty when it has gone.
 * @param {number} pid
 */
export function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

/** @param {number} pid */
function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}
