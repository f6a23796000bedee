import { describe, expect } from 'vitest';
import { BUILDERS, RolloutBuilder } from './rollout-builder.ts';
import { imported, type StoreTest } from './store-test.ts';

/** Rules of a thread's raw lines. */
export function historyTests(test: StoreTest): void {
  describe('the history', () => {
    test('[H1] is every line of the file, word for word, in order', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().turns('turn-1', 'turn-2').command('turn-1', 'late', 'x'.repeat(300_000));
        await imported(store, [rollout]);
        const { threadId } = rollout;
        const history = await store.loadHistory({ threadId });
        expect(history).toEqual({ threadId, items: parsed(rollout.lines) });
      }
    });

    test('[H2] keeps lines that this version does not know, word for word', async (store) => {
      const rollout = RolloutBuilder.paginated()
        .line('hologram_record', { beams: [1, null, { deep: true }], text: 'ä' })
        .event('hologram_shown', { a: 'b' })
        .line('response_item', { type: 'hologram', id: 'h' })
        .raw('{"timestamp":"2026-01-01T00:00:00Z","type":"future","payload":null,"extra":{"kept":1}}');
      await imported(store, [rollout]);
      const { items } = await store.loadHistory({ threadId: rollout.threadId });
      expect(items).toEqual(parsed(rollout.lines));
    });

    test('[H3] leaves out what is no line, and keeps the rest', async (store) => {
      const rollout = RolloutBuilder.legacy().raw('garbage').turns('turn-1').raw('').raw('{"no":"type"}');
      await imported(store, [rollout]);
      const { items } = await store.loadHistory({ threadId: rollout.threadId });
      const good = rollout.lines.filter((line) => line.includes('"payload"'));
      expect(items).toEqual(parsed(good));
    });

    test('[H4] leaves out the ghost snapshots of early versions, also in what a compaction put in place', async (store) => {
      const ghost = { type: 'ghost_snapshot', ghost_commit: { id: 'abc' } };
      const message = { type: 'message', role: 'user', content: [] };
      const rollout = RolloutBuilder.legacy().line('response_item', ghost).line('response_item', message);
      rollout.line('compacted', { message: 'short', replacement_history: [ghost, message] });
      await imported(store, [rollout]);
      const { items } = await store.loadHistory({ threadId: rollout.threadId });
      expect(items.slice(1).map(({ payload }) => payload)).toEqual([
        message,
        { message: 'short', replacement_history: [message] },
      ]);
    });

    test("[H5] of a fork or a reverted thread begins with its base's lines", async (store) => {
      const source = RolloutBuilder.paginated().turns('turn-1', 'turn-2');
      const fork = source.fork().turns('turn-3');
      const boundary = source.nextOrdinal;
      source.turns('turn-4');
      const reverted = fork.revert(boundary + 1).turns('turn-5');
      await imported(store, [source, fork, reverted]);
      const { items } = await store.loadHistory({ threadId: fork.threadId });
      expect(items).toEqual([
        ...parsed(source.lines).slice(0, boundary),
        ...parsed(fork.lines).slice(0, 1),
        ...parsed(reverted.lines),
      ]);
      const own = await store.loadHistory({ threadId: source.threadId });
      expect(own.items).toEqual(parsed(source.lines));
    });
  });
}

function parsed(lines: readonly string[]): unknown[] {
  return lines.map((line): unknown => JSON.parse(line));
}
