import { openDirectThreadStore } from 'idb-thread-store/direct';
import { expect, test } from 'vitest';
import { allItems, allTurns } from '../../../src/testing/pages.ts';
import { RolloutBuilder, turnIds } from '../../../src/testing/rollout-builder.ts';
import { imported } from '../../../src/testing/store-test.ts';
import { rowCounts } from '../../support/row-counts.ts';
import { freshName } from '../../support/stores.ts';
import { swept } from '../../support/swept.ts';

const TURNS = 3000;

test('[V55] while a large thread is cleared others are imported, forked and reverted, and none of that is cleared with it', async () => {
  const name = freshName();
  const store = await openDirectThreadStore({ name });
  const large = RolloutBuilder.paginated().turns(...turnIds(TURNS));
  const source = RolloutBuilder.paginated().turns(...turnIds(3));
  const { threadId } = source;
  await imported(store, [large, source]);
  await swept(name);

  await store.deleteThread({ threadId: large.threadId });
  const late = RolloutBuilder.legacy().turns(...turnIds(4));
  await imported(store, [late]);
  const fork = await store.forkThread({ threadId });
  await store.revertThread({ threadId, beforeTurnId: 'turn-2' });
  // None of these has waited until all was cleared.
  expect((await rowCounts(name))['turns']).toBeGreaterThan(TURNS / 10);

  await swept(name);
  const counts = [];
  for (const id of [late.threadId, fork.threadId, threadId])
    counts.push((await allTurns(store, { threadId: id, itemsView: 'full' })).length);
  expect(counts).toEqual([4, 3, 1]);
  expect(await rowCounts(name)).toMatchObject({ turns: 8, unpublished: 0 });
  await store.close();
});

test('[V55] what an import has written so far is not cleared as left over', async () => {
  const name = freshName();
  const store = await openDirectThreadStore({ name });
  const other = RolloutBuilder.paginated().turns('turn-1');
  await imported(store, [other]);
  const rollout = RolloutBuilder.paginated();
  for (const id of turnIds(300)) rollout.turn({ id, agent: ['x'.repeat(5000)] });
  const { threadId } = rollout;
  const bytes = new TextEncoder().encode(rollout.text);
  let goOn = () => {};
  const data = new ReadableStream<Uint8Array>({
    start(controller) {
      const half = bytes.length / 2;
      controller.enqueue(bytes.slice(0, half));
      goOn = () => {
        controller.enqueue(bytes.slice(half));
        controller.close();
      };
    },
  });
  const importing = store.importRollouts([{ name: rollout.file.name, data }]);
  while (Number((await rowCounts(name))['turns']) < 100) await store.listThreads({});
  await store.deleteThread({ threadId: other.threadId });
  for (let read = 0; read < 50; read++) await store.listThreads({});
  goOn();
  expect((await importing).files).toMatchObject([{ outcome: 'imported' }]);
  await swept(name);
  expect(await allTurns(store, { threadId })).toHaveLength(300);
  expect(await allItems(store, { threadId })).toHaveLength(600);
  expect(await rowCounts(name)).toMatchObject({ turns: 300, unpublished: 0 });
  await store.close();
});
