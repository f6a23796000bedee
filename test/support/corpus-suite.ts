import type { StoredTurn, ThreadStoreClient, TurnItemsView } from 'idb-thread-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordings, type ExpectedPage, type ExpectedThread } from './corpus.ts';
import { withoutNulls } from './without-nulls.ts';

/** Holds a store against everything that the real server answered of the recorded threads. */
export function describeCorpus(name: string, open: () => Promise<ThreadStoreClient>): void {
  describe.each(recordings)(`${name}: $name`, (recording) => {
    let store: ThreadStoreClient;
    let threads: ExpectedThread[];

    beforeAll(async () => {
      store = await open();
      threads = await recording.expected();
      // In the order that is the least handy: what is based on other files comes before them.
      const files = (await recording.files()).reverse();
      const report = await store.importRollouts(files, { surface: 'limited' });
      expect(report.files.map(({ outcome, rejectedLineCount }) => [outcome, rejectedLineCount])).toEqual(
        files.map(() => ['imported', 0]),
      );
    });
    afterAll(() => store.close());

    test('[G1] the threads are those that the server lists', async () => {
      for (const { threadId, thread, current } of threads) {
        const stored = await store.readThread({ threadId });
        expect({ ...stored, createdAt: Math.floor(stored.createdAt / 1000) }).toMatchObject(
          withoutNulls({
            threadId,
            preview: thread.preview,
            modelProvider: thread.modelProvider,
            cwd: thread.cwd,
            cliVersion: thread.cliVersion,
            source: thread.source,
            forkedFromId: thread.forkedFromId,
            createdAt: thread.createdAt,
            rolloutPath: current,
          }) as object,
        );
        expect(stored.incomplete).toBeUndefined();
      }
      const { items } = await store.listThreads({});
      expect(items.map(({ threadId }) => threadId).sort()).toEqual(
        threads.map(({ threadId }) => threadId).sort(),
      );
    });

    test("[G2] the pages of turns are the server's, in every view, direction and size", async () => {
      for (const { threadId, turns } of threads) {
        for (const [key, { pages }] of Object.entries(turns)) {
          const [itemsView, sortDirection, size] = key.split('/') as [TurnItemsView, 'asc' | 'desc', string];
          const request = { threadId, itemsView, sortDirection, pageSize: Number(size) };
          await comparePages(pages, {
            page: async (cursor) => {
              const { turns: rows, ...cursors } = await store.listTurns({ ...request, cursor });
              return { rows: rows.map(onTheWire), ...cursors };
            },
            back: async (cursor) => {
              const back = await store.listTurns({
                ...request,
                cursor,
                sortDirection: opposite(sortDirection),
              });
              return back.turns.map(({ turnId }) => turnId);
            },
          });
        }
      }
    });

    test("[G3] the pages of items are the server's, in every direction and size", async () => {
      for (const { threadId, items } of threads) {
        for (const [key, { pages }] of Object.entries(items)) {
          const [sortDirection, size] = key.split('/') as ['asc' | 'desc', string];
          const request = { threadId, sortDirection, pageSize: Number(size) };
          await comparePages(pages, {
            page: async (cursor) => {
              const { items: rows, ...cursors } = await store.listItems({ ...request, cursor });
              return {
                rows: rows.map(({ turnId, item, startedAtMs, completedAtMs }) => ({
                  turnId,
                  item,
                  startedAtMs,
                  completedAtMs,
                })),
                ...cursors,
              };
            },
            back: async (cursor) => {
              const back = await store.listItems({
                ...request,
                cursor,
                sortDirection: opposite(sortDirection),
              });
              return back.items.map(({ itemId }) => itemId);
            },
          });
        }
      }
    });

    test('[H1] loadHistory gives every line, word for word, in replay order', async () => {
      const files = await recording.files();
      for (const { threadId, current, rollouts } of threads) {
        const history = await store.loadHistory({ threadId });
        const own = linesOf(files.find(({ name: file }) => file === current)?.data);
        expect(history.threadId).toBe(threadId);
        expect(history.items.slice(-own.length)).toEqual(own);
        const before = history.items.length - own.length;
        const base = own[0]?.payload.history_base;
        expect(before).toBe(base?.end_ordinal_exclusive ?? 0);
        if (before > 0) {
          const source = files.find(
            ({ name: file }) => file !== current && file.includes(base?.thread_id ?? ''),
          );
          expect(history.items.slice(0, before)).toEqual(linesOf(source?.data).slice(0, before));
        } else expect(rollouts).toHaveLength(1);
      }
    });
  });
}

interface Pager {
  page(
    cursor: string | undefined,
  ): Promise<{ rows: unknown[]; nextCursor?: string; backwardsCursor?: string }>;
  back(cursor: string): Promise<string[]>;
}

async function comparePages(pages: ExpectedPage<unknown>[], pager: Pager): Promise<void> {
  let cursor: string | undefined;
  for (const { data, more, backwards } of pages) {
    const page = await pager.page(cursor);
    expect(withoutNulls(page.rows)).toEqual(withoutNulls(data));
    expect(page.nextCursor !== undefined).toBe(more);
    if (backwards) expect(await pager.back(page.backwardsCursor ?? '')).toEqual(backwards);
    cursor = page.nextCursor;
  }
}

/** A turn's fields that are on the wire; the others are ours. */
function onTheWire({
  turnId,
  ordinal: _ordinal,
  itemCount: _items,
  bytes: _bytes,
  ...turn
}: StoredTurn): unknown {
  return { id: turnId, ...turn };
}

function opposite(direction: 'asc' | 'desc'): 'asc' | 'desc' {
  return direction === 'asc' ? 'desc' : 'asc';
}

interface Line {
  payload: { history_base?: { thread_id: string; end_ordinal_exclusive: number } };
}

function linesOf(data: unknown): Line[] {
  return String(data)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}
