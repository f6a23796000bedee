import { ThreadStoreError, UnsupportedThreadStore, type StoredThread } from 'idb-thread-store';
import { expect, test } from 'vitest';

class Bare extends UnsupportedThreadStore {}

class ReadsOnly extends UnsupportedThreadStore {
  override readThread({ threadId }: { threadId: string }): Promise<StoredThread> {
    const times = { createdAt: 1, updatedAt: 1, recencyAt: 1 };
    const counts = { turnCount: 0, itemCount: 0, bytes: 0 };
    const words = { preview: '', modelProvider: '', cwd: '', cliVersion: '', source: 'cli' };
    return Promise.resolve({ threadId, historyMode: 'legacy', ...times, ...counts, ...words });
  }
}

test('[E4] a store that implements nothing answers `unsupported` to every method, with its operation', async () => {
  const store = new Bare();
  const threadId = 'thread';
  const metadata = { modelProvider: 'mock' };
  const calls = {
    createThread: () => store.createThread({ threadId, source: 'cli', metadata }),
    resumeThread: () => store.resumeThread({ threadId }),
    appendItems: () => store.appendItems({ threadId, items: [] }),
    persistThread: () => store.persistThread({ threadId }),
    flushThread: () => store.flushThread({ threadId }),
    shutdownThread: () => store.shutdownThread({ threadId }),
    discardThread: () => store.discardThread({ threadId }),
    loadHistory: () => store.loadHistory({ threadId }),
    readThread: () => store.readThread({ threadId }),
    readThreadByRolloutPath: () => store.readThreadByRolloutPath({ rolloutPath: 'x' }),
    listThreads: () => store.listThreads({}),
    listTurns: () => store.listTurns({ threadId }),
    listItems: () => store.listItems({ threadId }),
    updateThreadMetadata: () => store.updateThreadMetadata({ threadId, patch: {} }),
    archiveThread: () => store.archiveThread({ threadId }),
    unarchiveThread: () => store.unarchiveThread({ threadId }),
    deleteThread: () => store.deleteThread({ threadId }),
  };
  for (const [operation, call] of Object.entries(calls)) {
    const error: unknown = await call().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ThreadStoreError);
    expect(error).toMatchObject({
      code: 'unsupported',
      message: `thread-store unsupported operation: ${operation}`,
      operation,
      retryable: false,
    });
  }
  const methods = Object.getOwnPropertyNames(UnsupportedThreadStore.prototype);
  expect(methods.filter((name) => name !== 'constructor').sort()).toEqual(Object.keys(calls).sort());
});

test('[E4] a store keeps the default of what it does not override', async () => {
  const store = new ReadsOnly();
  expect((await store.readThread({ threadId: 'thread' })).threadId).toBe('thread');
  await expect(store.listTurns({ threadId: 'thread' })).rejects.toMatchObject({ code: 'unsupported' });
});
