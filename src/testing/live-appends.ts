import { describe, expect } from 'vitest';
import type { RolloutItem } from '../contract/records.ts';
import { expectReplay, liveThread, payloads, payloadsOf, shown } from './live-script.ts';
import { allItems, allTurns } from './pages.ts';
import { RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const MODES = ['legacy', 'paginated'] as const;

/** Rules of what is appended: what is kept, in what order, with what times and ordinals. */
export function liveAppendTests(test: StoreTest): void {
  describe('what is appended', () => {
    test('[P13] changes nothing when it is nothing, or nothing that is kept (statement 13)', async (store) => {
      const transient = (payload: RolloutItem['payload']) => ({ type: 'event_msg', payload });
      const items = [
        transient({ type: 'agent_message_delta', delta: 'x' }),
        transient({ type: 'item_started', turn_id: 'turn-1', item: { type: 'Plan', id: 'p', text: 'x' } }),
        transient({ type: 'stream_error', message: 'x' }),
        transient({ type: 'an_event_of_the_future' }),
        { type: 'response_item', payload: { type: 'other' } },
      ];
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        for (const batch of [[], items]) {
          await store.appendItems({ threadId, items: batch });
          await script.flush();
          expect((await failure(store.readThread({ threadId }))).code).toBe('thread_not_found');
        }
        script.lines.turns('turn-1');
        await script.write();
        const before = await store.readThread({ threadId, includeHistory: true });
        for (const batch of [[], items]) await store.appendItems({ threadId, items: batch });
        await script.flush();
        expect(await store.readThread({ threadId, includeHistory: true })).toEqual(before);
      }
    });

    test("[P14] is kept by the store's policy: transient events never come back (statement 14)", async (store) => {
      const kinds = ['limited', 'extended'] as const;
      for (const eventPersistenceMode of kinds) {
        const legacy = await liveThread(store, 'legacy', { eventPersistenceMode });
        legacy.lines.startTurn('turn-1').user('turn-1', 'hi').command('turn-1', 'call', 'output');
        legacy.lines.event('exec_command_begin', begun).event('agent_message_delta', { delta: 'x' });
        legacy.lines.line('response_item', { type: 'message', role: 'user', content: [] });
        legacy.lines.line('turn_context', context).line('compacted', { message: '' }).line('world_state', {});
        await legacy.write();
        expect((await legacy.payloads()).map(kindOf)).toEqual([
          'task_started',
          'user_message',
          ...(eventPersistenceMode === 'extended' ? ['exec_command_end'] : []),
          'message',
          'mock',
          '',
          '{}',
        ]);
        await expectReplay(store, legacy.threadId);
      }
      const paginated = await liveThread(store, 'paginated');
      paginated.lines.turns('turn-1').event('agent_message', { message: 'told already' });
      paginated.lines.event('user_message', { message: 'told already' }).event('token_count', { info: null });
      await paginated.write();
      expect((await paginated.payloads()).map(kindOf)).toEqual([
        'task_started',
        'item_completed',
        'item_completed',
        'task_complete',
        'token_count',
      ]);
    });

    test('[P17] keeps its order, and two calls never mix (statement 17)', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        const calls: Promise<void>[] = [];
        for (let call = 0; call < 60; call++) {
          const items = Array.from({ length: (call % 7) + 1 }, (_, place) => mark(`${call}/${place}`));
          calls.push(store.appendItems({ threadId, items }));
          if (call % 9 === 4) calls.push(store.persistThread({ threadId }));
          if (call % 5 === 2) calls.push(script.flush());
          // Now and then a commit is under way when the next calls come.
          if (call % 4 === 0) await calls.at(-1);
        }
        await Promise.all(calls);
        await script.flush();
        const expected = Array.from({ length: 60 }, (_, call) =>
          Array.from({ length: (call % 7) + 1 }, (_value, place) => mark(`${call}/${place}`).payload),
        );
        expect(await script.payloads()).toEqual(expected.flat());
      }
    });

    test('[P17] of several threads at the same time stays in its own', async (store) => {
      const scripts = await Promise.all(
        MODES.flatMap((mode) => [liveThread(store, mode), liveThread(store, mode)]),
      );
      await Promise.all(
        scripts.map(async (script, which) => {
          for (const turnId of turnIds(10)) {
            script.lines.turn({ id: turnId, user: `${which} ${turnId}` });
            await script.append();
            if (which % 2 === 0) await script.flush();
          }
          await script.flush();
        }),
      );
      for (const [which, script] of scripts.entries()) {
        expect(payloads(script.lines.lines.slice(1).map((line) => JSON.parse(line) as RolloutItem))).toEqual(
          await script.payloads(),
        );
        expect((await store.readThread({ threadId: script.threadId })).preview).toBe(`${which} turn-1`);
        await expectReplay(store, script.threadId);
      }
    });

    test('[P19] gets its time and ordinal when it is written, whatever it says', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        script.lines.turns('turn-1');
        const items = script
          .take()
          .map((item) => ({ ...item, timestamp: '1999-01-01T00:00:00Z', ordinal: 77 }));
        const before = Date.now();
        await store.appendItems({ threadId, items });
        await script.flush();
        await script.shutdown();
        await script.resume();
        script.lines.turns('turn-2');
        await script.write();
        const { items: lines } = await store.loadHistory({ threadId });
        for (const { timestamp = '' } of lines) {
          expect(timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
          expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before - 1);
          expect(Date.parse(timestamp)).toBeLessThanOrEqual(Date.now());
        }
        expect(lines.map(({ ordinal }) => ordinal)).toEqual(
          lines.map((_, place) => (mode === 'paginated' ? place : undefined)),
        );
        const { updatedAt, createdAt } = await store.readThread({ threadId });
        expect(updatedAt).toBe(Date.parse(lines.at(-1)?.timestamp ?? ''));
        expect(createdAt).toBeLessThanOrEqual(Date.parse(lines[0]?.timestamp ?? ''));
      }
    });

    test('[P20] is refused whole when something of it cannot be a line, and the writer goes on', async (store) => {
      const good = mark('good');
      const bad: [unknown, RegExp][] = [
        [{ type: 'event_msg', payload: { type: 'task_started' } }, /items\.1 cannot be a rollout line/],
        [{ type: 'session_meta', payload: {} }, /items\.1/],
        [{ type: 'event_msg', payload: 'text' }, /items\.1/],
        [{ type: 'event_msg' }, /items\.1/],
        [{ payload: {} }, /items\.1/],
        ['text', /items\.1/],
        [null, /items\.1/],
        [{ type: 'future', payload: 10n }, /items\.1/],
        [{ type: 'future', payload: circular() }, /items\.1/],
      ];
      const script = await liveThread(store);
      const { threadId } = script;
      for (const [item, message] of bad) {
        const items = [good, item as RolloutItem, good];
        const error = await failure(store.appendItems({ threadId, items }));
        expect(error).toMatchObject({ code: 'invalid_request', operation: 'appendItems' });
        expect(error.message).toMatch(message);
      }
      expect((await failure(store.appendItems({ threadId, items: 'text' as never }))).code).toBe(
        'invalid_request',
      );
      await store.appendItems({ threadId, items: [good] });
      await script.flush();
      expect(await script.payloads()).toEqual([good.payload]);
    });

    test('[P20] is what it was when the call was made: changing the objects later changes nothing', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      const payload = { text: 'before', list: [1] };
      const call = store.appendItems({ threadId, items: [{ type: 'future', payload }] });
      payload.text = 'after';
      payload.list.push(2);
      await call;
      await script.flush();
      expect(await script.payloads()).toEqual([{ text: 'before', list: [1] }]);
    });

    test('[P16] after a last line that was cut off starts on a fresh line (statement 16)', async (store) => {
      for (const build of [RolloutBuilder.legacy, RolloutBuilder.paginated]) {
        for (const cut of ['{"timestamp":"2026-01-01T00:00:00.000Z","type":"event_msg","payl', null]) {
          const rollout = build().turns('turn-1');
          // Either the line is torn, or only its newline is missing.
          const text = cut === null ? rollout.text.slice(0, -1) : rollout.text + cut;
          const { threadId, name } = rollout;
          await imported(store, [{ file: { name, data: text } }]);
          const before = await payloadsOf(store, threadId);
          expect(before).toHaveLength(5);
          await store.resumeThread({ threadId });
          rollout.turns('turn-2');
          const items = rollout.lines.slice(-4).map((line) => JSON.parse(line) as RolloutItem);
          await store.appendItems({ threadId, items: items.slice(0, 2) });
          await store.flushThread({ threadId });
          await store.appendItems({ threadId, items: items.slice(2) });
          await store.shutdownThread({ threadId });
          expect(await payloadsOf(store, threadId)).toEqual([...before, ...payloads(items)]);
          const { items: lines } = await store.loadHistory({ threadId });
          if (rollout.format === 'paginated')
            expect(lines.map(({ ordinal }) => ordinal)).toEqual(lines.map((_, place) => place));
          expect((await allTurns(store, { threadId })).map(({ turnId }) => turnId)).toEqual(turnIds(2));
        }
      }
    });

    test('[P22] goes on after a resume exactly as if there had been none: ids, ordinals, open turns', async (store) => {
      const acts: ((lines: RolloutBuilder) => RolloutBuilder)[] = [
        (lines) => lines.user('', 'before any turn').agent('', 'implicit'),
        (lines) => lines.user('', 'another implicit turn'),
        (lines) => lines.event('agent_reasoning', { text: 'first' }),
        (lines) => lines.event('agent_reasoning', { text: 'joined' }),
        (lines) => lines.startTurn('turn-a').user('turn-a', 'a'),
        (lines) => lines.command('turn-a', 'call', 'output'),
        (lines) => lines.agent('turn-a', 'still a', 'commentary'),
        (lines) => lines.command('turn-a', 'call', 'output again'),
        (lines) => lines.line('compacted', { message: '' }),
        (lines) => lines.agent('turn-a', 'end of a', 'final_answer').completeTurn('turn-a'),
        (lines) => lines.startTurn('turn-b').agent('turn-b', 'b'),
        (lines) => lines.command('turn-a', 'late', 'late output'),
        (lines) => lines.abortTurn('turn-b').agent('turn-b', 'after the abort'),
        (lines) => lines.turn({ id: 'turn-c' }),
      ];
      for (const mode of MODES) {
        const [whole, cut] = [
          await liveThread(store, mode, { eventPersistenceMode: 'extended' }),
          await liveThread(store, mode, { eventPersistenceMode: 'extended' }),
        ];
        const { threadId } = cut;
        for (const act of acts) {
          for (const script of [whole, cut]) act(script.lines);
          await cut.write();
          await cut.shutdown();
          await store.resumeThread({ threadId, eventPersistenceMode: 'extended' });
        }
        await whole.write();
        const timeless = async (of: string) =>
          JSON.stringify(await shown(store, of))
            .replaceAll(/"(createdAtMs|startedAtMs|completedAtMs|startedAt|completedAt)":\d+/g, '"$1":0')
            .replaceAll(/msg-[0-9a-f]{6}-/g, 'msg-');
        expect(JSON.parse(await timeless(threadId))).toEqual(JSON.parse(await timeless(whole.threadId)));
        for (const script of [whole, cut]) await expectReplay(store, script.threadId);
      }
    });

    test('[P22] goes on with an imported thread exactly as its whole file would have', async (store) => {
      for (const build of [RolloutBuilder.legacy, RolloutBuilder.paginated]) {
        const rollout = build()
          .turn({ id: 'turn-1' })
          .turn({ id: 'turn-2', agent: ['open'], end: 'open' });
        const { threadId } = rollout;
        await imported(store, [rollout]);
        await store.resumeThread({ threadId });
        const { length } = rollout.lines;
        rollout.agent('turn-2', 'goes on').completeTurn('turn-2').turns('turn-3');
        const items = rollout.lines.slice(length).map((line) => JSON.parse(line) as RolloutItem);
        for (const item of items) await store.appendItems({ threadId, items: [item] });
        await store.shutdownThread({ threadId });
        const turns = await allTurns(store, { threadId });
        expect(turns.map(({ turnId, status }) => [turnId, status])).toEqual(
          turnIds(3).map((id) => [id, 'completed']),
        );
        expect((await allItems(store, { threadId })).map(({ ordinal }) => ordinal)).toEqual([
          0, 1, 2, 3, 4, 5, 6,
        ]);
        await expectReplay(store, threadId);
      }
    });
  });
}

const context = {
  cwd: '/workspace',
  approval_policy: 'never',
  sandbox_policy: { type: 'x' },
  model: 'mock',
  summary: 'auto',
};

/** The fields of a command that begins. */
const begun = { call_id: 'call', command: ['ls'], cwd: '/workspace', parsed_cmd: [] };

/** A line that every policy keeps and that means nothing. */
function mark(text: string): { type: string; payload: { text: string } } {
  return { type: 'future', payload: { text } };
}

function circular(): RolloutItem['payload'] {
  const list: RolloutItem['payload'][] = [];
  list.push(list);
  return list;
}

function kindOf(payload: unknown): unknown {
  const { type, model, message } = payload as { type?: unknown; model?: unknown; message?: unknown };
  return type ?? model ?? message ?? JSON.stringify(payload);
}
