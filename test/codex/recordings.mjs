import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const corpus = new URL('../fixtures/corpus/', import.meta.url).pathname;

/**
 * The rollout files of everything that was recorded in one era.
 * @param {'legacy' | 'paginated'} era
 */
export function rolloutFiles(era) {
  return readdirSync(join(corpus, era)).flatMap((recording) => {
    const folder = join(corpus, era, recording);
    return readdirSync(folder)
      .filter((name) => name.startsWith('rollout-'))
      .map((name) => ({ name, data: readFileSync(join(folder, name), 'utf8') }));
  });
}

/**
 * What the era's real server answered: to single requests, and page by page of every recorded thread.
 * @param {'legacy' | 'paginated'} era
 * @returns {{ method: string, result: object }[]}
 */
export function recordedAnswers(era) {
  const lines = readFileSync(join(corpus, era, 'wire', 'wire.jsonl'), 'utf8')
    .trim()
    .split('\n');
  const single = lines.map((line) => JSON.parse(line)).filter(({ result }) => result !== undefined);
  return [...single, ...readdirSync(join(corpus, era)).flatMap((recording) => recordedPages(era, recording))];
}

/** @param {string} era @param {string} recording */
function recordedPages(era, recording) {
  const file = join(corpus, era, recording, 'expected.json');
  if (!existsSync(file)) return [];
  /** @type {{ threads: { turns: object, items: object }[] }} */
  const { threads } = JSON.parse(readFileSync(file, 'utf8'));
  return threads.flatMap(({ turns, items }) => [
    ...pagesOf('thread/turns/list', turns),
    ...pagesOf('thread/items/list', items),
  ]);
}

/** @param {string} method @param {object} listed */
function pagesOf(method, listed) {
  return Object.values(listed).flatMap(({ pages }) =>
    pages.map((/** @type {{ data: unknown[] }} */ { data }) => ({
      method,
      result: { data, nextCursor: null, backwardsCursor: null },
    })),
  );
}
