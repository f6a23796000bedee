import { unsupported } from './errors.ts';
import type { ItemPage, StoredThread, ThreadHistory, ThreadPage, TurnPage } from './records.ts';
import type * as requests from './requests.ts';
import type { ThreadStore } from './thread-store.ts';

/**
 * The contract's defaults, for stores that grow step by step: what a subclass does not override answers
 * `unsupported` with its operation (contract §1.1).
 */
export abstract class UnsupportedThreadStore implements ThreadStore {
  createThread(_params: requests.CreateThreadParams): Promise<void> {
    return refuse('createThread');
  }
  resumeThread(_params: requests.ResumeThreadParams): Promise<void> {
    return refuse('resumeThread');
  }
  appendItems(_params: requests.AppendItemsParams): Promise<void> {
    return refuse('appendItems');
  }
  persistThread(_params: requests.ThreadParams): Promise<void> {
    return refuse('persistThread');
  }
  flushThread(_params: requests.ThreadParams): Promise<void> {
    return refuse('flushThread');
  }
  shutdownThread(_params: requests.ThreadParams): Promise<void> {
    return refuse('shutdownThread');
  }
  discardThread(_params: requests.ThreadParams): Promise<void> {
    return refuse('discardThread');
  }
  loadHistory(_params: requests.LoadHistoryParams): Promise<ThreadHistory> {
    return refuse('loadHistory');
  }
  readThread(_params: requests.ReadThreadParams): Promise<StoredThread> {
    return refuse('readThread');
  }
  readThreadByRolloutPath(_params: requests.ReadThreadByRolloutPathParams): Promise<StoredThread> {
    return refuse('readThreadByRolloutPath');
  }
  listThreads(_params: requests.ListThreadsParams): Promise<ThreadPage> {
    return refuse('listThreads');
  }
  listTurns(_params: requests.ListTurnsParams): Promise<TurnPage> {
    return refuse('listTurns');
  }
  listItems(_params: requests.ListItemsParams): Promise<ItemPage> {
    return refuse('listItems');
  }
  updateThreadMetadata(_params: requests.UpdateThreadMetadataParams): Promise<StoredThread> {
    return refuse('updateThreadMetadata');
  }
  archiveThread(_params: requests.ThreadParams): Promise<void> {
    return refuse('archiveThread');
  }
  unarchiveThread(_params: requests.ThreadParams): Promise<StoredThread> {
    return refuse('unarchiveThread');
  }
  deleteThread(_params: requests.ThreadParams): Promise<void> {
    return refuse('deleteThread');
  }
}

function refuse(operation: string): Promise<never> {
  return Promise.reject(unsupported(operation));
}
