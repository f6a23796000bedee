import { openThreadStore, type StoreEvent, type ThreadStoreClient } from 'idb-thread-store';
import { describe, expect, test } from 'vitest';
import { listening, liveThread } from '../../src/testing/live-script.ts';
import { RolloutBuilder } from '../../src/testing/rollout-builder.ts';
import { failure, imported } from '../../src/testing/store-test.ts';
import { freshName } from '../support/stores.ts';

/** What may happen to a worker. Of its end by `terminate`, as of a crash, nobody is told. */
const losses: Record<string, (worker: Worker) => void> = {
  breaks: (worker) => worker.postMessage('break'),
  hangs: (worker) => worker.postMessage('hang'),
  'is gone': (worker) => worker.terminate(),
};

/** A store whose worker can be lost. */
class LossyStore {
  readonly name = freshName();
  readonly events: StoreEvent[] = [];
  readonly workers: Worker[] = [];
  /** Set: no other worker can be made. */
  isLastWorker = false;
  store!: ThreadStoreClient;
  #onEvent: () => void = () => undefined;

  async open(mode: 'auto' | 'worker' = 'worker'): Promise<ThreadStoreClient> {
    this.store = await openThreadStore({
      name: this.name,
      mode,
      deadlineMs: 1000,
      worker: () => {
        if (this.isLastWorker) throw new Error('no more workers');
        const worker = new Worker(new URL('./faulty-worker.ts', import.meta.url), { type: 'module' });
        // Else the browser tells Vitest of errors that are wanted here.
        worker.addEventListener('error', (event) => event.preventDefault());
        this.workers.push(worker);
        return worker;
      },
      onEvent: (event) => {
        if (!('threadId' in event)) this.events.push(event);
        this.#onEvent();
      },
    });
    return this.store;
  }

  lose(how: string): void {
    const worker = this.workers.at(-1);
    if (worker) losses[how]?.(worker);
  }

  /** Once an event of this type has come. */
  event(type: StoreEvent['type']): Promise<StoreEvent> {
    return new Promise((resolve) => {
      this.#onEvent = () => {
        const found = this.events.find((event) => event.type === type);
        if (found) resolve(found);
      };
      this.#onEvent();
    });
  }
}

describe.each(Object.keys(losses))('a worker that %s', (how) => {
  test('[W15] is replaced: who reads is answered by the new one, who subscribed still hears', async () => {
    const lossy = new LossyStore();
    const store = await lossy.open();
    const [rollout, later] = [RolloutBuilder.paginated().turns('turn-1'), RolloutBuilder.paginated()];
    const { threadId } = rollout;
    await imported(store, [rollout]);
    const heard = listening(store);
    lossy.lose(how);
    const pages = await Promise.all([store.listTurns({ threadId }), store.listThreads({}), store.status()]);
    expect(pages).toMatchObject([
      { turns: [{ turnId: 'turn-1' }] },
      { items: [{ threadId }] },
      { mode: 'worker' },
    ]);
    expect(await lossy.event('restarted')).toMatchObject({ mode: 'worker' });
    expect(lossy.workers).toHaveLength(2);
    await imported(store, [later]);
    await heard.until((events) => events.some((event) => event.threadId === later.threadId));
    // Nobody wrote.
    expect(lossy.events.map(({ type }) => type)).toEqual(['restarted']);
    await store.close();
  });
});

test('[W5] the writes that wait for a lost worker fail with `unavailable`, and are not sent again', async () => {
  const lossy = new LossyStore();
  const store = await lossy.open();
  await store.status();
  const rollout = RolloutBuilder.paginated().turns('turn-1');
  let pulls = 0;
  const data = new ReadableStream<Uint8Array>({ pull: () => void pulls++ }, { highWaterMark: 0 });
  const importing = failure(store.importRollouts([{ name: 'never ends', data }]));
  lossy.lose('is gone');
  const patching = failure(store.updateThreadMetadata({ threadId: 'nobody', patch: { name: 'x' } }));
  expect(await importing).toMatchObject({
    code: 'unavailable',
    operation: 'importRollouts',
    retryable: true,
  });
  // What was sent before the loss was noticed may have been done, or not.
  expect(await patching).toMatchObject({ code: 'unavailable', operation: 'updateThreadMetadata' });
  const read = pulls;
  expect((await store.listThreads({})).items).toEqual([]);
  await imported(store, [rollout]);
  expect(pulls).toBe(read);
  await store.close();
});

test('[P20] what is called while a new worker starts is what it was when it was called', async () => {
  const lossy = new LossyStore();
  const store = await lossy.open();
  const rollout = RolloutBuilder.paginated().turns('turn-1');
  const { threadId } = rollout;
  await imported(store, [rollout]);
  let pull = () => {};
  const pulled = new Promise<void>((resolve) => (pull = resolve));
  const data = new ReadableStream<Uint8Array>({ pull: () => pull() }, { highWaterMark: 0 });
  const importing = failure(store.importRollouts([{ name: 'never ends', data }]));
  // One that is sent to the next worker instead would never end.
  await pulled;
  lossy.lose('breaks');
  await importing;
  const patch = { name: 'as it was' };
  const renaming = store.updateThreadMetadata({ threadId, patch });
  patch.name = 'as it became';
  const refused = failure(store.updateThreadMetadata({ threadId, patch: { name: (() => '') as never } }));
  expect((await renaming).name).toBe('as it was');
  expect((await refused).code).toBe('invalid_request');
  await store.close();
});

