import type { ThreadStoreClient } from 'idb-thread-store';
import { describe, expect, test } from 'vitest';
import {
  expectReplay,
  liveThread,
  LiveScript,
  listening,
  METADATA,
  payloadsOf,
  shown,
} from '../../src/testing/live-script.ts';
import { allItems, allTurns } from '../../src/testing/pages.ts';
import { builtId, RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import { freshName } from './stores.ts';

/** Holds several stores on one database, as tabs have them, against the rules of one writer and many readers. */
export function describeClients(title: string, open: (name: string) => Promise<ThreadStoreClient>): void {
  const clients = async (body: (a: ThreadStoreClient, b: ThreadStoreClient) => Promise<void>) => {
    const name = freshName();
    const [a, b] = [await open(name), await open(name)];
    try {
      await body(a, b);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  };

  describe(title, () => {
    test('[P18] the second writer of a thread is refused, whatever it does; reads go on (statement 18)', () =>
      clients(async (a, b) => {
        for (const persisted of [false, true]) {
          const script = await liveThread(a);
          const { threadId } = script;
          if (persisted) {
            script.lines.turns('turn-1');
            await script.write();
          }
          const calls = {
            createThread: () => b.createThread({ threadId, ...METADATA }),
            resumeThread: () => b.resumeThread({ threadId }),
            deleteThread: () => b.deleteThread({ threadId }),
          };
          for (const [operation, call] of Object.entries(calls)) {
            expect(await failure(call())).toMatchObject({
              code: 'conflict',
              message: `thread ${threadId} already has an active writer`,
              operation,
              threadId,
              retryable: true,
            });
          }
          expect((await failure(b.flushThread({ threadId }))).code).toBe('thread_not_found');
          expect((await failure(b.discardThread({ threadId }))).code).toBe('thread_not_found');
          const { files } = await b.importRollouts([{ name: 'x.jsonl', data: script.lines.text }]);
          expect(files).toMatchObject([
            { outcome: 'failed', reason: expect.stringContaining('active writer') as string },
          ]);
          // None of this disturbed the writer.
          script.lines.turns('turn-2');
          await script.write();
          expect(await shown(b, threadId)).toEqual(await shown(a, threadId));
          expect(await payloadsOf(b, threadId)).toHaveLength(persisted ? 9 : 5);
          await script.shutdown();
        }
      }));

    test('[J5] turns of a thread that another store writes stay; it can be forked', () =>
      clients(async (a, b) => {
        for (const historyMode of ['legacy', 'paginated'] as const) {
          const script = await liveThread(a, historyMode);
          const { threadId } = script;
          script.lines.turns(...turnIds(3));
          await script.write();
          const cut = { threadId, beforeTurnId: 'turn-2' };
          for (const call of [b.rollbackThread(cut), b.revertThread(cut)])
            expect(await failure(call)).toMatchObject({ code: 'conflict', threadId });
          const fork = await b.forkThread({ threadId, lastTurnId: 'turn-2' });
          await a.rollbackThread(cut);
          expect(await allTurns(b, { threadId })).toHaveLength(1);
          expect(await allTurns(a, { threadId: fork.threadId })).toHaveLength(2);
          await script.shutdown();
          await b.rollbackThread({ threadId, beforeTurnId: 'turn-1' });
          expect(await allTurns(a, { threadId })).toEqual([]);
        }
      }));

    test('[J8] a fork of a thread that another store deletes meanwhile is whole, or refused', () =>
      clients(async (a, b) => {
        const outcomes = new Set<string>();
        for (let delay = 0; delay < 40; delay++) {
          const rollout = delay % 2 === 0 ? RolloutBuilder.legacy() : RolloutBuilder.paginated();
          const { threadId } = rollout.turns(...turnIds(3));
          await imported(a, [rollout]);
          const newThreadId = `fork-${delay}`;
          const fork = a.forkThread({ threadId, newThreadId }).then(
            () => 'forked',
            ({ code }: { code: string }) => code,
          );
          for (let step = 0; step < delay; step++) await Promise.resolve();
          if (delay % 4 > 1) await new Promise((resolve) => setTimeout(resolve, delay / 10));
          await b.deleteThread({ threadId });
          const outcome = await fork;
          outcomes.add(outcome);
          if (outcome === 'forked') expect(await allTurns(b, { threadId: newThreadId })).toHaveLength(3);
          else expect((await failure(b.readThread({ threadId: newThreadId }))).code).toBe('thread_not_found');
        }
        for (const outcome of outcomes) expect(['forked', 'thread_not_found', 'conflict']).toContain(outcome);
      }));

    test('[P18] of two that open a thread at the same time one gets it', () =>
      clients(async (a, b) => {
        for (let round = 0; round < 10; round++) {
          const threadId = builtId();
          const create = (store: ThreadStoreClient) => store.createThread({ threadId, ...METADATA });
          const outcomes = await Promise.allSettled([create(a), create(b)]);
          expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
          const [winner, loser] = outcomes[0]?.status === 'fulfilled' ? [a, b] : [b, a];
          await winner.persistThread({ threadId });
          await winner.shutdownThread({ threadId });
          await loser.resumeThread({ threadId });
          await loser.shutdownThread({ threadId });
          expect(await payloadsOf(loser, threadId)).toHaveLength(1);
        }
      }));

    test('[P18] a thread goes from writer to writer, by shutdown, discard or close, and goes on as one', () =>
      clients(async (a, b) => {
        for (const mode of ['legacy', 'paginated'] as const) {
          const script = await liveThread(a, mode);
          const { threadId } = script;
          for (const [turn, turnId] of turnIds(12).entries()) {
            script.lines.startTurn(turnId).user(turnId, turnId);
            await script.write();
            script.lines.completeTurn(turnId);
            await script.write();
            const [from, to] = turn % 2 === 0 ? [a, b] : [b, a];
            if (turn % 3 === 0) await from.discardThread({ threadId });
            else await from.shutdownThread({ threadId });
            // At once: nothing is left to wait for.
            await script.resume(to);
          }
          await script.shutdown();
          expect((await allTurns(b, { threadId, sortDirection: 'asc' })).map(({ turnId }) => turnId)).toEqual(
            turnIds(12),
          );
          expect(await payloadsOf(a, threadId)).toHaveLength(37);
          await expectReplay(a, threadId);
          await expectReplay(b, threadId);
        }
      }));

    test('[P29] a store that closes writes all that its writers were given', async () => {
      const name = freshName();
      const store = await open(name);
      const scripts = await Promise.all(
        (['legacy', 'paginated'] as const).flatMap((mode) => [
          liveThread(store, mode),
          liveThread(store, mode),
        ]),
      );
      for (const [index, script] of scripts.entries()) {
        // Some are there already, others have not been written at all.
        if (index % 2 === 0) await store.persistThread({ threadId: script.threadId });
        for (const turnId of turnIds(5)) {
          script.lines.turns(turnId);
          await script.append();
        }
      }
      await store.close();
      const again = await open(name);
      for (const { threadId, lines } of scripts) {
        const written = (await payloadsOf(again, threadId)).slice(1);
        expect(written).toEqual(lines.lines.slice(1).map((line) => JSON.parse(line).payload));
        expect(await allTurns(again, { threadId })).toHaveLength(5);
        await expectReplay(again, threadId);
      }
      await again.close();
    });

    test('[K3] a store that closes while its import waits lets the others import', async () => {
      const name = freshName();
      const [a, b] = [await open(name), await open(name)];
      const waiting = [new ReadableStream<Uint8Array>(), undefined].map((data) => {
        const files = async function* () {
          if (data) yield { name: 'never ends', data };
          else await new Promise(() => undefined);
        };
        return failure(a.importRollouts(files()));
      });
      await a.listThreads({});
      await a.close();
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(b, [rollout]);
      expect(await allTurns(b, { threadId: rollout.threadId })).toHaveLength(1);
      expect((await Promise.all(waiting)).map(({ code }) => code)).toEqual(['unavailable', 'unavailable']);
      await b.close();
    });

    test('[P18] a store that closes gives all its threads to the others', async () => {
      const name = freshName();
      const [a, b] = [await open(name), await open(name)];
      const scripts = await Promise.all([liveThread(a), liveThread(a), liveThread(a)]);
      for (const script of scripts) {
        script.lines.turns('turn-1').startTurn('turn-2');
        await script.append();
      }
      await a.close();
      for (const script of scripts) {
        await script.resume(b);
        script.lines.completeTurn('turn-2');
        await script.write();
        expect(await script.payloads()).toHaveLength(6);
        await expectReplay(b, script.threadId);
      }
      await b.close();
    });

    test('[P27] a turn in progress reads as such in every store while one writes it, and as interrupted after', () =>
      clients(async (a, b) => {
        const script = await liveThread(a);
        const { threadId } = script;
        script.lines.startTurn('turn-1');
        await script.write();
        const statuses = () =>
          Promise.all([a, b].map(async (store) => (await allTurns(store, { threadId }))[0]?.status));
        expect(await statuses()).toEqual(['inProgress', 'inProgress']);
        await script.shutdown();
        expect(await statuses()).toEqual(['interrupted', 'interrupted']);
        await script.resume(b);
        expect(await statuses()).toEqual(['inProgress', 'inProgress']);
      }));

    test('[F6] every store hears of the changes of the others, with what changed, once they can be read', () =>
      clients(async (a, b) => {
        const heard = listening(b);
        const script = await liveThread(a);
        const { threadId } = script;
        for (const turnId of turnIds(5)) {
          script.lines.startTurn(turnId).command(turnId, `call-${turnId}`, 'output').completeTurn(turnId);
          await script.write();
          await heard.until((events) =>
            events.some(
              (event) =>
                event.type === 'threadChanged' &&
                event.threadId === threadId &&
                event.changes?.items.some(({ itemId }) => itemId === `call-${turnId}`),
            ),
          );
          expect((await allItems(b, { threadId })).map(({ itemId }) => itemId)).toContain(`call-${turnId}`);
        }
        const rollout = RolloutBuilder.paginated().turns('turn-1');
        await imported(a, [rollout]);
        const other = rollout.threadId;
        await heard.until((events) => events.some((event) => event.threadId === other));
        await a.updateThreadMetadata({ threadId: other, patch: { name: 'x' } });
        await a.archiveThread({ threadId: other });
        await a.deleteThread({ threadId: other });
        const events = await heard.until((all) => all.some(({ type }) => type === 'threadDeleted'));
        expect(events.filter((event) => event.threadId === other)).toHaveLength(4);
        expect((await failure(b.readThread({ threadId: other, includeArchived: true }))).code).toBe(
          'thread_not_found',
        );
        // Each event once, and only in the stores that are open.
        const before = heard.events.length;
        heard.end();
        script.lines.turns('turn-6');
        await script.write();
        expect(heard.events).toHaveLength(before);
      }));

    test('[F6] who slept catches up exactly once, while another store goes on writing', () =>
      clients(async (a, b) => {
        const script = await liveThread(a);
        const { threadId } = script;
        await a.persistThread({ threadId });
        const seen = new Map<string, number[]>();
        let watermark = -1;
        const catchUp = async () => {
          let cursor: string | undefined;
          const from = watermark;
          do {
            const page = await b.listItems({ threadId, afterUpdatedAtOrdinal: from, pageSize: 3, cursor });
            for (const { itemId, updatedAtOrdinal } of page.items) {
              expect(updatedAtOrdinal).toBeGreaterThan(watermark);
              watermark = updatedAtOrdinal;
              seen.set(itemId, [...(seen.get(itemId) ?? []), updatedAtOrdinal]);
            }
            cursor = page.nextCursor;
          } while (cursor !== undefined);
        };
        for (const turnId of turnIds(15)) {
          script.lines
            .startTurn(turnId)
            .command(turnId, `call-${turnId}`, 'one')
            .command('turn-1', 'again', turnId);
          const writing = [script.write()];
          script.lines.command(turnId, `call-${turnId}`, 'two').completeTurn(turnId);
          writing.push(script.write());
          await catchUp();
          await Promise.all(writing);
        }
        await catchUp();
        const all = await allItems(b, { threadId });
        expect([...seen.keys()].sort()).toEqual(all.map(({ itemId }) => itemId).sort());
        // The last state of each, and no state twice.
        for (const { itemId, updatedAtOrdinal } of all) {
          const ordinals = seen.get(itemId) ?? [];
          expect(ordinals.at(-1)).toBe(updatedAtOrdinal);
          expect(new Set(ordinals).size).toBe(ordinals.length);
        }
      }));

    test('[M36] patches of one store and lines of another do not undo each other', () =>
      clients(async (a, b) => {
        const script = await liveThread(a);
        const { threadId } = script;
        await a.persistThread({ threadId });
        for (const [index, turnId] of turnIds(10).entries()) {
          script.lines.turns(turnId);
          await Promise.all([
            script.write(),
            b.updateThreadMetadata({ threadId, patch: { name: `named in ${turnId}` } }),
            b.updateThreadMetadata({ threadId, patch: { gitInfo: { branch: turnId } } }),
          ]);
          const edits = { name: `named in ${turnId}`, gitInfo: { branch: turnId } };
          expect(await b.readThread({ threadId })).toMatchObject({ ...edits, turnCount: index + 1 });
        }
        await expectReplay(b, threadId);
      }));

    test('[V51] a thread that another store has deleted is gone here, too', () =>
      clients(async (a, b) => {
        const script = await liveThread(a);
        const { threadId } = script;
        script.lines.turns('turn-1');
        await script.append();
        await script.shutdown();
        await b.readThread({ threadId });
        await b.deleteThread({ threadId });
        for (const store of [a, b])
          expect((await failure(store.resumeThread({ threadId }))).code).toBe('thread_not_found');
        const again = new LiveScript(a, 'paginated', threadId);
        await again.create();
        again.lines.turns('turn-2');
        await again.write();
        expect((await allTurns(b, { threadId })).map(({ turnId }) => turnId)).toEqual(['turn-2']);
      }));
  });
}
