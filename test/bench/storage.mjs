/** What a browser keeps: which stores a profile has, their bytes, and the memory that writing them takes. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storedBytes } from './browser.mjs';

/**
 * @typedef {{ turns: number, size: string, threads: number }} Filling what a store is filled with
 * @typedef {Record<string, Filling | undefined>} Filled by store
 */

/**
 * What the stores of a profile hold already.
 * @param {string} profile
 * @returns {Filled}
 */
export function readFilled(profile) {
  const file = fileOf(profile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/**
 * Whether a store that was filled so has what is wanted: the same turns, and as many threads beside them or more.
 * @param {Filling | undefined} filled
 * @param {Filling} wanted
 */
export function holds(filled, { turns, size, threads }) {
  return filled?.turns === turns && filled.size === size && filled.threads >= threads;
}

/**
 * Notes what a store holds now.
 * @param {string} profile
 * @param {string} store
 * @param {Filling | undefined} filling
 */
export function noteFilled(profile, store, filling) {
  writeFileSync(fileOf(profile), JSON.stringify({ ...readFilled(profile), [store]: filling }));
}

/** @param {string} profile */
function fileOf(profile) {
  return join(profile, 'bench-filled.json');
}

/**
 * Bytes on disk once the browser has put its files in order, as far as it does.
 * @param {string} profile
 */
export async function settledBytes(profile) {
  for (let last = storedBytes(profile); ;) {
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    const now = storedBytes(profile);
    if (now === last) return now;
    last = now;
  }
}

/** Files that did not change for so long are in order. */
const SETTLED_MS = 3000;

/**
 * The row of bytes on disk.
 * @param {number} bytes of the store
 * @param {number} text of the rollout files that are in it
 * @returns {import('./rows.mjs').Row}
 */
export function bytesRow(bytes, text) {
  const ratio = bytes / text;
  return {
    operation: 'bytes',
    what: `on disk: log, turns and items of ${megabytes(text)} MB of rollout files`,
    unit: 'MB',
    values: { ours: bytes / 2 ** 20 },
    ratio,
    target: 'at most 0.65 × the files',
    met: ratio <= 0.65,
  };
}

/**
 * The row of the memory that an import takes in the worker.
 * @param {Awaited<ReturnType<typeof import('./browser.mjs').startBrowser>>} browser
 * @param {() => Promise<{ ms: number, bytes: number }>} run
 * @returns {Promise<import('./rows.mjs').Row>}
 */
export async function memoryRow(browser, run) {
  let isOver = false;
  /** @type {number[]} */
  const seen = [];
  const watching = (async () => {
    while (!isOver) {
      seen.push(await browser.workerBytes());
      await new Promise((resolve) => setTimeout(resolve, MEMORY_STEP_MS));
    }
  })();
  const { bytes } = await run();
  isOver = true;
  await watching;
  const most = (/** @type {number[]} */ values) => Math.max(...values) / 2 ** 20;
  const half = Math.ceil(seen.length / 2);
  const [first, second] = [most(seen.slice(0, half)), most(seen.slice(half))];
  return {
    operation: 'memory',
    what: `of the worker, importing ${megabytes(bytes)} MB; ${first.toFixed(0)} in the first half`,
    unit: 'MB',
    values: { ours: Math.max(first, second) },
    target: 'under 200 MB, flat',
    met: Math.max(first, second) < 200 && second <= first * 1.5,
  };
}

const MEMORY_STEP_MS = 250;

/** @param {number} bytes */
function megabytes(bytes) {
  return Math.round(bytes / 2 ** 20);
}
