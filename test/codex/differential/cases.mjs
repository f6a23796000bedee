import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineMutations } from './mutations.mjs';
import { Random } from './random.mjs';
import { textMutations } from './text-mutations.mjs';

/** @typedef {import('./mutations.mjs').Era} Era */
/** @typedef {import('./mutations.mjs').Line} Line */
/** @typedef {{ fileName: string, text: string }} Rollout */
/**
 * Files that lie in a Codex home together, and the threads that they make.
 * @typedef {{ name: string, era: Era, archived: boolean, files: Rollout[], threadIds: string[] }} Case
 */

const corpus = new URL('../../fixtures/corpus/', import.meta.url).pathname;
/** How many recordings each mutation is done to. */
const RECORDINGS_EACH = Number(process.env['EACH'] ?? 3);
/** Another seed gives other changes, to other recordings. */
const SEED = process.env['SEED'] ?? '';
const MINUTE = 60_000;

/**
 * The cases of one era: every recording as it is, and some of them changed in each way.
 * @param {Era} era
 * @returns {Case[]}
 */
export function casesOf(era) {
  const recordings = readdirSync(join(corpus, era)).map((name) => ({ name, files: rolloutsOf(era, name) }));
  // A reverted thread in a home that is new to the real server is its newest file only; the other is long.
  const small = recordings.filter(({ name, files }) => name !== 'long' && !isReverted(files));
  /** @type {{ name: string, archived?: boolean, files: Rollout[] }[]} */
  const made = recordings
    .filter(({ files }) => !isReverted(files))
    .map(({ name, files }) => ({ name: `${name}: as recorded`, files }));
  for (const [what, mutate] of Object.entries(lineMutations)) {
    if (what === 'asRecorded') continue;
    const random = new Random(`${SEED}${era} ${what}`);
    for (const { name, files } of random.shuffled(small).slice(0, RECORDINGS_EACH)) {
      const first = files.at(-1);
      if (!first) continue;
      const other = linesOf(
        random.of(small.filter((recording) => recording.name !== name)).files[0]?.text ?? '',
      );
      const lines = linesOf(first.text);
      const others = files.slice(0, -1);
      const changed = mutate({ lines, era, random, other }) ?? lines;
      made.push({ name: `${name}: ${what}`, files: [...others, { ...first, text: textOf(changed, era) }] });
    }
  }
  for (const [what, mutate] of Object.entries(textMutations)) {
    const random = new Random(`${SEED}${era} ${what}`);
    for (const { name, files } of random.shuffled(small).slice(0, RECORDINGS_EACH)) {
      const first = files.at(-1);
      // A fork that cannot be read would be taken for its source, by the real server.
      if (first && files.length === 1)
        made.push({ name: `${name}: ${what}`, files: [{ ...first, text: mutate(first.text, random) }] });
    }
  }
  for (const { name, files } of small.slice(0, RECORDINGS_EACH))
    made.push({ name: `${name}: archived`, archived: true, files });
  if (era === 'legacy') made.push(...copiedForks(small));
  return made.map((one, index) => placed({ archived: false, ...one, era }, index));
}

/** @param {Rollout[]} files */
function isReverted(files) {
  return files.some(({ fileName }) => fileName.includes('_'));
}

/** Forks as 0.130 writes them: a file of its own, with a copy of all lines of its source. @param {{ name: string, files: Rollout[] }[]} recordings */
function copiedForks(recordings) {
  return recordings.flatMap(({ name, files: [source] }) => {
    if (!source || source.text === '') return [];
    const lines = linesOf(source.text);
    const [meta] = structuredClone(lines);
    const [, other] = recordings;
    if (!meta || !other) return [];
    const id = '01a20418-aaaa-7bbb-8ccc-0123456789ab';
    meta.payload.forked_from_id = meta.payload.id;
    meta.payload.id = id;
    meta.timestamp = meta.payload.timestamp = '2026-11-22T16:40:00.000Z';
    const more = linesOf(other.files[0]?.text ?? '').slice(1);
    const fileName = `rollout-2026-11-22T16-40-00-${id}.jsonl`;
    return [
      {
        name: `${name}: fork by copy`,
        files: [source, { fileName, text: textOf([meta, ...lines, ...more], 'legacy') }],
      },
      {
        name: `${name}: fork whose source is gone`,
        files: [{ fileName, text: textOf([meta, ...lines], 'legacy') }],
      },
    ];
  });
}

/**
 * Gives a case's threads ids and times of their own, so that all cases can lie in one home.
 * @param {Omit<Case, 'threadIds'>} one @param {number} index
 * @returns {Case}
 */
function placed(one, index) {
  const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
  const ids = [...new Set(one.files.flatMap(({ fileName }) => fileName.match(uuid) ?? []))];
  const number = (index + 1).toString(16).padStart(4, '0');
  const renamed = new Map(
    ids.map((id) => [id, id.replace(/^........-..../, `${id.slice(0, 4)}${number}-${id.slice(9, 13)}`)]),
  );
  const withIds = (/** @type {string} */ text) => text.replaceAll(uuid, (id) => renamed.get(id) ?? id);
  const later = (/** @type {string} */ time) =>
    new Date(Date.parse(time) + (index + 1) * MINUTE).toISOString();
  const withTimes = (/** @type {string} */ text) =>
    text.replaceAll(/"timestamp":"([^"]+Z)"/g, (_, time) => `"timestamp":"${later(time)}"`);
  const files = one.files.map(({ fileName, text }) => ({
    fileName: withIds(fileName).replace(/(\d{4}-\d\d-\d\dT)(\d\d)-(\d\d)-(\d\d)/, (_, day, ...[h, m, s]) => {
      const time = later(`${day}${h}:${m}:${s}.000Z`);
      return time.slice(0, 19).replaceAll(':', '-');
    }),
    text: withTimes(withIds(text)),
  }));
  return {
    ...one,
    files,
    threadIds: [...new Set(files.map(({ fileName }) => fileName.match(uuid)?.[0] ?? ''))],
  };
}

/** @param {Era} era @param {string} name @returns {Rollout[]} */
function rolloutsOf(era, name) {
  const folder = join(corpus, era, name);
  return readdirSync(folder)
    .filter((fileName) => fileName.startsWith('rollout-'))
    .map((fileName) => ({ fileName, text: readFileSync(join(folder, fileName), 'utf8') }));
}

/** @param {string} text @returns {Line[]} */
function linesOf(text) {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** The text of lines, in a paginated thread with ordinals that rise by one from the session_meta’s. @param {Line[]} lines @param {Era} era */
function textOf(lines, era) {
  let time = lines[0]?.timestamp ?? '';
  const first = lines.find(({ type }) => type === 'session_meta')?.ordinal ?? 0;
  return lines
    .map((line, index) => {
      // A line that was made here has the time of the one before it.
      const { timestamp = line.ordinal === undefined ? time : undefined, type, payload } = line;
      time = timestamp ?? time;
      return `${JSON.stringify({ timestamp, ...(era === 'paginated' ? { ordinal: first + index } : {}), type, payload })}\n`;
    })
    .join('');
}
