import type { ThreadStoreClient } from 'idb-thread-store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordings, type ExpectedPage, type ExpectedThread } from '../../support/corpus.ts';
import { connect, stores, type Answer, type Client } from './clients.ts';

describe.each(stores)('every recorded thread over $name', ({ open }) => {
  describe.each(recordings)('$name', (recording) => {
    const protocol = recording.name.startsWith('legacy/') ? '0.130' : 'latest';
    let store: ThreadStoreClient;
    let client: Client;
    let threads: ExpectedThread[];

    beforeAll(async () => {
      store = await open();
      threads = await recording.expected();
      await store.importRollouts(await recording.files(), { surface: 'limited' });
      client = await connect(store, { protocol });
    });
    afterAll(() => store.close());

    test('[A3] turns and items are answered word for word, with every null', async () => {
      for (const { threadId, turns, items } of threads) {
        for (const [key, { pages }] of Object.entries(turns)) {
          const [itemsView, sortDirection, limit] = key.split('/');
          const request = { threadId, itemsView, sortDirection, limit: Number(limit) };
          await comparePages(pages, (cursor) => client.call('thread/turns/list', { ...request, cursor }));
        }
        for (const [key, { pages }] of Object.entries(items)) {
          const [sortDirection, limit] = key.split('/');
          const request = { threadId, sortDirection, limit: Number(limit) };
          await comparePages(pages, (cursor) => client.call('thread/items/list', { ...request, cursor }));
        }
      }
    });
  });
});

async function comparePages(
  pages: ExpectedPage<unknown>[],
  ask: (cursor: string | null) => Promise<Answer>,
): Promise<void> {
  let cursor: string | null = null;
  for (const { data, more } of pages) {
    const { result, error } = await ask(cursor);
    expect(error).toBeUndefined();
    expect(result.data).toEqual(data);
    expect(result.nextCursor !== null).toBe(more);
    cursor = result.nextCursor;
  }
}
