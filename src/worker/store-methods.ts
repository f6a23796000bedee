import type { ThreadStoreClient } from '../contract/thread-store-client.ts';

/** The methods that are one call: the contract's, and what takes and gives data as they do. */
export const STORE_METHODS = [
  'createThread',
  'resumeThread',
  'appendItems',
  'persistThread',
  'flushThread',
  'shutdownThread',
  'discardThread',
  'loadHistory',
  'readThread',
  'readThreadByRolloutPath',
  'listThreads',
  'listTurns',
  'listItems',
  'updateThreadMetadata',
  'archiveThread',
  'unarchiveThread',
  'deleteThread',
  'readItems',
  'listLiveThreads',
  'forkThread',
  'rollbackThread',
  'revertThread',
] as const satisfies readonly (keyof ThreadStoreClient)[];
