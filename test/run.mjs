/**
 * All that must hold: types, lint, format, the package, and the tests in Node and in three real browsers.
 * It ends with a line for each failure, and with the count: `N passed, M failed`.
 *
 *   npm test                                          everything
 *   npm test -- --project node test/node/x.test.ts    arguments go to Vitest; then nothing else is checked
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { browserNames, browsers } from './environments/browsers.mjs';
import { installMissing } from './environments/install-browsers.mjs';

const args = process.argv.slice(2);
const tally = { passed: 0, skipped: 0, failures: /** @type {string[]} */ ([]) };

if (args.length === 0) {
  check('typecheck');
  check('lint');
  check('check:package');
}

const asked = askedProjects();
const wanted = browserNames.filter((name) => asked.length === 0 || asked.includes(name));
installMissing(wanted);
const unavailable = wanted.filter((name) => !browsers[name].find());

// The demo's tests start browsers by themselves, those that are there.
const projects = [
  'node',
  ...(asked.length === 0 ? ['demo'] : []),
  ...wanted.filter((name) => !unavailable.includes(name)),
];
const options = projects.map((name) => `--project=${name}`);
if (args.length > 0) await runTests([...(asked.length === 0 ? options : []), ...args]);
// The slow ones first, so that the lanes end at about the same time.
else await inLanes(Math.min(2, availableParallelism()), options.toReversed(), (option) => runTests([option]));

for (const name of unavailable) {
  tally.failures.push(
    `NOT TESTED IN ${name.toUpperCase()}: it is not on this machine; ${browsers[name].advice}`,
  );
}
for (const failure of tally.failures) console.log(`FAILED: ${failure}`);
const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
console.log(`${tally.passed} passed, ${tally.failures.length} failed${skipped}`);
process.exitCode = tally.failures.length > 0 ? 1 : 0;

/**
 * Runs one of package.json's scripts; it counts as one test.
 * @param {string} script
 */
function check(script) {
  const { status } = spawnSync('npm', ['run', '--silent', script], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  console.log(`${script}: ${status === 0 ? 'passed' : 'FAILED'}`);
  if (status === 0) tally.passed += 1;
  else tally.failures.push(script);
}

/** The projects that the arguments name, with or without a browser among them. */
function askedProjects() {
  const { values } = parseArgs({
    args,
    options: { project: { type: 'string', multiple: true } },
    strict: false,
  });
  return values.project ?? [];
}

/**
 * Does the tasks in their order, at most `lanes` at a time. A browser waits as often as it works, so that two
 * environments side by side take little longer than one.
 * @template T
 * @param {number} lanes
 * @param {T[]} tasks
 * @param {(task: T) => Promise<void>} run
 */
async function inLanes(lanes, tasks, run) {
  const queue = tasks.values();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (const task of queue) await run(task);
    }),
  );
}

/**
 * One Vitest run. It is a process of its own, so that the counts survive whatever happens in it.
 * @param {string[]} options
 */
async function runTests(options) {
  const vitest = fork(
    'node_modules/vitest/vitest.mjs',
    ['run', '--reporter=default', '--reporter=./test/environments/tally-reporter.ts', ...options],
    {
      cwd: new URL('..', import.meta.url),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A page in an endless loop cannot be stopped by the time limits inside it.
      timeout: 45 * 60_000,
    },
  );
  let failed = false;
  vitest.on('message', (/** @type {import('./environments/tally-reporter.ts').Tally} */ counts) => {
    tally.passed += counts.passed;
    tally.skipped += counts.skipped;
    tally.failures.push(...counts.failures);
    failed ||= counts.failures.length > 0;
  });
  // Only after 'disconnect' is it sure that the counts are in.
  const [[code, signal]] = await Promise.all([once(vitest, 'exit'), once(vitest, 'disconnect')]);
  if (code !== 0 && !failed)
    tally.failures.push(`Vitest ended early (${options.join(' ')}): ${signal ?? `exit code ${code}`}`);
}
