// Has the real Codex hold conversations with a model that says what it is told to, gives us the files that it wrote, and
// asks both app-servers the same of them. Needs the network once, and two minutes: `npm run test:codex:talks [a talk]`.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codexBinary } from '../codex-protocol.mjs';
import { comparable, differencesOf } from '../differential/compare.mjs';
import { askAboutThread } from '../differential/walk.mjs';
import { ourServer } from '../our-server.mjs';
import { withServer } from '../real-server.mjs';
import { Talker } from './talker.mjs';
import { talks } from './talks.mjs';
import { openSources } from '../sources.mjs';

/** @typedef {{ codex: string, protocol: '0.130' | 'latest', isLatest: boolean, features: string[] }} Setup */

const [only = ''] = process.argv.slice(2);

/** Each with what is off by default and switched on. @type {[version: string, features: string[]][]} */
const runs = [
  ['0.130.0', []],
  ['0.169.0', []],
  ['0.169.0', ['multi_agent_v2', 'send_message_to_user_async', 'current_time_reminder']],
];

/**
 * Where the real server tells other than the files do.
 * @type {{ path: RegExp, isSo: (ours: any, theirs: any) => boolean, reason: string }[]}
 */
const known = [
  {
    path: /\.(updatedAt|recencyAt)$/,
    isSo: (ours, theirs) => Math.abs(ours - theirs) <= 1,
    reason: 'Its database has the time at which it wrote, which may be in the next second after the line’s.',
  },
  {
    path: /\.createdAt$/,
    isSo: (ours, theirs) => theirs > ours,
    reason: 'A reverted thread that it resumed begins with its last file, in its database.',
  },
];

const sources = await openSources();

let failed = false;
try {
  for (const [version, features] of runs) failed = (await holdTalks(version, features)) || failed;
} finally {
  await sources.close();
}
process.exit(failed ? 1 : 0);

/** @param {string} version @param {string[]} features @returns {Promise<boolean>} whether anything differs */
async function holdTalks(version, features) {
  const isLatest = version !== '0.130.0';
  /** @type {Setup} */
  const setup = { codex: codexBinary(version), protocol: isLatest ? 'latest' : '0.130', isLatest, features };
  const home = mkdtempSync(join(tmpdir(), 'codex-home-'));
  const talker = await Talker.start(setup, home);
  /** @type {Map<string, string>} */
  const talkOf = new Map();
  try {
    for (const [name, hold] of Object.entries(talks)) {
      if (!new RegExp(only).test(name)) continue;
      await hold(talker).catch((error) => {
        throw new Error(`${version}, ${name}: ${error.message}`, { cause: error });
      });
      for (const { threadId } of rolloutsIn(home)) if (!talkOf.has(threadId)) talkOf.set(threadId, name);
    }
    await talker.stop();
    return await compare(setup, home, talkOf, [version, ...features].join(' '));
  } finally {
    for (const folder of [home, talker.cwd]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {Setup} setup @param {string} home @param {Map<string, string>} talkOf @param {string} title */
async function compare({ codex, protocol }, home, talkOf, title) {
  const paths = [...rolloutsIn(home).map(({ path }) => path), join(home, 'session_index.jsonl')];
  const files = paths
    .filter((path) => existsSync(path))
    .map((path) => ({ name: path, data: readFileSync(path, 'utf8') }));
  const ours = await ourServer(sources.load, protocol, home, files);
  let requests = 0;
  const lines = /** @type {string[]} */ ([]);
  await withServer(codex, home, async (theirs) => {
    for (const [threadId, talk] of talkOf) {
      const mine = await askAboutThread(ours, threadId, protocol, true);
      const answers = new Map(mine.map(({ label, answer }) => [label, answer]));
      for (const { label, answer } of await askAboutThread(theirs, threadId, protocol, true)) {
        requests++;
        for (const difference of differencesOf(comparable(answers.get(label)), comparable(answer))) {
          if (isKnown(difference)) continue;
          const both = [difference.ours, difference.theirs].map((value) =>
            JSON.stringify(value)?.slice(0, 300),
          );
          lines.push(
            `  ${talk}: ${label}\n    ${difference.path}\n    ours:   ${both[0]}\n    theirs: ${both[1]}`,
          );
        }
      }
    }
  });
  console.log(`codex ${title}: ${talkOf.size} threads, ${requests} requests, ${lines.length} differences`);
  for (const line of lines.slice(0, 40)) console.log(line);
  return lines.length > 0;
}

/** @param {{ path: string, ours: unknown, theirs: unknown }} difference */
function isKnown({ path: where, ours, theirs }) {
  return known.some(({ path, isSo }) => path.test(where) && isSo(ours, theirs));
}

/** @param {string} home */
function rolloutsIn(home) {
  const folders = ['sessions', 'archived_sessions'];
  const paths = folders.flatMap((folder) => {
    try {
      return readdirSync(join(home, folder), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(home, folder, path),
      );
    } catch {
      return [];
    }
  });
  return paths.flatMap((path) => {
    const [, threadId] = /rollout-[\dT-]{19}-([0-9a-f-]{36})/.exec(path) ?? [];
    return threadId === undefined ? [] : [{ path, threadId }];
  });
}
