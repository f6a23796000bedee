import { describe, expect } from 'vitest';
import type { RolloutItem } from '../contract/records.ts';
import { MemoryThreadStore } from '../memory/memory-thread-store.ts';
import { expectReplay, liveThread, METADATA, payloadsOf, shown } from './live-script.ts';
import { allItems, allPages, allTurns, itemIdsOf, itemPage, turnIdsOf, turnPage } from './pages.ts';
import { RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, type StoreTest } from './store-test.ts';

const MODES = ['legacy', 'paginated'] as const;
const ENDLESS = { includeArchived: true, sortDirection: 'asc', pageSize: 100_000 } as const;

/** Rules of what reads see of a thread that is being written. */
export function livePageTests(test: StoreTest): void {
  describe('a thread that is being written', () => {
    test('[P23] takes turns back, and goes on with the numbers that the rest leaves', async (store) => {
      const script = await liveThread(store, 'legacy');
      const { threadId } = script;
      for (const act of [
        () => script.lines.turns(...turnIds(6)),
        () => script.lines.rollBack(2),
        () => script.lines.turns('turn-7', 'turn-8').rollBack(1),
        () => script.lines.startTurn('turn-9').user('turn-9', 'open'),
        () => script.lines.rollBack(1).turns('turn-10'),
      ]) {
        act();
        await script.write();
        await expectReplay(store, threadId);
      }
      const left = ['turn-1', 'turn-2', 'turn-3', 'turn-4', 'turn-7', 'turn-10'];
      for (const pageSize of [1, 2, 100]) {
        const pages = await allPages((cursor) =>
          turnPage(store, { threadId, sortDirection: 'asc', pageSize, cursor }),
        );
        expect(pages.flatMap(turnIdsOf)).toEqual(left);
      }
      const kept = await turnPage(store, { threadId, pageSize: 1 });
      script.lines.rollBack(1);
      await script.write();
      expect((await failure(store.listTurns({ threadId, cursor: kept.backwardsCursor }))).message).toBe(
        'invalid cursor: anchor turn is no longer present',
      );
      script.lines.rollBack(100);
      await script.write();
      expect((await store.listTurns({ threadId })).turns).toEqual([]);
      script.lines.turns('turn-11');
      await script.write();
      await script.shutdown();
      expect((await allItems(store, { threadId })).map(({ itemId }) => itemId)).toEqual(['item-1', 'item-2']);
      await expectReplay(store, threadId);
    });

    test('[P24] shows turns of hundreds of items that came one by one, in pages of any size', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode, { eventPersistenceMode: 'extended' });
        const { threadId } = script;
        const ids: string[] = [];
        script.lines.startTurn('turn-1');
        for (let item = 0; item < 300; item++) {
          ids.push(`call-${item}`);
          script.lines.command('turn-1', `call-${item}`, `output ${item}`);
          await script.append();
          if (item % 3 === 0) await script.flush();
          // Items of packs that are full, loose, and of the commit itself are told again.
          for (const back of [150, 40, 2]) {
            if (item % 50 === 49 && item >= back)
              script.lines.command('turn-1', `call-${item - back}`, `again ${item}`);
          }
        }
        await script.write();
        for (const end of [false, true]) {
          if (end)
            script.lines.completeTurn('turn-1').turns('turn-2').command('turn-1', 'call-7', 'long after');
          if (end) await script.write();
          for (const pageSize of [7, 63, 64, 65, 299, 300, 1000]) {
            for (const sortDirection of ['asc', 'desc'] as const) {
              const pages = await allPages((cursor) =>
                itemPage(store, { threadId, turnId: 'turn-1', pageSize, sortDirection, cursor }),
              );
              expect(pages.flatMap(itemIdsOf)).toEqual(sortDirection === 'asc' ? ids : [...ids].reverse());
            }
          }
          await expectReplay(store, threadId);
        }
      }
    });

    test('[P24] keeps items of more than 64 KB whole, also when they grow and shrink', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode, { eventPersistenceMode: 'extended' });
        const { threadId } = script;
        script.lines.startTurn('turn-1').user('turn-1', 'q'.repeat(90_000));
        await script.write();
        for (const size of [10, 70_000, 300_000, 20, 65_536]) {
          script.lines.command('turn-1', 'call', 'x'.repeat(size));
          await script.write();
          const [item] = (await allItems(store, { threadId })).slice(-1);
          expect(item?.item).toMatchObject({ aggregatedOutput: 'x'.repeat(size) });
        }
        script.lines.agent('turn-1', 'a'.repeat(700_000), 'final_answer').completeTurn('turn-1');
        await script.append();
        await script.shutdown();
        const [turn] = await allTurns(store, { threadId, itemsView: 'summary' });
        expect(turn?.items.map((item) => JSON.stringify(item).length > 90_000)).toEqual([true, true]);
        await expectReplay(store, threadId);
      }
    });

    test('[P25] is never shown ahead of its history, and whole lines behind it only (statements 48 and 49)', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode);
        const { threadId } = script;
        await store.persistThread({ threadId });
        const seen: { turns: unknown; items: unknown; before: RolloutItem[]; after: RolloutItem[] }[] = [];
        for (const id of turnIds(25)) {
          script.lines.startTurn(id);
          const writing = [script.append()];
          script.lines.user(id, id).agent(id, 'x'.repeat(5000), 'final_answer');
          writing.push(script.append());
          script.lines.completeTurn(id);
          writing.push(script.write());
          const before = (await store.loadHistory({ threadId })).items;
          const turns = await store.listTurns({ ...ENDLESS, threadId, itemsView: 'full' });
          const items = await store.listItems({ ...ENDLESS, threadId });
          const after = (await store.loadHistory({ threadId })).items;
          seen.push({
            turns: turns.turns.map(told),
            items: items.items,
            before,
            after,
          });
          await Promise.all(writing);
        }
        for (const { turns, items, before, after } of seen) {
          // What a page shows is a state of the history between the two that were read around it.
          const states = await replays(after, before.length);
          expect(states.map((state) => state.turns)).toContainEqual(turns);
          expect(states.map((state) => state.items)).toContainEqual(items);
        }
        await expectReplay(store, threadId);
      }
    });

    test('[P25] has a history that is whole, also while its log is put in order', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      for (const [delay, turnId] of turnIds(9).entries()) {
        script.lines.startTurn(turnId);
        await script.write();
        for (let item = 0; item < 40; item++) {
          script.lines.agent(turnId, `item ${item}`);
          await script.write();
        }
        const before = await payloadsOf(store, threadId);
        // The end of a turn joins what its commits wrote. It comes at another step of the read each time.
        const reading = payloadsOf(store, threadId);
        for (let step = 0; step < delay; step++) await store.readThread({ threadId });
        script.lines.completeTurn(turnId);
        await script.write();
        const read = await reading;
        expect(read.slice(0, before.length)).toEqual(before);
        expect([before.length, before.length + 1]).toContain(read.length);
      }
    });

    test('[P26] may have any id up to 128 characters, with items and turns of any id', async (store) => {
      const ids = [
        'x'.repeat(128),
        'a/b\\c..',
        ' spaced ',
        '-leading',
        'ünïcödé-…-🧵',
        'quote"\'`',
        'new\nline\u0000null',
        '\ud800lone',
        '["turn","x"]',
        '__proto__',
        'constructor',
        '01a20400-0000-7000-8000-000000000001_01a20400-0000-7000-8000-000000000002',
      ];
      for (const [index, id] of ids.entries()) {
        const script = await liveThread(store, index % 2 === 0 ? 'paginated' : 'legacy', {
          threadId: id,
          eventPersistenceMode: 'extended',
        });
        const turnId = ids[(index + 1) % ids.length] ?? '';
        const itemId = ids[(index + 2) % ids.length] ?? '';
        script.lines.startTurn(turnId).user(turnId, 'hi').command(turnId, itemId, 'out').completeTurn(turnId);
        await script.append();
        await script.shutdown();
        await script.resume();
        await script.shutdown();
        expect((await store.readThread({ threadId: id })).threadId).toBe(id);
        expect((await allTurns(store, { threadId: id })).map((turn) => turn.turnId)).toEqual([turnId]);
        expect((await allItems(store, { threadId: id, turnId })).map((item) => item.itemId)).toContain(
          itemId,
        );
        const page = await itemPage(store, { threadId: id, pageSize: 1 });
        expect((await itemPage(store, { threadId: id, cursor: page.nextCursor })).rows).toHaveLength(1);
        await expectReplay(store, id);
      }
      expect((await store.listThreads({})).items.map(({ threadId }) => threadId).sort()).toEqual(
        [...ids].sort(),
      );
      for (const threadId of ['', 'x'.repeat(129)])
        expect((await failure(store.createThread({ threadId, ...METADATA }))).code).toBe('invalid_request');
      for (const threadId of ids) {
        await store.deleteThread({ threadId });
        expect((await failure(store.readThread({ threadId }))).code).toBe('thread_not_found');
      }
    });

    test('[P27] has a turn in progress while it is written, which is interrupted after', async (store) => {
      for (const mode of MODES) {
        for (const end of ['shutdownThread', 'discardThread'] as const) {
          const script = await liveThread(store, mode);
          const { threadId } = script;
          script.lines.turns('turn-1').startTurn('turn-2').user('turn-2', 'hi');
          await script.write();
          const statuses = async () =>
            (
              await Promise.all(
                (['full', 'summary', 'notLoaded'] as const).map(async (itemsView) =>
                  (await allTurns(store, { threadId, itemsView })).map(({ status }) => status),
                ),
              )
            ).flat();
          const both = (status: string) => ['completed', status, 'completed', status, 'completed', status];
          expect(await statuses()).toEqual(both('inProgress'));
          await store[end]({ threadId });
          expect(await statuses()).toEqual(both('interrupted'));
          await script.resume();
          expect(await statuses()).toEqual(both('inProgress'));
          script.lines.completeTurn('turn-2');
          await script.write();
          expect(await statuses()).toEqual(both('completed'));
          await script.shutdown();
        }
      }
    });

    test('[P28] is refused by an import, which does everything else (statement 18)', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.write();
      const before = await shown(store, threadId);
      const others = [RolloutBuilder.legacy().turns('turn-1'), RolloutBuilder.paginated().turns('turn-1')];
      const fork = script.lines.fork().turns('turn-2');
      const files = [others[0], script.lines.turns('turn-9'), fork, others[1]].flatMap(
        (one) => one?.file ?? [],
      );
      const { files: reports, threadIds } = await store.importRollouts(files);
      expect(reports.map(({ outcome }) => outcome)).toEqual(['imported', 'failed', 'imported', 'imported']);
      expect(reports[1]).toMatchObject({
        threadId,
        reason: `thread ${threadId} already has an active writer`,
      });
      expect(threadIds).toEqual([others[0]?.threadId, fork.threadId, others[1]?.threadId]);
      expect(await shown(store, threadId)).toEqual(before);
      script.take();
      script.lines.turns('turn-2');
      await script.write();
      expect((await allTurns(store, { threadId })).map(({ turnId }) => turnId)).toEqual(turnIds(2));
      await expectReplay(store, threadId);
    });

    test('[P28] whose writer has gone takes the longer file of it', async (store) => {
      const script = await liveThread(store);
      const { threadId } = script;
      script.lines.turns('turn-1');
      await script.append();
      await script.shutdown();
      const { items } = await store.loadHistory({ threadId });
      const { rolloutPath: name = '' } = await store.readThread({ threadId });
      const more = { ...items.at(-1), type: 'future', ordinal: items.length, payload: 'later' };
      const data = [...items, more].map((line) => `${JSON.stringify(line)}\n`).join('');
      const report = await store.importRollouts([{ name, data }]);
      expect(report.files.map(({ outcome }) => outcome)).toEqual(['extended']);
      await script.resume();
      script.lines.turns('turn-2');
      await script.write();
      const ordinals = (await store.loadHistory({ threadId })).items.map(({ ordinal }) => ordinal);
      expect(ordinals).toEqual(ordinals.map((_, place) => place));
      await expectReplay(store, threadId);
    });
  });
}

/** What the history's beginnings show, from `from` lines on. */
async function replays(history: RolloutItem[], from: number): Promise<{ turns: unknown; items: unknown }[]> {
  const states: { turns: unknown; items: unknown }[] = [];
  for (let end = from; end <= history.length; end++) {
    const fresh = new MemoryThreadStore();
    const data = history
      .slice(0, end)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
    const { threadIds } = await fresh.importRollouts([{ name: 'replay.jsonl', data }]);
    const request = { ...ENDLESS, threadId: threadIds[0] ?? '' };
    const { turns } = await fresh.listTurns({ ...request, itemsView: 'full' });
    const { items } = await fresh.listItems(request);
    states.push({ turns: turns.map(told), items });
    await fresh.close();
  }
  return states;
}

function told({ bytes: _, status, ...turn }: { bytes: number; status: string }): unknown {
  return { ...turn, status: status === 'inProgress' ? 'interrupted' : status };
}
