/// <reference lib="esnext.disposable" preserve="true" />
// For apps whose own `lib` has no AsyncDisposable yet.
import type { StoredThread, StoredThreadItem, TurnStatus } from './records.ts';
import type * as requests from './requests.ts';
import type { ImportOptions, ImportReport, RolloutFile } from './rollout-import.ts';
import type { ThreadStore } from './thread-store.ts';

/** What one commit of a live writer changed, after it. */
export interface ThreadChanges {
  /** Turns that appeared or changed, oldest first; `status` as stored, so that a running one is `inProgress`. */
  turns: { turnId: string; status: TurnStatus; isNew: boolean }[];
  /** Items that appeared or changed. `listItems({ afterUpdatedAtOrdinal })` gives them. */
  items: { turnId: string; itemId: string; isNew: boolean }[];
}

/** What somebody did to a thread, after it: only what changed is there. */
export interface ThreadEditsTold {
  archived?: boolean;
  /** `null`: it has none any more. */
  name?: string | null;
  /** Its last turns were taken away, by `revertThread`. */
  reverted?: true;
}

/** What happened to a thread, told by the store that did it, also to those in other tabs. */
export type ThreadEvent =
  /** A thread appeared or changed. With neither `changes` nor `edits`, anything of it may have, as by an import. */
  | { type: 'threadChanged'; threadId: string; changes?: ThreadChanges; edits?: ThreadEditsTold }
  /** A thread is gone. */
  | { type: 'threadDeleted'; threadId: string };

/** What happened to the store itself. Each store tells its own. */
export type StoreEvent =
  /** The connection to the database had died, and there is a new one. Nothing is lost. */
  | { type: 'reopened' }
  /** The opening waits for another tab, which has the database open at an older version: close or reload that tab. */
  | { type: 'blocked'; oldVersion: number; newVersion: number }
  /** A newer version of the app wants the database: this store has stopped writing and closed. Reload the page. */
  | { type: 'outdated' }
  /** Somebody deleted the database while it was open, as "clear site data" does. The store goes on, empty. */
  | { type: 'databaseDeleted' }
  /** The worker was lost and there is a new one, or none and the store runs in this thread. Changes of other tabs may
   * have gone unheard meanwhile: read again what is shown. */
  | { type: 'restarted'; mode: StorageStatus['mode']; reason: string }
  /** These threads had a live writer, and have none any more: what was not flushed is lost. They can be resumed. */
  | { type: 'writersLost'; threadIds: string[]; reason: string };

/** What a store tells its subscribers. */
export type ThreadStoreEvent = ThreadEvent | StoreEvent;

/** Where and how the store keeps its data. */
export interface StorageStatus {
  /** `indexeddb`, or `memory` where nothing outlives the page. */
  engine: 'indexeddb' | 'memory';
  /** Where the store's code runs. */
  mode: 'worker' | 'direct';
  /** Why it is not as it was to be: why in memory, or in this thread. Absent where all is well. */
  reason?: string;
  /** Whether the browser promised not to evict it; absent where it cannot be asked. */
  persisted?: boolean;
  /** Bytes used by this origin, about; absent where the browser does not say. */
  usage?: number;
  /** Bytes that this origin may use, about. */
  quota?: number;
}

/** A store as an app holds it: the contract, and what an app needs beside it. */
export interface ThreadStoreClient extends ThreadStore, AsyncDisposable {
  /** Some items of one turn by their ids, in stored order; ids that are not there are left out. */
  readItems(params: requests.ReadItemsParams): Promise<{ items: StoredThreadItem[] }>;
  /** The threads that have a live writer of this store, by id. */
  listLiveThreads(params?: requests.CallParams): Promise<{ threadIds: string[] }>;
  /**
   * Makes a new thread out of the beginning of another one's history, which nothing that happens to the other one
   * later can spoil. Gives the new thread's record.
   * @throws ThreadStoreError `invalid_request` for a turn that is not there or is being worked on, `conflict` where
   * `newThreadId` is taken, `unsupported` for the files without envelopes of before September 2025
   */
  forkThread(params: requests.ForkThreadParams): Promise<StoredThread>;
  /**
   * Takes a turn and all later ones away: of a paginated thread as {@link ThreadStoreClient.revertThread} does it, of
   * a legacy one by one more line, so that its history still tells of them. Gives the thread's new record.
   * @throws ThreadStoreError `invalid_request` for a turn that is not there, `conflict` while another store writes it
   */
  rollbackThread(params: requests.BeforeTurnParams): Promise<StoredThread>;
  /**
   * Makes a paginated thread's history what it was before a turn. A live writer of this store is flushed first, and
   * stays open at the new end. Gives the thread's new record.
   * @throws ThreadStoreError `invalid_request` for a legacy thread or a turn that is not there, `conflict` while
   * another store writes it
   */
  revertThread(params: requests.BeforeTurnParams): Promise<StoredThread>;
  /**
   * Imports rollout files in any order, one after the other, without holding a file in memory. A bad line costs that
   * line and a bad file that file: both are in the report. A thread appears whole or not at all.
   * @throws ThreadStoreError `aborted` when `signal` stops it. Threads that were finished before stay.
   */
  importRollouts(
    files: Iterable<RolloutFile> | AsyncIterable<RolloutFile>,
    options?: ImportOptions,
  ): Promise<ImportReport>;
  /** Calls `listener` for every event, of threads and of the store itself. Gives the function that ends it. */
  subscribe(listener: (event: ThreadStoreEvent) => void): () => void;
  /** Tells where and how the data is kept. */
  status(): Promise<StorageStatus>;
  /** Ends the store. Every call after it fails with `unavailable`. May be repeated. */
  close(): Promise<void>;
}
