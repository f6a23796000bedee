/** What is measured, in which order. */
import { writeFileSync } from 'node:fs';
import { longestTasks } from './longest-tasks.mjs';
import { row } from './rows.mjs';
import { bytesRow, holds, memoryRow, noteFilled, readFilled, settledBytes } from './storage.mjs';
import { median, quantile } from './statistics.mjs';

/**
 * @typedef {object} Options
 * @property {boolean} quick
 * @property {number} turns how many turns the thread has that is read
 * @property {string} size how large they are
 * @property {string[] | undefined} stores which stores; absent: all
 * @property {string[] | undefined} only which operations; absent: all
 * @property {string | undefined} profile an operation during which our worker is profiled
 * @property {string | undefined} trace an operation during which the browser is traced, whatever store has its turn
 */

const STORES = ['ours', 'floor', 'sqlite', 'dexie', 'dexie-embedded', 'pglite', 'rxdb', 'json'];

/** How long the thread is that a long one is held against. */
const SCALE_TURNS = 1000;

/** Stores that read or write the whole thread for a page or an item, and cannot take a long one. */
const SHORT = new Set(['json', 'rxdb']);
const SHORT_TURNS = 10_000;

/** @type {Record<string, { what: string, target?: number }>} */
const READS = {
  R1: { what: 'newest page, 50 summaries', target: 1.15 },
  R2: { what: 'the same, metadata only' },
  R3: { what: '20 turns with all items', target: 1.25 },
  R4: { what: '100 items', target: 1.25 },
  R5: { what: 'pages deep inside, both ways', target: 1.25 },
  R6: { what: '50 most recent threads', target: 1.25 },
};

/**
 * @param {Awaited<ReturnType<typeof import('./site.mjs').serveSite>>} site
 * @param {() => ReturnType<typeof import('./browser.mjs').startBrowser>} start
 * @param {string} profile
 * @param {Options} options
 * @param {import('./rows.mjs').Row[]} rows where the rows go, one after the other
 */
