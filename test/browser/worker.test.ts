import { openThreadStore, ThreadStoreError, type ThreadStoreClient } from 'idb-thread-store';
import { expect, test, vi } from 'vitest';
import { bytesOf, ZSTD } from '../../src/testing/compression.ts';
import { RolloutBuilder, turnIds } from '../../src/testing/rollout-builder.ts';
import { failure, imported, storeTests } from '../../src/testing/store-test.ts';
import { createBuiltWorker } from '../support/built-worker.ts';
import { freshName } from '../support/stores.ts';

const testOfFailing = storeTests(openFailingStore);
const testOfWorker = storeTests(() =>
  openThreadStore({ name: freshName(), mode: 'worker', worker: createBuiltWorker }),
);

testOfFailing(
  '[W1] an error crosses the boundary whole: class, code, operation, threadId, retryable, causes',
  async (store) => {
    const error = await failure(store.readThread({ threadId: 'thread' }));
    expect(error).toMatchObject({
      name: 'ThreadStoreError',
      code: 'conflict',
      message: 'the outermost',
      operation: 'readThread',
      threadId: 'thread',
      retryable: true,
    });
    const cause = error.cause;
    expect(cause).toBeInstanceOf(Error);
    expect(cause).toMatchObject({ name: 'TypeError', message: 'between' });
    const deepest = cause instanceof Error ? cause.cause : undefined;
    expect(deepest).toBeInstanceOf(ThreadStoreError);
    expect(deepest).toMatchObject({
      code: 'internal',
      message: 'the deepest',
      threadId: 'deep',
      operation: 'inner',
      retryable: false,
    });
  },
);

testOfFailing(
  "[W1] an error of the platform's crosses the boundary with its name and message",
  async (store) => {
    const error = await failure(store.loadHistory({ threadId: 'thread' }));
    expect(error).toMatchObject({ code: 'resource_exhausted', retryable: true });
    expect(error.cause).toMatchObject({ name: 'QuotaExceededError', message: 'no space' });
  },
);

testOfFailing('[W1] an error that is not of the store is `internal`, with it as the cause', async (store) => {
  const error = await failure(store.listThreads({}));
  expect(error).toMatchObject({ code: 'internal', message: 'not what was meant', retryable: false });
  expect(error.cause).toMatchObject({ name: 'RangeError', message: 'not what was meant' });
});

testOfWorker("[W1] an error of the real store's names its method and thread", async (store) => {
  const error = await failure(store.listTurns({ threadId: 'nobody' }));
  expect(error).toMatchObject({ code: 'thread_not_found', operation: 'listTurns', threadId: 'nobody' });
});

testOfWorker('[W2] params that cannot be copied are refused as the mistake that they are', async (store) => {
  const params = { threadId: 'thread', onTurn: () => undefined };
  expect(await failure(store.listTurns(params))).toMatchObject({
    code: 'invalid_request',
    operation: 'listTurns',
    retryable: false,
  });
  expect(await store.listThreads({})).toEqual({ items: [] });
});

test('[W10] a signal stops a call in the worker, which says how it ended', async () => {
  const rollout = RolloutBuilder.paginated().turns(...turnIds(3000));
  const { threadId } = rollout;
  const store = await openThreadStore({ name: freshName(), mode: 'worker', worker: createBuiltWorker });
  await imported(store, [rollout]);
  const stop = new AbortController();
  const reading = failure(store.loadHistory({ threadId, signal: stop.signal }));
  stop.abort(new Error('no longer wanted'));
  expect(await reading).toMatchObject({ code: 'aborted', operation: 'loadHistory', retryable: false });
  // Listening ends with the call: what is aborted later stops nothing.
  const later = new AbortController();
  expect(await store.readThread({ threadId, signal: later.signal })).toMatchObject({ threadId });
  later.abort();
  const patch = { name: 'new' };
  expect(
    await store.updateThreadMetadata({ threadId, patch, signal: new AbortController().signal }),
  ).toMatchObject(patch);
  const write = store.archiveThread({ threadId, signal: AbortSignal.abort() });
  expect(await failure(write)).toMatchObject({ code: 'aborted', committed: false });
  await store.close();
});

