import { describe, expect, test } from 'vitest';
import { parseRolloutLine } from '../../../src/rollout/line.ts';
import { rolloutNameOf } from '../../../src/rollout/rollout-name.ts';
import { parsedLines, replay, wireTurns, withoutNulls } from './replay.ts';

/** What the real app-servers answered, per thread. */
interface Expected {
  threads: ExpectedThread[];
}

interface ExpectedThread {
  /** Answers to `thread/turns/list`, by view, direction and page size. */
  turns: Record<string, { pages: { data: object[] }[] }>;
  /** Answers to `thread/items/list`, by direction and page size; legacy threads have none. */
  items: Record<string, { pages: { data: object[] }[] }>;
  /** The file in which the thread goes on. */
  current: string;
}

const expectedFiles = import.meta.glob<Expected>('../../fixtures/corpus/*/*/expected.json', {
  import: 'default',
});
const rolloutFiles = import.meta.glob<string>('../../fixtures/corpus/*/*/*.jsonl', {
  query: '?raw',
  import: 'default',
});

/** A rollout's lines, after those of the rollouts that it goes on from. */
async function linesOf(folder: string, rolloutId: string, end = Number.POSITIVE_INFINITY): Promise<string[]> {
  const name = Object.keys(rolloutFiles).find(
    (file) => file.startsWith(folder) && rolloutNameOf(file).rolloutId === rolloutId,
  );
  const text = await rolloutFiles[name ?? '']?.();
  const lines = (text ?? '').split('\n').filter((line) => {
    const parsed = parseRolloutLine(line);
    return parsed.ok && (parsed.ordinal ?? 0) < end;
  });
  const first = parseRolloutLine(lines[0] ?? '');
  const base = first.ok && first.meaning.kind === 'sessionMeta' ? first.meaning.meta.historyBase : undefined;
  return base ? [...(await linesOf(folder, base.rolloutId, base.endOrdinalExclusive)), ...lines] : lines;
}

/** All rows of a list, whatever the pages' size. */
function rowsOf(answers: ExpectedThread['turns'], prefix: string): object[] | undefined {
  const key = Object.keys(answers).find((name) => name.startsWith(prefix));
  return key === undefined ? undefined : answers[key]?.pages.flatMap((page) => page.data);
}

const surfaces = ['limited', 'extended'] as const;

describe.each(Object.entries(expectedFiles))('%s', async (file, load) => {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  const format = file.includes('/legacy/') ? 'legacy' : 'paginated';
  const { threads } = await load();

  const cases = threads.flatMap((thread) =>
    surfaces.map((surface) => ({ thread, surface, name: thread.current })),
  );

  test.each(cases)('[R1] $name reads as on the real server, $surface', async ({ thread, surface }) => {
    const { rolloutId = '' } = rolloutNameOf(thread.current);
    const book = await replay(parsedLines(await linesOf(folder, rolloutId)), {
      format,
      surface,
    });
    for (const view of ['full', 'summary', 'notLoaded'] as const) {
      const expected = rowsOf(thread.turns, `${view}/asc/`);
      expect(withoutNulls(wireTurns(book, view, format))).toEqual(withoutNulls(expected));
    }
    const items = rowsOf(thread.items, 'asc/');
    if (items) {
      const given = book.turns.flatMap((turn) =>
        Array.from(turn.items.values(), (entry) => ({ turnId: turn.turnId, ...entry })),
      );
      given.sort((a, b) => a.ordinal - b.ordinal);
      const entries = given.map(({ turnId, item, startedAtMs, completedAtMs }) => ({
        turnId,
        item,
        startedAtMs,
        completedAtMs,
      }));
      expect(withoutNulls(entries)).toEqual(withoutNulls(items));
    }
  });
});
