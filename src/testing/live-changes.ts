import { describe, expect } from 'vitest';
import type { StoredThreadItem } from '../contract/records.ts';
import type { ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import { liveThread, listening, type LiveScript } from './live-script.ts';
import { allItems, itemPage } from './pages.ts';
import { RolloutBuilder, turnIds } from './rollout-builder.ts';
import { failure, imported, type StoreTest } from './store-test.ts';

const MODES = ['legacy', 'paginated'] as const;

/** Rules of how changes are told, and caught up with. */
export function liveChangeTests(test: StoreTest): void {
  describe('changes', () => {
    test('[F1] are told commit by commit, with the turns and items that are new or changed', async (store) => {
      const heard = listening(store);
      const script = await liveThread(store, 'paginated');
      const { threadId } = script;
      const told = async (act: (lines: RolloutBuilder) => unknown) => {
        const before = heard.events.length;
        act(script.lines);
        await script.append();
        await script.flush();
        // Everything of one call is one commit. A flush may add one in which nothing changed, which is heard
        // at any later time.
        const news = () =>
          heard.events
            .slice(before)
            .flatMap((event) => (event.type === 'threadChanged' ? [event.changes] : []))
            .find((changes) => changes?.turns.length !== 0);
        await heard.until(() => news() !== undefined);
        return news();
      };
      expect(await told((lines) => lines.startTurn('turn-1').user('turn-1', 'hi'))).toEqual({
        turns: [{ turnId: 'turn-1', status: 'inProgress', isNew: true }],
        items: [{ turnId: 'turn-1', itemId: expect.any(String) as string, isNew: true }],
      });
      expect(await told((lines) => lines.command('turn-1', 'call', 'one'))).toEqual({
        turns: [{ turnId: 'turn-1', status: 'inProgress', isNew: false }],
        items: [{ turnId: 'turn-1', itemId: 'call', isNew: true }],
      });
      expect(await told((lines) => lines.command('turn-1', 'call', 'two').completeTurn('turn-1'))).toEqual({
        turns: [{ turnId: 'turn-1', status: 'completed', isNew: false }],
        items: [{ turnId: 'turn-1', itemId: 'call', isNew: false }],
      });
      // A late item changes its turn; a new turn of the same commit comes after it.
      expect(
        await told((lines) => lines.turn({ id: 'turn-2' }).command('turn-1', 'late', 'x')),
      ).toMatchObject({
        turns: [
          { turnId: 'turn-1', status: 'completed', isNew: false },
          { turnId: 'turn-2', status: 'completed', isNew: true },
        ],
      });
      expect(heard.events.every((event) => event.threadId === threadId)).toBe(true);
    });

    test('[F1] are told once they can be read', async (store) => {
      const answers: Promise<unknown>[] = [];
      const end = store.subscribe((event) => {
        if (event.type !== 'threadChanged') return;
        answers.push(store.listItems({ threadId: event.threadId, pageSize: 1000 }));
      });
      const heard = listening(store);
      const script = await liveThread(store);
      for (const id of turnIds(5)) {
        script.lines.turns(id);
        await script.write();
      }
      await heard.until((events) => events.length >= 5);
      end();
      for (const [index, answer] of (await Promise.all(answers)).entries()) {
        const event = heard.events[index];
        const ids = (answer as { items: StoredThreadItem[] }).items.map(({ itemId }) => itemId);
        const changed = event?.type === 'threadChanged' ? (event.changes?.items ?? []) : [];
        expect(ids).toEqual(expect.arrayContaining(changed.map(({ itemId }) => itemId)));
      }
    });

    test('[F2] of a rollback tell what is left, or that anything may have changed', async (store) => {
      const heard = listening(store);
      const script = await liveThread(store, 'legacy');
      script.lines.turns('turn-1', 'turn-2');
      await script.write();
      await heard.until((events) => events.length > 0);
      const { length } = heard.events;
      script.lines.turns('turn-3', 'turn-4').rollBack(1);
      await script.write();
      const isNews = (event: ThreadStoreEvent) =>
        event.type === 'threadChanged' && event.changes?.turns.length !== 0;
      const events = await heard.until((all) => all.slice(length).some(isNews));
      expect(events.slice(length).find(isNews)).toEqual({ type: 'threadChanged', threadId: script.threadId });
    });

    test('[F3] of name, archive and deletion are told', async (store) => {
      const rollout = RolloutBuilder.paginated().turns('turn-1');
      await imported(store, [rollout]);
      const { threadId } = rollout;
      const heard = listening(store);
      await store.updateThreadMetadata({ threadId, patch: { name: 'x' } });
      await store.archiveThread({ threadId });
      await store.unarchiveThread({ threadId });
      await store.deleteThread({ threadId });
      const changed = { type: 'threadChanged', threadId };
      const events = await heard.until((all) => all.length >= 4);
      expect(events).toMatchObject([changed, changed, changed, { type: 'threadDeleted', threadId }]);
      // No turn or item is said to have changed.
      expect(events.some((event) => 'changes' in event)).toBe(false);
    });

    test('[F4] are caught up with in the order in which they were made, each item once, in its last state', async (store) => {
      for (const mode of MODES) {
        const script = await liveThread(store, mode, { eventPersistenceMode: 'extended' });
        const follower = new Follower(store, script.threadId);
        for (const act of ACTS) {
          act(script);
          await script.write();
          for (const pageSize of [3, 1000]) await follower.holds(pageSize);
          await follower.catchUp(2);
        }
        await script.shutdown();
        await follower.holds(7);
      }
    });

    test('[F4] of items whose turn is told later reach who had caught up before', async (store) => {
      const script = await liveThread(store, 'paginated');
      const { threadId } = script;
      const follower = new Follower(store, threadId);
      script.lines.command('turn-2', 'orphan', 'before its turn').startTurn('turn-1').agent('turn-1', 'seen');
      await script.write();
      await follower.catchUp(10);
      script.lines.startTurn('turn-2').agent('turn-2', 'in it');
      await script.write();
      await follower.holds(1);
      const items = await follower.catchUp(10);
      expect(items.map(({ itemId }) => itemId)).toContain('orphan');
      expect(items).toHaveLength(2);
    });

    test('[F5] are caught up with in one direction, with cursors of their own', async (store) => {
      const rollouts = [
        RolloutBuilder.paginated().turns(...turnIds(5)),
        RolloutBuilder.paginated().turns('turn-1'),
      ];
      await imported(store, rollouts);
      const [threadId = '', other = ''] = rollouts.map((rollout) => rollout.threadId);
      const request = { threadId, afterUpdatedAtOrdinal: -1 };
      expect((await failure(store.listItems({ ...request, sortDirection: 'desc' }))).code).toBe(
        'invalid_request',
      );
      for (const afterUpdatedAtOrdinal of [-2, 1.5]) {
        const { code } = await failure(store.listItems({ threadId, afterUpdatedAtOrdinal }));
        expect(code).toBe('invalid_request');
      }
      const first = await itemPage(store, { ...request, pageSize: 2 });
      const plain = await itemPage(store, { threadId, pageSize: 2 });
      const wrong = [
        { ...request, cursor: plain.nextCursor },
        { threadId, cursor: first.nextCursor },
        { threadId: other, afterUpdatedAtOrdinal: -1, cursor: first.nextCursor },
        { ...request, cursor: 'garbage' },
      ];
      for (const one of wrong) {
        expect((await failure(store.listItems(one))).message).toBe(`invalid cursor: ${String(one.cursor)}`);
      }
      const rest = await itemPage(store, { ...request, cursor: first.nextCursor });
      expect([...first.rows, ...rest.rows]).toEqual(await allItems(store, { threadId }));
      expect((await itemPage(store, { threadId, afterUpdatedAtOrdinal: 9 })).rows).toEqual([]);
      expect((await itemPage(store, { threadId, afterUpdatedAtOrdinal: 1_000_000 })).rows).toEqual([]);
    });
  });
}

const ACTS: ((script: LiveScript) => unknown)[] = [
  ({ lines }) => lines.turns('turn-1', 'turn-2'),
  ({ lines }) =>
    lines.startTurn('turn-3').command('turn-3', 'call-1', 'one').command('turn-3', 'call-2', 'one'),
  ({ lines }) => lines.command('turn-3', 'call-1', 'two').command('turn-3', 'call-1', 'three'),
  ({ lines }) => lines.command('turn-1', 'late', 'x'),
  ({ lines }) => lines.command('turn-1', 'late', 'y').command('turn-3', 'call-2', 'two'),
  ({ lines }) => lines.agent('turn-3', 'z'.repeat(80_000)).completeTurn('turn-3'),
  ({ lines, historyMode }) => (historyMode === 'legacy' ? lines.rollBack(1) : lines.turns('turn-4')),
  ({ lines }) => lines.turns('turn-5').command('turn-2', 'later', 'x').command('turn-1', 'late', 'again'),
  (script) => {
    script.lines.startTurn('turn-6');
    for (let item = 0; item < 150; item++) script.lines.command('turn-6', `many-${item}`, 'x');
    for (let item = 0; item < 150; item += 13) script.lines.command('turn-6', `many-${item}`, 'again');
  },
];

/** Someone who was away, and catches up. */
class Follower {
  readonly #store: ThreadStoreClient;
  readonly #threadId: string;
  #watermark = -1;

  constructor(store: ThreadStoreClient, threadId: string) {
    this.#store = store;
    this.#threadId = threadId;
  }

  /** What changed since the last time, in pages. */
  async catchUp(pageSize: number): Promise<StoredThreadItem[]> {
    const items = await this.#changes(this.#watermark, pageSize);
    this.#watermark = items.at(-1)?.updatedAtOrdinal ?? this.#watermark;
    return items;
  }

  /** Holds what changed after every watermark against what the thread's items say of themselves. */
  async holds(pageSize: number): Promise<void> {
    const all = await allItems(this.#store, { threadId: this.#threadId });
    const last = Math.max(-1, ...all.map(({ updatedAtOrdinal }) => updatedAtOrdinal));
    const step = Math.ceil((last + 2) / (pageSize > 100 ? 30 : 4));
    for (let watermark = -1; watermark <= last; watermark += step) {
      const expected = all
        .filter(({ updatedAtOrdinal }) => updatedAtOrdinal > watermark)
        .sort((a, b) => a.updatedAtOrdinal - b.updatedAtOrdinal);
      expect(await this.#changes(watermark, pageSize)).toEqual(expected);
      for (const turnId of ['turn-1', 'turn-3', 'nowhere']) {
        if (watermark > 3) break;
        expect(await this.#changes(watermark, pageSize, turnId)).toEqual(
          expected.filter((item) => item.turnId === turnId),
        );
      }
    }
  }

  async #changes(
    afterUpdatedAtOrdinal: number,
    pageSize: number,
    turnId?: string,
  ): Promise<StoredThreadItem[]> {
    const items: StoredThreadItem[] = [];
    let cursor: string | undefined;
    do {
      const request = { threadId: this.#threadId, turnId, afterUpdatedAtOrdinal, pageSize, cursor };
      const page = await itemPage(this.#store, request);
      items.push(...page.rows);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return items;
  }
}