const brokenWorkers: [string, () => Worker][] = [
  ['that has no script', () => new Worker('/there-is-no-such-script.js', { type: 'module' })],
  ['whose script throws', () => workerOf("throw new Error('broken from the start')")],
  [
    'that cannot be made',
    () => {
      throw new Error('no workers here');
    },
  ],
];

test.each(brokenWorkers)(
  '[W3] with a worker %s, mode `worker` is unavailable and mode `auto` runs in the page',
  async (_, worker) => {
    const error = await failure(
      openThreadStore({ name: freshName(), mode: 'worker', worker: tolerated(worker) }),
    );
    expect(error).toMatchObject({ code: 'unavailable', operation: 'open', retryable: true });
    const store = await openThreadStore({ name: freshName(), mode: 'auto', worker: tolerated(worker) });
    expect(await store.status()).toMatchObject({ engine: 'indexeddb', mode: 'direct' });
    const rollout = RolloutBuilder.legacy().turns('turn-1');
    expect((await store.importRollouts([rollout.file])).threadIds).toEqual([rollout.threadId]);
    await store.close();
  },
);

test('[W3] a store says whether it runs in a worker', async () => {
  for (const mode of ['worker', 'auto', undefined] as const) {
    const store = await openThreadStore({ name: freshName(), mode });
    expect(await store.status()).toMatchObject({ engine: 'indexeddb', mode: 'worker' });
    await store.close();
  }
  const direct = await openThreadStore({ name: freshName(), mode: 'direct' });
  expect((await direct.status()).mode).toBe('direct');
  await direct.close();
});

test.each(['worker', 'auto', 'direct'] as const)(
  '[W4] a signal that is aborted before stops the opening in mode `%s`',
  async (mode) => {
    const opening = openThreadStore({ name: freshName(), mode, signal: AbortSignal.abort() });
    expect(await failure(opening)).toMatchObject({ code: 'aborted', retryable: false });
  },
);

test('[W4] a signal stops the opening while the worker does not answer, and ends the worker', async () => {
  const stop = new AbortController();
  const ended = vi.fn<() => void>();
  const worker = () => {
    const silent = workerOf('');
    const terminate = silent.terminate.bind(silent);
    silent.terminate = () => {
      ended();
      terminate();
    };
    queueMicrotask(() => stop.abort());
    return silent;
  };
  for (const mode of ['worker', 'auto'] as const) {
    const opening = openThreadStore({ name: freshName(), mode, worker, signal: stop.signal });
    expect(await failure(opening)).toMatchObject({ code: 'aborted' });
  }
  // It is given a moment to end by itself.
  await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(2), { timeout: 30_000 });
});

testOfFailing('[W5] a worker that breaks on every try fails the calls that wait for it', async (store) => {
  const [pending, alsoPending] = await Promise.all([
    failure(store.listTurns({ threadId: 'thread' })),
    failure(store.importRollouts([{ name: 'x', data: new ReadableStream() }])),
  ]);
  expect(pending).toMatchObject({ code: 'unavailable', operation: 'listTurns', retryable: true });
  expect(pending.message).toContain('the worker broke');
  expect(alsoPending.code).toBe('unavailable');
});

testOfFailing(
  '[W6] a stream is read as the worker asks for it, not ahead, and let go when it asks no more',
  async (store) => {
    let pulls = 0;
    let cancelled = false;
    const data = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulls++;
          controller.enqueue(new Uint8Array(65_536));
        },
        cancel() {
          cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    let asked = 0;
    function* files() {
      asked++;
      yield { name: 'endless', data };
      asked++;
      yield { name: 'never asked for', data: '' };
    }
    await store.importRollouts(files());
    // The worker's store has read three chunks of the first file.
    expect(pulls).toBe(3);
    expect(asked).toBe(1);
    expect(cancelled).toBe(true);
  },
);

