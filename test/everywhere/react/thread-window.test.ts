import type { ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import * as fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type ThreadList, ThreadWindow } from '../../../src/react/thread-window.ts';
import { range, until, watchCalls } from './numbered-turns.ts';

test('[U2] a window on threads reads all of them in the order of the store', async () => {
  const { window, store, ids } = await openWindow(25);
  expect(ids()).toEqual((await listed(store)).slice(0, 10));
  await until(() => {
    window.loadOlder();
    return window.getState().atOldest;
  });
  expect(ids()).toEqual(await listed(store));
});

test('[U3] a window on threads keeps a bounded number of them, also when many come at once', async () => {
  const { window, store, ids } = await openWindow(100);
  await until(() => {
    window.loadOlder();
    expect(ids().length).toBeLessThanOrEqual(40);
    return window.getState().atOldest;
  });
  await until(() => {
    window.loadNewer();
    return window.getState().atNewest;
  });
  const all = await listed(store);
  expect(ids()).toEqual(all.slice(0, ids().length));

  const { store: empty, ids: seen } = await openWindow(0);
  for (const number of range(0, 120)) await create(empty, number);
  await until(() => seen()[0] === 'thread-119');
  expect(seen().length).toBeLessThanOrEqual(50);
  expect(seen()).toEqual((await listed(empty)).slice(0, seen().length));
});

test('[U5] of threads each one that changed is read alone, and the others stay as they are', async () => {
  const { window, store, ids } = await openWindow(25);
  const before = window.getState().rows;
  const lists = watchCalls(store, 'listThreads');
  const reads = watchCalls(store, 'readThread');
  await store.updateThreadMetadata({ threadId: 'thread-020', patch: { name: 'renamed' } });
  await until(() => window.getState().rows.some((thread) => thread.name === 'renamed'));
  expect(lists).toEqual([]);
  expect(reads.map(({ threadId }) => threadId)).toEqual(['thread-020']);
  expect(window.getState().rows.filter((row) => !before.includes(row))).toHaveLength(1);
  expect(ids()).toEqual((await listed(store)).slice(0, 10));
});

test('[U4] a thread leaves a list that does not show it any more, and comes into one that does', async () => {
  const { store, ids } = await openWindow(5);
  const archived = await view(store, { archived: true });
  const named = await view(store, { searchTerm: 'wanted' });
  await store.archiveThread({ threadId: 'thread-002' });
  await store.updateThreadMetadata({ threadId: 'thread-003', patch: { name: 'wanted' } });
  await store.deleteThread({ threadId: 'thread-004' });
  await until(() => ids().length === 3 && archived().length === 1 && named().length === 1);
  expect([ids(), archived(), named()]).toEqual([
    ['thread-003', 'thread-001', 'thread-000'],
    ['thread-002'],
    ['thread-003'],
  ]);
  await store.unarchiveThread({ threadId: 'thread-002' });
  await until(() => ids().length === 4);
  expect(ids()).toEqual(await listed(store));
});

test('[U4] whatever happens to threads, a window shows a part of the list as it is', async () => {
  const step = fc.record({
    does: fc.constantFrom('create', 'archive', 'unarchive', 'delete', 'older', 'newer', 'jump'),
    at: fc.nat(30),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(30), fc.array(step, { maxLength: 25 }), async (count, steps) => {
      const { window, store, ids } = await openWindow(count);
      let made = count;
      for (const { does, at } of steps) {
        const threadId = nameOf(at);
        if (does === 'create') await create(store, made++);
        else if (does === 'archive') await store.archiveThread({ threadId }).catch(() => undefined);
        else if (does === 'unarchive') await store.unarchiveThread({ threadId }).catch(() => undefined);
        else if (does === 'delete') await store.deleteThread({ threadId }).catch(() => undefined);
        else if (does === 'older') window.loadOlder();
        else if (does === 'newer') window.loadNewer();
        else window.jumpTo(at % 2 ? 'oldest' : 'newest');
      }
      const all = await listed(store);
      const isPart = () => {
        const { atOldest, atNewest, loadingOlder, loadingNewer } = window.getState();
        const from = Math.max(0, all.indexOf(ids()[0] ?? ''));
        const part = all.slice(from, from + ids().length);
        return (
          !loadingOlder &&
          !loadingNewer &&
          String(part) === String(ids()) &&
          (!atNewest || from === 0) &&
          (!atOldest || from + part.length === all.length)
        );
      };
      await until(isPart);
      window.stop();
    }),
    { numRuns: 30 },
  );
});

/** A window on a store of so many threads, and the ids that it shows, newest first. */
async function openWindow(count: number) {
  const store = createMemoryThreadStore();
  for (const number of range(0, count)) await create(store, number);
  const window = new ThreadWindow(store, {}, { pageSize: 10, maxRows: 30, startAt: 'newest' });
  onTestFinished(() => window.stop());
  await window.start();
  return { window, store, ids: () => shown(window) };
}

/** What a window with filters shows, newest first. */
async function view(store: ThreadStoreClient, list: ThreadList): Promise<() => string[]> {
  const window = new ThreadWindow(store, list, { pageSize: 10, maxRows: 30, startAt: 'newest' });
  onTestFinished(() => window.stop());
  await window.start();
  return () => shown(window);
}

function shown(window: ThreadWindow): string[] {
  return window
    .getState()
    .rows.map((thread) => thread.threadId)
    .toReversed();
}

async function listed(store: ThreadStoreClient): Promise<string[]> {
  const { items } = await store.listThreads({ pageSize: 1000 });
  return items.map((thread) => thread.threadId);
}

async function create(store: ThreadStoreClient, number: number): Promise<void> {
  const name = `rollout-2026-11-22T16-00-00-${nameOf(number)}.jsonl`;
  const timestamp = new Date(Date.UTC(2026, 0, 1) + 1000 * number).toISOString();
  const payload = {
    id: nameOf(number),
    timestamp,
    cwd: '/app',
    originator: 'test',
    cli_version: '0.169.0',
    source: 'cli',
  };
  const data = `${JSON.stringify({ timestamp, type: 'session_meta', payload })}\n`;
  const report = await store.importRollouts([{ name, data }]);
  expect(report.threadIds).toEqual([nameOf(number)]);
}

function nameOf(number: number): string {
  return `thread-${String(number).padStart(3, '0')}`;
}
