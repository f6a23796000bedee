/** Which browsers the tests run in, what each needs on a machine, and where that is found. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

/** @typedef {'chromium' | 'firefox' | 'webkit'} BrowserName */

/**
 * `find` gives the programs a browser needs, or undefined when one is missing.
 * @type {Record<BrowserName, { packages: string[], advice: string, find: () => string[] | undefined }>}
 */
export const browsers = {
  chromium: {
    packages: ['chromium'],
    advice: 'install Chromium or Chrome, or run: npx playwright install chromium',
    find: () =>
      all(
        program(
          'chromium',
          'chromium-browser',
          'google-chrome',
          '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
          chromium.executablePath(),
        ),
      ),
  },
  firefox: {
    packages: ['firefox-esr'],
    advice: 'install Firefox or Firefox ESR, so that firefox or firefox-esr is on the PATH',
    find: () => all(program('firefox-esr', 'firefox', '/Applications/Firefox.app/Contents/MacOS/firefox')),
  },
  webkit: {
    packages: ['webkit2gtk-driver', 'xvfb'],
    advice: 'on Debian or Ubuntu: apt-get install webkit2gtk-driver xvfb (WebKitGTK is there on Linux only)',
    find: () => all(program('WebKitWebDriver'), program('Xvfb')),
  },
};

/** @type {BrowserName[]} */
export const browserNames = ['chromium', 'firefox', 'webkit'];

/**
 * The programs of a browser that must be there.
 * @param {BrowserName} name
 */
export function demand(name) {
  const found = browsers[name].find();
  if (!found) throw new Error(`${name} is not on this machine: ${browsers[name].advice}`);
  return found;
}

/**
 * The first of the candidates that can be run; a bare name is looked up in the PATH.
 * @param {string[]} candidates
 */
export function program(...candidates) {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return candidates
    .flatMap((name) => (name.includes('/') ? [name] : folders.map((folder) => join(folder, name))))
    .find(isExecutable);
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @param {(string | undefined)[]} programs */
function all(...programs) {
  const found = programs.filter((path) => path !== undefined);
  return found.length === programs.length ? found : undefined;
}