testOfWorker(
  '[W7] a signal stops an import in the worker, and its stream is read no further',
  async (store) => {
    const stop = new AbortController();
    const rollout = RolloutBuilder.legacy();
    const line = new TextEncoder().encode(`${rollout.turn({ id: 'turn-1', user: 'x'.repeat(30_000) }).text}`);
    let pulls = 0;
    const cancelled = new Promise<void>((resolve) => {
      const data = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            if (++pulls === 30) stop.abort();
            controller.enqueue(line.slice());
          },
          cancel: () => resolve(),
        },
        { highWaterMark: 0 },
      );
      void failure(store.importRollouts([{ name: 'endless', data }], { signal: stop.signal })).then((error) =>
        expect.soft(error).toMatchObject({ code: 'aborted', operation: 'importRollouts' }),
      );
    });
    await cancelled;
    const read = pulls;
    expect((await store.listThreads({})).items).toEqual([]);
    expect(pulls).toBe(read);
  },
);

testOfWorker("[W8] the page's Blobs and Files are imported", async (store) => {
  const rollouts = [RolloutBuilder.paginated(), RolloutBuilder.paginated()];
  for (const rollout of rollouts) {
    for (const id of turnIds(60)) rollout.turn({ id, user: 'x'.repeat(50_000) });
  }
  const report = await store.importRollouts(
    rollouts.map(({ name, text }, n) => ({
      name,
      data: n === 0 ? new Blob([text]) : new File([text], name),
    })),
  );
  expect(report.files.map(({ outcome, bytes }) => [outcome, bytes])).toEqual(
    rollouts.map(({ text }) => ['imported', text.length]),
  );
  for (const { threadId } of rollouts) expect((await store.readThread({ threadId })).turnCount).toBe(60);
});

test('[W9] two stores on one database see the same threads', async () => {
  const name = freshName();
  const one = await openThreadStore({ name, mode: 'worker', worker: createBuiltWorker });
  const two = await openThreadStore({ name, mode: 'worker', worker: createBuiltWorker });
  const rollouts = [RolloutBuilder.legacy().turns('turn-1'), RolloutBuilder.legacy().turns('turn-1')];
  await Promise.all(
    [one, two].map(async (store, n) => {
      const report = await store.importRollouts(rollouts.slice(n).map(({ file }) => file));
      expect(report.files.every(({ outcome }) => outcome !== 'failed')).toBe(true);
    }),
  );
  for (const store of [one, two]) expect((await store.listThreads({})).items).toHaveLength(2);
  await one.close();
  expect((await two.listThreads({})).items).toHaveLength(2);
  await two.close();
});

test('[I19] zstd is unpacked in a worker of its own', async () => {
  const RealWorker = globalThis.Worker;
  let answers = 0;
  class HeardWorker extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(url, options);
      this.addEventListener('message', () => answers++);
    }
  }
  await importZstdWith(HeardWorker, RealWorker);
  // That it is there, and one for the beginning, the file and its end.
  expect(answers).toBeGreaterThanOrEqual(4);
});

test('[I19] zstd is unpacked in this thread where no such worker can be started', async () => {
  const RealWorker = globalThis.Worker;
  class NoWorker {
    constructor() {
      throw new Error('no more workers');
    }
  }
  await importZstdWith(NoWorker, RealWorker);
});

/** Imports a file into a store whose own worker is a real one, with another class for what else is started. */
async function importZstdWith(Other: unknown, RealWorker: typeof Worker): Promise<void> {
  vi.stubGlobal('Worker', Other);
  try {
    const worker = () => new RealWorker('/built-worker.js', { type: 'module' });
    const store = await openThreadStore({ name: freshName(), mode: 'worker', worker });
    const { files } = await store.importRollouts([
      { name: 'rollout.jsonl', data: new Blob([bytesOf(ZSTD)]) },
    ]);
    expect(files).toMatchObject([{ outcome: 'imported', rejectedLineCount: 0 }]);
    await store.close();
  } finally {
    vi.unstubAllGlobals();
  }
}

function openFailingStore(): Promise<ThreadStoreClient> {
  return openThreadStore({
    mode: 'worker',
    worker: tolerated(
      () => new Worker(new URL('./worker-of-failures.ts', import.meta.url), { type: 'module' }),
    ),
  });
}

/** A worker of this code. */
function workerOf(code: string): Worker {
  return new Worker(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })), { type: 'module' });
}

/** A worker whose errors are expected: what nobody handles reaches the page in some browsers, and fails the test. */
function tolerated(make: () => Worker): () => Worker {
  return () => {
    const worker = make();
    worker.addEventListener('error', (event) => event.preventDefault());
    return worker;
  };
}