test('[W11] a lost worker loses its live writers, and the store says which; what was flushed is there, and goes on', async () => {
  const lossy = new LossyStore();
  const store = await lossy.open();
  const [open, shut] = [await liveThread(store), await liveThread(store)];
  for (const script of [open, shut]) {
    script.lines.turns('turn-1');
    await script.write();
  }
  await shut.shutdown();
  const { threadId } = open;
  lossy.lose('hangs');
  const appending = failure(store.flushThread({ threadId }));
  expect(await lossy.event('writersLost')).toMatchObject({ threadIds: [threadId] });
  expect((await appending).code).toBe('unavailable');
  expect((await failure(store.flushThread({ threadId }))).code).toBe('thread_not_found');
  // The lock of a worker that was ended is free a moment later.
  while (
    (await store.resumeThread({ threadId }).catch((error: { code: string }) => error.code)) === 'conflict'
  );
  open.lines.turns('turn-2');
  await open.write();
  expect((await store.listTurns({ threadId })).turns.map(({ turnId }) => turnId)).toEqual([
    'turn-2',
    'turn-1',
  ]);
  await store.close();
});

test('[W12] a call may take long: as long as the worker answers, nothing is held against it', async () => {
  const lossy = new LossyStore();
  const store = await lossy.open();
  let end = () => {};
  const data = new ReadableStream<Uint8Array>({
    start: (controller) => {
      end = () => controller.close();
    },
  });
  const importing = store.importRollouts([{ name: 'slow', data }]);
  await new Promise((resolve) => setTimeout(resolve, 3500));
  end();
  expect((await importing).files).toMatchObject([{ name: 'slow', outcome: 'failed' }]);
  expect(lossy.workers).toHaveLength(1);
  expect(lossy.events).toEqual([]);
  await store.close();
});

test('[W13] where no other worker can be started, `auto` goes on in the page and says so', async () => {
  const lossy = new LossyStore();
  const store = await lossy.open('auto');
  const rollout = RolloutBuilder.paginated().turns('turn-1');
  await imported(store, [rollout]);
  lossy.isLastWorker = true;
  lossy.lose('breaks');
  expect(await lossy.event('restarted')).toMatchObject({ mode: 'direct' });
  expect(await store.status()).toMatchObject({
    engine: 'indexeddb',
    mode: 'direct',
    reason: expect.stringContaining('no more workers') as string,
  });
  const { threadId } = rollout;
  expect((await store.listTurns({ threadId })).turns).toHaveLength(1);
  await store.close();
  expect((await failure(store.listTurns({ threadId }))).code).toBe('unavailable');
});

test('[W13] with mode `worker` the calls fail with `unavailable`, and each tries again to start one', async () => {
  const lossy = new LossyStore();
  const store = await lossy.open('worker');
  await store.status();
  lossy.isLastWorker = true;
  lossy.lose('breaks');
  expect(await failure(store.listThreads({}))).toMatchObject({ code: 'unavailable', retryable: true });
  expect((await failure(store.listThreads({}))).message).toContain('no more workers');
  lossy.isLastWorker = false;
  expect(await store.listThreads({})).toEqual({ items: [] });
  expect(lossy.events).toMatchObject([{ type: 'restarted', mode: 'worker' }]);
  await store.close();
});

test('[W14] a store whose worker is lost can be closed, also while another one is started', async () => {
  for (const how of Object.keys(losses)) {
    const lossy = new LossyStore();
    const store = await lossy.open();
    await store.status();
    // Lost before the import has come to it, the worker would be replaced, and the import wait for ever in the next one.
    const { data, isRead } = endlessStream();
    const reading = failure(store.importRollouts([{ name: 'x', data }]));
    await isRead;
    lossy.lose(how);
    if (how === 'breaks') await reading;
    await store.close();
    await store.close();
    expect((await reading).code).toBe('unavailable');
    expect(await failure(store.listThreads({}))).toMatchObject({ code: 'unavailable', retryable: false });
  }
});

/** A stream that never gives anything, and tells when somebody waits for that. */
function endlessStream(): { data: ReadableStream<Uint8Array>; isRead: Promise<void> } {
  let data!: ReadableStream<Uint8Array>;
  const isRead = new Promise<void>((resolve) => {
    const never = new Promise<void>(() => undefined);
    const pull = () => {
      resolve();
      return never;
    };
    data = new ReadableStream({ pull }, { highWaterMark: 0 });
  });
  return { data, isRead };
}