export async function measure(site, start, profile, options, rows) {
  /** @type {typeof site.ask} */
  const ask = (name, ...args) => site.ask(name, ...args);
  const { quick, turns, size } = options;
  const rounds = quick ? 5 : 15;
  const add = (/** @type {import('./rows.mjs').Row} */ measured) => {
    rows.push(measured);
    // Also what was measured before somebody stops the bench is worth something.
    const { operation, what, values, ratio, target } = measured;
    say(`${operation}, ${what}: ${JSON.stringify(values)}, ratio ${ratio?.toFixed(2)}, ${target ?? ''}`);
  };
  /** Of single waits: their median, their p99 and the longest, which has a limit. */
  const addWaits = (
    /** @type {string} */ operation,
    /** @type {string} */ of,
    /** @type {Record<string, number[]>} */ times,
    /** @type {number} */ most,
  ) => {
    const parts = { median: 0.5, p99: 0.99, longest: 1 };
    for (const [name, part] of Object.entries(parts)) {
      const all = Object.entries(times).map(([store, waits]) => [store, quantile(waits, part)]);
      const values = Object.fromEntries(all);
      const limit = part === 1 && { target: `at most ${most} ms`, met: values['ours'] <= most };
      add({ operation, what: `${name} ${of}`, unit: 'ms', values, ...limit });
    }
  };
  const isAsked = (/** @type {string} */ name) => !options.only || options.only.includes(name);
  const threads = !isAsked('R6') ? 50 : quick ? 1000 : 10_000;
  let browser = await start();
  const filled = readFilled(profile);
  /** Fills a store and compares its answers with ours. */
  const prepare = async (/** @type {string} */ name) => {
    await ask('open', name);
    const filling = { turns, size, threads };
    if (holds(filled[name], filling)) say(`${name} is filled already`);
    else {
      const isMeasured = name === 'ours' && isAsked('bytes');
      const before = isMeasured ? await settledBytes(profile) : 0;
      const { ms, bytes: text } = await ask('fill', name, filling);
      say(`fill ${name}: ${(ms / 1000).toFixed(1)} s`);
      noteFilled(profile, name, filling);
      if (isMeasured) add(bytesRow((await settledBytes(profile)) - before, text));
    }
    await ask('prepareDeep', name, turns);
    if (name === 'ours') return;
    const differences = await ask('differences', name, Object.keys(READS), SHORT.has(name) ? 2 : 4);
    if (differences.length > 0) throw new Error(`${name} answers otherwise:\n${differences.join('\n')}`);
  };
  /** @type {string[]} */
  const names = [];
  for (const name of STORES) {
    if (options.stores ? !options.stores.includes(name) : turns > SHORT_TURNS && SHORT.has(name)) continue;
    try {
      await prepare(name);
      names.push(name);
    } catch (error) {
      // Without these two there is nothing to compare. Another store that fails, or answers otherwise, has no times.
      if (name === 'ours' || name === 'floor') throw error;
      say(`${name} is left out: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  // What was filled in last would be read from memory: all begin alike, with what is on disk.
  if (browser.isKept) {
    for (const name of names) await ask('close', name);
    await browser.close();
    browser = await start();
    for (const name of names) {
      await ask('open', name);
      await ask('prepareDeep', name, turns);
    }
  }
  let traces = 0;
  const fast = names.filter((name) => !SHORT.has(name));
  const slow = names.filter((name) => SHORT.has(name));

  /** @type {(name: string, body: () => Promise<any>, store?: string) => Promise<any>} */
  const watched = async (name, body, store = 'ours') => {
    if (options.profile === name && store === 'ours') return browser.profiled(`${name}.cpuprofile`, body);
    if (options.trace !== name) return body();
    const { value, trace } = await browser.traced(body);
    const path = `${name}-${store}-${++traces}.trace.json`;
    writeFileSync(path, trace);
    say(`${path}: the workers' longest tasks, in ms\n${longestTasks(trace).join('\n')}`);
    return value;
  };

  /** Times an operation on all stores, and others beside it. */
  const timed = async (/** @type {string} */ operation, /** @type {object} */ more = {}) => {
    say(operation);
    const cases = (/** @type {string[]} */ stores) =>
      Object.fromEntries(stores.map((store) => [store, { operation, store }]));
    const times = await watched(operation, () => ask('measure', { ...cases(fast), ...more }, rounds, 10));
    return { ...times, ...(await ask('measure', cases(slow), 2, 1)) };
  };

  for (const [operation, { what, target }] of Object.entries(READS)) {
    if (!isAsked(operation)) continue;
    if (operation === 'R2') {
      const { R1: against, ...times } = await timed(operation, { R1: { operation: 'R1', store: 'ours' } });
      add(row({ operation, what, times, against, of: 'R1', target: 1.15 }));
    } else {
      const times = await timed(operation);
      add(row({ operation, what, times, against: times.floor, of: 'floor', target }));
    }
  }

  if (isAsked('again')) {
    say('again');
    const operation = 'again';
    const cases = { ours: { operation, store: 'ours' }, R1: { operation: 'R1', store: 'ours' } };
    const { ours, R1: against } = await watched(operation, () => ask('measure', cases, rounds, 10));
    const what = 'newest page, unchanged';
    add(row({ operation, what, times: { ours }, against, of: 'R1', target: 0.35 }));
  }

  for (const durability of ['relaxed', 'strict']) {
    const operation = `W2 ${durability}`;
    if (!isAsked('W2') && !isAsked(operation)) continue;
    await ask('beginTurn', 'ours');
    const times = await timed(operation);
    await ask('endTurn', 'ours');
    const what = 'append one item, committed';
    add(row({ operation, what, times, against: times.floor, of: 'floor', target: 1.3 }));
  }

  if (isAsked('scale')) {
    say('scale');
    await ask('open', 'short');
    const filling = { turns: SCALE_TURNS, size, threads: 50 };
    if (!holds(filled['short'], filling)) await ask('fill', 'short', filling);
    noteFilled(profile, 'short', filling);
    await ask('prepareDeep', 'short', SCALE_TURNS);
    for (const store of ['ours', 'short']) await ask('beginTurn', store);
    for (const operation of ['R1', 'R2', 'R3', 'R4', 'R5', 'W2 relaxed']) {
      const cases = { ours: { operation, store: 'ours' }, short: { operation, store: 'short' } };
      const { ours, short } = await ask('measure', cases, rounds, 10);
      const what = `${operation}, against ${SCALE_TURNS.toLocaleString('en')} turns`;
      const of = `${SCALE_TURNS.toLocaleString('en')} turns`;
      add(row({ operation: 'scale', what, times: { ours }, against: short, of, target: 1.3 }));
    }
    for (const store of ['ours', 'short']) await ask('endTurn', store);
    await ask('close', 'short');
  }

  if (isAsked('stall')) {
    say('stall');
    /** @type {Record<string, number[]>} */
    const times = {};
    for (const name of names.filter((one) => one === 'ours' || one === 'floor')) {
      await ask('beginTurn', name);
      times[name] = await watched('stall', () => ask('append', name, 400, 25_000), name);
      await ask('endTurn', name);
    }
    addWaits('stall', 'append in a turn of 400 items and 10 MB, committed', times, 15);
    await ask('beginTurn', 'ours');
    const queued = { ours: await watched('stall', () => ask('queue', 'ours', 400, 25_000)) };
    await ask('endTurn', 'ours');
    addWaits('stall', 'the same, accepted: what its writer waits for', queued, 15);
  }

  if (isAsked('W1')) {
    const importTurns = Math.min(quick ? 300 : 10_000, turns);
    /** @type {Record<string, number[]>} */
    const rates = {};
    for (let round = 0; round < (quick ? 3 : 5); round++) {
      for (const name of names.filter((one) => !SHORT.has(one))) {
        const { ms, bytes } = await watched('W1', () => ask('importText', name, importTurns, size), name);
        (rates[name] ??= []).push((importTurns * (size === 'tiny' ? 2 : 8)) / ms);
        say(`W1 ${name}: ${(bytes / 1000 / ms).toFixed(1)} MB/s`);
      }
    }
    const what = 'import from rollout text, thousand items/s';
    add(
      row({
        operation: 'W1',
        what,
        times: rates,
        against: rates['floor'],
        of: 'floor',
        target: 2.5,
        more: true,
      }),
    );
    if (rates['sqlite'])
      add(
        row({
          operation: 'W1',
          what,
          times: rates,
          against: rates['sqlite'],
          of: 'sqlite',
          target: 1,
          more: true,
        }),
      );
  }

  if (isAsked('quiet')) {
    say('quiet');
    const quietTurns = quick ? 2500 : 12_500;
    const quiet = await watched('quiet', () => ask('quiet', quietTurns, size));
    const idle = median(quiet.idle);
    for (const [part, name, most] of /** @type {const} */ ([
      [0.5, 'median', 6],
      [0.95, 'p95', 16],
    ])) {
      const ratio = quantile(quiet.during, part) / idle;
      add({
        operation: 'quiet',
        what: `newest page during an import, ${name}, to idle`,
        unit: 'ms',
        values: { ours: quantile(quiet.during, part) },
        ratio,
        target: `at most ${most} × idle`,
        met: ratio <= most,
      });
    }
    const frames = Math.max(...quiet.frames) - Math.max(...quiet.idleFrames);
    add({
      operation: 'quiet',
      what: `longest frame gap during an import, over idle; ${quiet.longTasks.length} long tasks`,
      unit: 'ms',
      values: { ours: frames },
      target: 'at most 10 ms, no long task',
      met: frames <= 10 && quiet.longTasks.length === 0,
    });
  }

  if (isAsked('memory')) {
    say('memory');
    // A turn's lines have some 27 KB.
    add(await memoryRow(browser, () => ask('importText', 'ours', quick ? 2000 : 40_000, 'lite')));
  }

  if (isAsked('reopen')) {
    say('reopen');
    /** @type {Record<string, number[]>} */
    const times = {};
    for (const name of names) await ask('close', name);
    const reopened = fast.filter((name) => !quick || name === 'ours' || name === 'floor');
    for (let round = 0; round < (quick ? 3 : rounds); round++) {
      for (const name of reopened) {
        await browser.close();
        browser = await start();
        (times[name] ??= []).push(await ask('open', name, true));
      }
    }
    for (const name of names) if (name !== reopened.at(-1)) await ask('open', name);
    const what = 'open and first page, after a restart of the browser';
    add(row({ operation: 'reopen', what, times, against: times['floor'], of: 'floor', target: 1.5 }));
  }

  if (isAsked('delete')) {
    say('delete');
    noteFilled(profile, 'ours', undefined);
    const { idle, removed, gone, waits, cleared } = await watched('delete', () =>
      ask('remove', 'ours', quick ? 60_000 : 300_000),
    );
    add({
      operation: 'delete',
      what: `delete the thread; ${gone ? 'gone' : 'STILL THERE'} at once`,
      unit: 'ms',
      values: { ours: removed },
      met: gone,
    });
    const took = cleared === null ? 'that did not end' : `of ${(cleared / 1000).toFixed(1)} s`;
    addWaits('delete', `read during the clearing ${took}, and idle for as long`, { ours: waits, idle }, 100);
  }

  for (const name of names) await ask('close', name);
  await browser.close();
}

/** @param {string} text */
function say(text) {
  console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
}
