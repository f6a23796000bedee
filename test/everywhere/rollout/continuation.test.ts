import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/contract/json.ts';
import { MemoryTurnBook } from '../../../src/memory/turn-book.ts';
import { createProjection } from '../../../src/rollout/create-projection.ts';
import type { TurnBook } from '../../../src/rollout/turn-book.ts';
import type { ThreadCounters, TurnDraft, TurnState } from '../../../src/rollout/turn-draft.ts';
import { probesOf } from './probes.ts';
import { parsedLines, replay, wireTurns } from './replay.ts';

/** A book that has to go and look for every turn. */
class SlowTurnBook implements TurnBook {
  readonly pages = new MemoryTurnBook();
  readonly counters = this.pages.counters;

  begin(turnId: string, state: TurnState): TurnDraft {
    return this.pages.begin(turnId, state);
  }

  async find(turnId: string): Promise<TurnDraft | undefined> {
    return this.pages.find(turnId);
  }

  skipTo(counters: ThreadCounters): void {
    this.pages.skipTo(counters);
  }

  async rollBack(count: number): Promise<number> {
    return this.pages.rollBack(count);
  }
}

describe.each(['legacy', 'paginated'] as const)('a %s thread', async (format) => {
  const threads = (await probesOf(format)).filter(({ name }) => name.startsWith('fuzz'));

  test.each(threads)(
    '[R70] a projection goes on from any line as if it had begun there: $name',
    async ({ lines }) => {
      const parsed = parsedLines(lines);
      const expected = wireTurns(await replay(parsed, { format }), 'full', format);
      const book = new SlowTurnBook();
      let state: Json | undefined;
      for (const line of parsed) {
        const projection = await createProjection(book, { format, surface: 'extended' }, state);
        await projection.apply(line);
        state = structuredClone(projection.state);
      }
      expect(wireTurns(book.pages, 'full', format)).toEqual(expected);
    },
  );
});
