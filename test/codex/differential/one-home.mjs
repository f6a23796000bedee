import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ourServer } from '../our-server.mjs';
import { QUIET_CONFIG, withServer } from '../real-server.mjs';
import { askBadly, refusal } from './bad-requests.mjs';
import { comparable, differencesOf } from './compare.mjs';
import { askAboutThread, askForThreads } from './walk.mjs';

/** @typedef {import('../real-server.mjs').Call} Call */
/** @typedef {import('./cases.mjs').Case} Case */
/** @typedef {import('./walk.mjs').Answered} Answered */
/** @typedef {import('./compare.mjs').Difference} Difference */

/**
 * Lays the files of all cases into one Codex home and into our store, asks the real server and ours the same, and tells
 * in what the answers differ.
 * @param {object} setup
 * @param {string} setup.codex the binary
 * @param {'0.130' | 'latest'} setup.protocol
 * @param {Case[]} setup.cases
 * @param {boolean} setup.alsoLists whether lists of threads are compared, and what is refused
 * @param {(path: string) => Promise<any>} setup.load loads a source module
 * @returns {Promise<{ requests: number, differences: Difference[] }>}
 */
export async function compareHome({ codex, protocol, cases, alsoLists, load }) {
  const home = mkdtempSync(join(tmpdir(), 'codex-home-'));
  const caseOf = new Map(
    cases.flatMap(({ name, threadIds }) => threadIds.map((threadId) => [threadId, name])),
  );
  const differences = /** @type {Difference[]} */ ([]);
  let requests = 0;
  const compare = async (
    /** @type {string} */ where,
    /** @type {Answered[]} */ mine,
    /** @type {Answered[]} */ real,
    asWhole = comparable,
  ) => {
    requests += real.length;
    const answers = new Map(mine.map(({ label, answer }) => [label, answer]));
    for (const { label, answer } of real) {
      const found = differencesOf(asWhole(answers.get(label)), asWhole(answer));
      for (const difference of found) {
        // A row of a list belongs to the case of its thread.
        const [, threadId = ''] = /^\.result\.data\[([^\]]+)\]/.exec(difference.path) ?? [];
        differences.push({ where: caseOf.get(threadId) ?? where, label, ...difference });
      }
      answers.delete(label);
    }
    for (const [label, ours] of answers)
      differences.push({ where, label, path: '', ours, theirs: 'was not asked' });
  };
  try {
    writeFileSync(join(home, 'config.toml'), QUIET_CONFIG);
    for (const one of cases) writeCase(home, one);
    const files = cases.flatMap((one) =>
      one.files.map(({ fileName, text }) => ({ name: pathOf(home, one, fileName), data: text })),
    );
    const ours = await ourServer(load, protocol, home, files);
    await withServer(codex, home, (theirs) => project(theirs, cases));
    await withServer(codex, home, async (theirs) => {
      // What is made to read turns changes some threads' times, in the real server.
      const sortKeys = cases.some(({ era }) => era === 'paginated')
        ? ['created_at']
        : ['created_at', 'updated_at'];
      if (alsoLists)
        await compare('lists', await askForThreads(ours, sortKeys), await askForThreads(theirs, sortKeys));
      for (const { name, threadIds } of cases) {
        const deeply = name.endsWith('as recorded');
        for (const threadId of threadIds)
          await compare(
            name,
            await askAboutThread(ours, threadId, protocol, deeply),
            await askAboutThread(theirs, threadId, protocol, deeply),
          );
      }
      if (!alsoLists) return;
      const known = await knownThreads(ours, cases);
      await compare(
        'bad requests',
        await askBadly(ours, protocol, known),
        await askBadly(theirs, protocol, known),
        refusal,
      );
    });
    return { requests, differences };
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Where a case's files lie in a home. @param {string} home @param {Case} one @param {string} fileName */
function pathOf(home, { archived }, fileName) {
  const day = /\d{4}-\d\d-\d\d/.exec(fileName)?.[0].replaceAll('-', '/') ?? '';
  return join(home, archived ? 'archived_sessions' : `sessions/${day}`, fileName);
}

/** A paginated thread is archived by the real server, once it has read its turns. @param {string} home @param {Case} one */
function writeCase(home, one) {
  const lieNow = one.era === 'paginated' ? { ...one, archived: false } : one;
  for (const { fileName, text } of one.files) {
    const path = pathOf(home, lieNow, fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    // A file changed last when its last whole line was written.
    const last = new Date(Math.max(...text.split('\n').flatMap(timeOf)));
    utimesSync(path, last, last);
  }
}

/** The time that a line tells, if it is a whole one. @param {string} line @returns {number[]} */
function timeOf(line) {
  try {
    const time = Date.parse(JSON.parse(line).timestamp);
    return Number.isNaN(time) ? [] : [time];
  } catch {
    return [];
  }
}

/** The real server reads the turns of a paginated thread that is new to it when it is resumed. @param {Call} call @param {Case[]} cases */
async function project(call, cases) {
  for (const { era, threadIds, archived } of cases) {
    if (era !== 'paginated') continue;
    for (const threadId of threadIds) {
      await call('thread/resume', { threadId, excludeTurns: true });
      await call('thread/unsubscribe', { threadId });
      if (archived) await call('thread/archive', { threadId });
    }
  }
}

/** @param {Call} call @param {Case[]} cases */
async function knownThreads(call, cases) {
  const [threadId = '', otherId = ''] = cases
    .filter(({ name }) => name.endsWith('as recorded'))
    .map(({ threadIds }) => threadIds[0] ?? '');
  const { result } = await call('thread/turns/list', { threadId, limit: 1 });
  return { threadId, otherId, turnId: result.data[0].id };
}
