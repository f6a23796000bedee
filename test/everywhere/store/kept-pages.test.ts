import { isItemOf, openThreadStore } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { afterEach, expect, test, vi } from 'vitest';
import { RolloutBuilder, turnIds } from '../../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../../src/testing/store-test.ts';
import { freshName } from '../../support/stores.ts';
import { swept } from '../../support/swept.ts';

afterEach(() => vi.restoreAllMocks());

/** A store as a page holds it, and another one on the same database. */
async function openTwo() {
  const name = freshName();
  return {
    name,
    store: await openThreadStore({ name, mode: 'direct' }),
    other: await openDirectThreadStore({ name }),
  };
}

test('[W16] the page of a thread that is as it was is not read again, and is not what a caller made of it', async () => {
  const { name, store, other } = await openTwo();
  const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
  await imported(other, [rollout]);
  await swept(name);
  const params = { threadId: rollout.threadId, itemsView: 'full' } as const;
  const expected = structuredClone(await store.listTurns(params));
  const page = await store.listTurns(params);
  const reads = vi.spyOn(IDBObjectStore.prototype, 'getAll');
  for (let again = 0; again < 2; again++) {
    const given = again === 0 ? page : await store.listTurns(params);
    expect(given).toEqual(expected);
    for (const item of given.turns.flatMap(({ items }) => items)) {
      if (isItemOf(item, 'userMessage')) item.content.length = 0;
      else Object.assign(item, { text: 'changed' });
    }
    given.turns.reverse().pop();
    delete given.nextCursor;
  }
  expect(await store.listTurns(params)).toEqual(expected);
  expect(reads).not.toHaveBeenCalled();
  // Another page is.
  expect((await store.listTurns({ ...params, pageSize: 1 })).turns.length).toBe(1);
  expect(reads).toHaveBeenCalled();
  await store.close();
  await other.close();
});

test('[W16] a page that was kept is never older than its thread', async () => {
  const { store, other } = await openTwo();
  const rollout = RolloutBuilder.paginated().turns(...turnIds(3));
  const { threadId } = rollout;
  await imported(other, [rollout]);
  const params = { threadId, itemsView: 'full' } as const;
  const expectTheSame = async (turns: number) => {
    const page = await store.listTurns(params);
    expect(page).toEqual(await other.listTurns(params));
    expect(page.turns.length).toBe(turns);
  };
  await expectTheSame(3);
  await imported(other, [rollout.turns('turn-4')]);
  await expectTheSame(4);
  await other.revertThread({ threadId, beforeTurnId: 'turn-4' });
  await expectTheSame(3);
  await other.resumeThread({ threadId });
  const payload = { type: 'turn_started', turn_id: 'turn-5', started_at: 1 };
  await other.appendItems({ threadId, items: [{ type: 'event_msg', payload }] });
  await other.flushThread({ threadId });
  await expectTheSame(4);
  await other.shutdownThread({ threadId });
  await expectTheSame(4);
  await other.archiveThread({ threadId });
  expect((await failure(store.listTurns(params))).code).toBe('invalid_request');
  await other.deleteThread({ threadId });
  expect((await failure(store.listTurns(params))).code).toBe('thread_not_found');
  await imported(other, [RolloutBuilder.paginated({ threadId }).turns('turn-1')]);
  await expectTheSame(1);
  await store.close();
  await other.close();
});
