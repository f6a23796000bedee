// Asks the real Codex and our app-server the same of the same files, and tells every difference that is not known. Needs
// the network once, and a minute: `npm run test:codex:differential [0.130.0 | 0.169.0] [legacy | paginated] [a case]`. With
// `SEED=anything` it makes other changes, with `EACH=8` to more recordings, and with `SHOW=1000` it tells more.
import { codexBinary } from '../codex-protocol.mjs';
import { casesOf } from './cases.mjs';
import { knownAs, knownDifferences } from './known.mjs';
import { compareHome } from './one-home.mjs';
import { openSources } from '../sources.mjs';

const [onlyVersion, onlyEra, onlyCase] = process.argv.slice(2);
const MAX_SHOWN = 60;
const REFUSED = /: (byte order mark|timestamps gone|session_meta is late)$/;

/** @type {{ version: string, protocol: '0.130' | 'latest', era: 'legacy' | 'paginated' }[]} */
const homes = [
  { version: '0.130.0', protocol: '0.130', era: 'legacy' },
  { version: '0.169.0', protocol: 'latest', era: 'legacy' },
  { version: '0.169.0', protocol: 'latest', era: 'paginated' },
];

const sources = await openSources();

const used = new Set();
let failed = false;
try {
  for (const { version, protocol, era } of homes) {
    if ((onlyVersion ?? version) !== version || (onlyEra ?? era) !== era) continue;
    const cases = casesOf(era).filter(
      ({ name }) => onlyCase === undefined || new RegExp(onlyCase).test(name),
    );
    // What the real server does not take whole lies apart, where it cannot disturb the lists.
    const halves = [
      cases.filter(({ name }) => !REFUSED.test(name)),
      cases.filter(({ name }) => REFUSED.test(name)),
    ];
    let requests = 0;
    const differences = [];
    for (const [index, half] of halves.entries()) {
      if (half.length === 0) continue;
      const found = await compareHome({
        codex: codexBinary(version),
        protocol,
        cases: half,
        alsoLists: index === 0,
        load: sources.load,
      });
      requests += found.requests;
      differences.push(...found.differences);
    }
    const placed = differences.map((difference) => ({
      ...difference,
      where: `${version} ${era} ${difference.where}`,
    }));
    const unknown = placed.filter((difference) => {
      const known = knownAs(difference);
      if (known) used.add(known);
      return !known;
    });
    const known = differences.length - unknown.length;
    console.log(
      `codex ${version}, ${era} files: ${cases.length} cases, ${requests} requests, ${unknown.length} differences, and ${known} that are known`,
    );
    for (const { where, label, path, ours, theirs } of unknown.slice(
      0,
      Number(process.env['SHOW'] ?? MAX_SHOWN),
    ))
      console.log(
        `  ${where}: ${label}\n    ${path}\n    ours:   ${short(ours)}\n    theirs: ${short(theirs)}`,
      );
    failed ||= unknown.length > 0;
  }
} finally {
  await sources.close();
}
// Only a whole run can tell that nothing of a kind is left.
const isWhole = onlyVersion === undefined && process.env['SEED'] === undefined;
const stale = isWhole ? knownDifferences.filter((known) => !known.rare && !used.has(known)) : [];
for (const { reason } of stale) console.log(`known, but seen no more: ${reason}`);
process.exit(failed || stale.length > 0 ? 1 : 0);

/** @param {unknown} value */
function short(value) {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 400);
}
