// Holds the app-server's answers against the types that the real Codex prints for its protocol. Needs the network once;
// not part of the tests that run everywhere. Run it with `npm run test:codex`.
import { compile } from './compile.mjs';
import { codexBinary, protocolTypes } from './codex-protocol.mjs';
import { compareLiveThreads } from './live-threads.mjs';
import { ourAnswers } from './our-answers.mjs';
import { recordedAnswers } from './recordings.mjs';
import { openSources } from './sources.mjs';

/** @type {{ version: string, era: 'legacy' | 'paginated', protocol: '0.130' | 'latest' }[]} */
const eras = [
  { version: '0.130.0', era: 'legacy', protocol: '0.130' },
  { version: '0.169.0', era: 'paginated', protocol: 'latest' },
];

const sources = await openSources();

let failed = false;
try {
  const live = await compareLiveThreads(codexBinary('0.169.0'), sources.load);
  console.log(
    `LiveThread read by codex 0.169.0: ${live.threads} threads, ${live.turns} turns, ${live.items} items, forks and reverts, ${live.differences.length} differences`,
  );
  for (const difference of live.differences) console.log(difference);
  failed ||= live.differences.length > 0;
  for (const { version, era, protocol } of eras) {
    const types = protocolTypes(version);
    console.log(`codex ${version}`);
    report('recorded answers', compile(types, { answers: recordedAnswers(era), notifications: [] }));
    const ours = await ourAnswers(sources.load, era, protocol);
    report('our answers', compile(types, { ...ours, notifications: [] }));
    report('our notifications', compile(types, { answers: [], notifications: ours.notifications }));
    console.log(`  methods: ${countByMethod(ours.answers)}`);
    console.log(`  notifications: ${countByMethod(ours.notifications)}`);
  }
} finally {
  await sources.close();
}
process.exit(failed ? 1 : 0);

/** @param {string} what @param {ReturnType<typeof compile>} result */
function report(what, { compiled, types, faults, errors }) {
  const but = faults === 0 ? '' : `; but for ${faults} times \`detail: null\`, which the types do not allow`;
  if (errors === '') return console.log(`  ${what}: ${compiled} compile against ${types} types${but}`);
  failed = true;
  const lines = errors.trim().split('\n');
  console.log(`  ${what}: FAILED, ${lines.length} lines\n${lines.slice(0, 40).join('\n')}`);
}

/** @param {{ method: string }[]} answers */
function countByMethod(answers) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { method } of answers) counts[method] = (counts[method] ?? 0) + 1;
  return Object.entries(counts)
    .map(([method, count]) => `${method} ${count}`)
    .join(', ');
}
