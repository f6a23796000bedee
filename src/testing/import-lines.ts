import { describe, expect } from 'vitest';
import { allItems, allTurns, turnIdsOf } from './pages.ts';
import { BUILDERS, RolloutBuilder, turnIds } from './rollout-builder.ts';
import { imported, type StoreTest } from './store-test.ts';

/** Rules of the lines of imported files: how they end, bad ones, unknown ones, long ones. */
export function importLineTests(test: StoreTest): void {
  describe('importing lines', () => {
    test('[I10] leaves a torn last line out, until the whole of it comes', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1').startTurn('turn-2');
      const whole = rollout.user('turn-2', 'Größe 🎉').turns('turn-3');
      const { name, threadId, text } = whole;
      const bytes = new TextEncoder().encode(text);
      const torn = bytes.slice(0, bytes.indexOf(0xf0) + 2);
      const lines = new TextDecoder().decode(torn).split('\n').length;
      const first = await store.importRollouts([{ name, data: new Blob([torn]) }]);
      expect(first.files).toMatchObject([
        {
          outcome: 'imported',
          lines,
          rejectedLines: [{ line: lines, reason: 'cut off' }],
          rejectedLineCount: 1,
        },
      ]);
      expect(turnIdsOf({ rows: await allTurns(store, { threadId }) })).toEqual(['turn-1', 'turn-2']);
      expect((await allItems(store, { threadId, turnId: 'turn-2' })).length).toBe(0);
      const second = await store.importRollouts([{ name, data: text }]);
      expect(second.files).toMatchObject([{ outcome: 'extended', rejectedLines: [], rejectedLineCount: 0 }]);
      expect(turnIdsOf({ rows: await allTurns(store, { threadId }) })).toEqual(turnIds(3));
      const { items } = await store.loadHistory({ threadId });
      expect(items).toEqual(whole.lines.map((line): unknown => JSON.parse(line)));
    });

    test('[I11] takes a last line without a newline, Windows line ends, blank lines and a byte order mark', async (store) => {
      const texts: ((text: string) => string)[] = [
        (text) => text.slice(0, -1),
        (text) => text.replaceAll('\n', '\r\n'),
        (text) => text.replaceAll('\n', '\n\n  \n'),
        (text) => `\uFEFF${text}`,
        (text) => `\uFEFF\n\r\n${text.replaceAll('\n', '\r\n')}`,
      ];
      for (const build of BUILDERS) {
        const plain = build().turns('turn-1');
        await imported(store, [plain]);
        const expected = await allTurns(store, { threadId: plain.threadId });
        for (const change of texts) {
          const { name, threadId, text, lines } = build().turns('turn-1');
          const { files } = await store.importRollouts([{ name, data: change(text) }]);
          expect(files).toMatchObject([{ outcome: 'imported', rejectedLineCount: 0 }]);
          const ids = (turns: typeof expected) => turns.map(({ turnId, status }) => [turnId, status]);
          expect(ids(await allTurns(store, { threadId }))).toEqual(ids(expected));
          const { items } = await store.loadHistory({ threadId });
          expect(items).toEqual(lines.map((line): unknown => JSON.parse(line)));
        }
      }
    });

    test('[I12] goes on after a bad line, and reports its number and what is wrong', async (store) => {
      const rollout = RolloutBuilder.paginated().startTurn('turn-1');
      rollout.raw('').raw('{"timestamp":"2026-').raw('[1,2]').raw('"text"').raw('{"payload":{}}');
      rollout.raw('{"type":"event_msg"}').user('turn-1', 'question');
      rollout.event('item_completed', { turn_id: 'turn-1', item: { type: 'AgentMessage' } });
      rollout.event('task_complete', { turn_id: 7 }).raw('not JSON at all').completeTurn('turn-1');
      const { threadId } = rollout;
      const { files } = await imported(store, [rollout]);
      expect(files[0]).toMatchObject({ lines: rollout.lines.length, rejectedLineCount: 8 });
      expect(files[0]?.rejectedLines.map(({ line }) => line)).toEqual([4, 5, 6, 7, 8, 10, 11, 12]);
      const reasons = files[0]?.rejectedLines.map(({ reason }) => reason) ?? [];
      expect(reasons[0]).toBe('not JSON');
      expect(reasons[1]).toBe('not a JSON object');
      expect(reasons[2]).toBe('not a JSON object');
      expect(reasons[5]).toContain('item_completed');
      expect(reasons[6]).toContain('task_complete');
      expect(reasons.every((reason) => reason.length > 0 && reason.length < 200)).toBe(true);
      const [turn] = await allTurns(store, { threadId, itemsView: 'full' });
      expect(turn).toMatchObject({ turnId: 'turn-1', status: 'completed' });
      expect(turn?.items.map(({ type }) => type)).toEqual(['userMessage']);
    });

    test('[I12] a line that nests as deep as Codex reads is taken, and a deeper one costs itself alone', async (store) => {
      for (const build of BUILDERS) {
        const rollout = build().startTurn('turn-1').user('turn-1', 'question');
        const { threadId } = rollout;
        const { length } = rollout.lines;
        // The line, its payload and the item are three levels.
        for (const levels of [124, 125, 3000, 100_000]) {
          const nested = `${'['.repeat(levels)}${']'.repeat(levels)}`;
          const item = `{"type":"Hologram","id":"holo-${levels}","beam":${nested}}`;
          const head = `{"timestamp":"2026-01-01T00:10:00.000Z","ordinal":${rollout.lines.length}`;
          const event = `"type":"item_completed","thread_id":"${threadId}","turn_id":"turn-1"`;
          rollout.raw(`${head},"type":"event_msg","payload":{${event},"item":${item}}}`);
        }
        rollout.completeTurn('turn-1');
        const { files } = await imported(store, [rollout], { surface: 'extended' });
        expect(files).toMatchObject([{ outcome: 'imported', rejectedLineCount: 3 }]);
        expect(files[0]?.rejectedLines).toEqual(
          [2, 3, 4].map((n) => ({ line: length + n, reason: 'nests deeper than 127 levels' })),
        );
        const ids = (await allItems(store, { threadId })).map(({ itemId }) => itemId);
        expect(ids.filter((id) => id.startsWith('holo'))).toEqual(['holo-124']);
        expect(await allTurns(store, { threadId })).toMatchObject([
          { turnId: 'turn-1', status: 'completed' },
        ]);
      }
    });

    test('[I12] names the first hundred bad lines and counts all', async (store) => {
      const rollout = RolloutBuilder.legacy();
      for (let n = 0; n < 150; n++) rollout.raw('bad');
      const { files } = await imported(store, [rollout.turns('turn-1')]);
      expect(files[0]?.rejectedLineCount).toBe(150);
      expect(files[0]?.rejectedLines).toEqual(
        Array.from({ length: 100 }, (_, n) => ({ line: n + 2, reason: 'not JSON' })),
      );
    });

    test('[I13] shows items of types it does not know word for word, and hides them on the limited surface', async (store) => {
      const item = { type: 'HologramProjected', id: 'holo-1', beam: { colors: ['red', null], Width: 1.5 } };
      const known = { type: 'Sleep', id: 'sleep-1', duration_ms: 5 };
      for (const build of BUILDERS) {
        const rollout = build().startTurn('turn-1').user('turn-1', 'question');
        rollout.item('turn-1', item).item('turn-1', known).completeTurn('turn-1');
        const { threadId } = rollout;
        await imported(store, [rollout], { surface: 'extended' });
        const shown = (await allItems(store, { threadId })).find(({ itemId }) => itemId === 'holo-1');
        expect(shown?.item).toMatchObject(item);
        const [turn] = await allTurns(store, { threadId, itemsView: 'full' });
        expect(turn?.items).toContainEqual(shown?.item);
        await imported(store, [rollout], { surface: 'limited' });
        const ids = (await allItems(store, { threadId })).map(({ itemId }) => itemId);
        expect(ids).not.toContain('holo-1');
        expect(ids).toHaveLength(rollout.format === 'legacy' ? 1 : 2);
      }
    });

    test('[I14] shows recorded command executions of a legacy thread, and hides them on the limited surface', async (store) => {
      const rollout = RolloutBuilder.legacy().startTurn('turn-1').user('turn-1', 'question');
      rollout.command('turn-1', 'call-1', 'hello').agent('turn-1', 'answer').completeTurn('turn-1');
      const { threadId } = rollout;
      const ids = async () => (await allItems(store, { threadId })).map(({ itemId }) => itemId);
      await imported(store, [rollout]);
      expect(await ids()).toEqual(['item-1', 'call-1', 'item-2']);
      const report = await store.importRollouts([rollout.file], { surface: 'limited' });
      expect(report).toMatchObject({ files: [{ outcome: 'unchanged' }], threadIds: [threadId] });
      expect(await ids()).toEqual(['item-1', 'item-2']);
      expect((await store.readThread({ threadId })).itemCount).toBe(2);
      await imported(store, [rollout]);
      expect(await ids()).toEqual(['item-1', 'call-1', 'item-2']);
    });

    test('[I15] takes lines of megabytes', async (store) => {
      const long = 'abcdefgh'.repeat(786_432);
      const rollout = RolloutBuilder.paginated().turns('turn-1').startTurn('turn-2');
      rollout.command('turn-2', 'call-1', long).completeTurn('turn-2').turns('turn-3');
      const { threadId, name, text } = rollout;
      const { files } = await store.importRollouts([{ name, data: new Blob([text]) }]);
      expect(files).toMatchObject([{ outcome: 'imported', rejectedLineCount: 0, bytes: text.length }]);
      const [item] = await allItems(store, { threadId, turnId: 'turn-2' });
      expect(item?.item).toMatchObject({ type: 'commandExecution' });
      expect(item?.item && 'aggregatedOutput' in item.item && item.item.aggregatedOutput === long).toBe(true);
      expect(turnIdsOf({ rows: await allTurns(store, { threadId }) })).toEqual(turnIds(3));
      expect((await store.loadHistory({ threadId })).items).toHaveLength(rollout.lines.length);
    });
  });
}
