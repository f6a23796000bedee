import { describe, expect, test } from 'vitest';
import { probesOf } from './probes.ts';
import { parsedLines, replay, wireTurns, withoutNulls } from './replay.ts';

describe.each(['legacy', 'paginated'] as const)('a %s thread', async (format) => {
  const probes = await probesOf(format);

  test.each(probes)('[R2] reads as on the real server: $name', async ({ lines, turns, summaries }) => {
    const book = await replay(parsedLines(lines), { format, surface: 'limited' });
    const expected = turns.map((turn) => ({ ...turn, itemsView: 'full' }));
    expect(withoutNulls(wireTurns(book, 'full', format))).toEqual(expected);
    const ids = wireTurns(book, 'summary', format).map(({ items }) => items.map((item) => item?.id));
    expect(ids).toEqual(summaries);
  });
});
