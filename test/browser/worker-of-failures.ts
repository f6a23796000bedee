import { expose } from 'comlink';
import {
  ThreadStoreError,
  UnsupportedThreadStore,
  type ImportReport,
  type RolloutFile,
  type StorageStatus,
  type StoredThread,
  type ThreadHistory,
  type ThreadPage,
  type ThreadStoreClient,
  type TurnPage,
} from 'idb-thread-store';
import { HELLO, READY } from '../../src/worker/protocol.ts';
import { StoreServer } from '../../src/worker/store-server.ts';

async function refuse(): Promise<never> {
  throw new ThreadStoreError('unsupported', 'not here');
}

/** A store whose every method goes wrong in a way of its own. */
class FailingStore extends UnsupportedThreadStore implements ThreadStoreClient {
  /** An error of the store's, with causes. */
  override readThread(): Promise<StoredThread> {
    const deepest = new ThreadStoreError('internal', 'the deepest', { threadId: 'deep', operation: 'inner' });
    throw new ThreadStoreError('conflict', 'the outermost', {
      operation: 'readThread',
      threadId: 'thread',
      retryable: true,
      cause: new TypeError('between', { cause: deepest }),
    });
  }

  /** An error that the platform made. */
  override async loadHistory(): Promise<ThreadHistory> {
    const cause = new DOMException('no space', 'QuotaExceededError');
    throw new ThreadStoreError('resource_exhausted', 'the disk is full', { retryable: true, cause });
  }

  /** A bug. */
  override async listThreads(): Promise<ThreadPage> {
    throw new RangeError('not what was meant');
  }

  /** Nothing, and then the worker breaks. */
  override listTurns(): Promise<TurnPage> {
    setTimeout(() => {
      throw new Error('the worker broke');
    });
    return new Promise(() => undefined);
  }

  /** Reads three chunks of the first file. */
  async importRollouts(files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>): Promise<ImportReport> {
    for await (const { data } of files) {
      if (!(data instanceof ReadableStream)) continue;
      const reader = data.getReader();
      for (let chunk = 0; chunk < 3; chunk++) await reader.read();
      break;
    }
    return { files: [], threadIds: [] };
  }

  readonly readItems = refuse;
  readonly listLiveThreads = refuse;
  readonly forkThread = refuse;
  readonly rollbackThread = refuse;
  readonly revertThread = refuse;

  subscribe(): () => void {
    return () => undefined;
  }

  async status(): Promise<StorageStatus> {
    return { engine: 'memory', mode: 'direct' };
  }

  async close(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

expose(new StoreServer(async () => new FailingStore()));

addEventListener('message', ({ data }) => {
  if (data === HELLO) postMessage(READY);
});
