import type { GivenName } from '../contract/thread-edits.ts';
import type { RolloutFormat } from '../rollout/create-projection.ts';
import type { Projection, Surface } from '../rollout/projection.ts';
import type { ThreadMetadata } from '../rollout/thread-metadata.ts';
import type { TurnBook } from '../rollout/turn-book.ts';
import type { ThreadCounters } from '../rollout/turn-draft.ts';

/** A rollout file that a store has, or is about to have. */
export interface RolloutRecord {
  rolloutId: string;
  threadId: string;
  /** The file's name as imported. */
  path: string;
  format: RolloutFormat;
  /** Where its history begins: the lines of another rollout below an ordinal. */
  base?: { rolloutId: string; endOrdinalExclusive: number };
  /** The ordinals with which its own turns and items begin at the least: those before were given, and are gone. */
  counters?: ThreadCounters;
  /** Unix milliseconds at which it was begun. */
  startedAt: number;
  bytes: number;
  lines: number;
  /** The ordinal of the line after the last, where lines have ordinals. */
  nextOrdinal: number;
  /** Its last line has no line break: it may be cut off, and what is appended must not stand on it. */
  cutOff: boolean;
}

/** What an import has to know of a thread that is there. */
export interface KnownThread {
  /** The rollout in which it goes on. */
  rolloutId: string;
  missingBase?: string;
  preview: string;
  surface: Surface;
  /** The ordinals that its next turn and item get. */
  counters: ThreadCounters;
  /** Its rows were made by an older projection. */
  outdated: boolean;
}

/** A thread as an import publishes it. */
export interface PublishedThread {
  threadId: string;
  /** The rollout in which it goes on. */
  rollout: RolloutRecord;
  missingBase?: string;
  metadata: ThreadMetadata;
  /** The file lies among the archived ones. Absent: the thread stays where it is. */
  archived?: boolean;
  surface: Surface;
  projection: Projection;
}

/** What a stage makes visible. */
export interface PublishedRollout {
  rollout?: RolloutRecord;
  thread?: PublishedThread | undefined;
  /** A rollout that must be there still: else `conflict`. */
  needed?: string | undefined;
}

/**
 * What an import writes and nobody sees until it is published, all at once. A stage that is discarded, or whose tab
 * dies, leaves nothing behind.
 */
export interface ImportStage {
  /** Where the projection keeps its turns. */
  readonly book: TurnBook;
  /** Items staged until now. */
  readonly itemCount: number;
  /**
   * Takes the changed turns, and with them the bytes of lines, to be written in one transaction. It may resolve before
   * that, unless the bytes are those of a rollout that is there: what goes wrong is told by whichever call comes next.
   */
  write(bytes?: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Makes it all visible in one transaction. */
  publish(what: PublishedRollout): Promise<void>;
  /** Gives it all up. */
  discard(): Promise<void>;
}

/** A store, as the import sees it. */
export interface ImportTarget {
  rollout(rolloutId: string): Promise<RolloutRecord | undefined>;
  /** Every rollout of a thread. */
  rolloutsOfThread(threadId: string): Promise<RolloutRecord[]>;
  /** Every rollout whose history begins in this one. */
  rolloutsOn(baseRolloutId: string): Promise<RolloutRecord[]>;
  thread(threadId: string): Promise<KnownThread | undefined>;
  /**
   * Gives names to those of these threads that are there; one that was named here later keeps its name.
   * @returns the threads that have another name now
   */
  nameThreads(names: ReadonlyMap<string, GivenName>): Promise<ReadonlySet<string>>;
  /**
   * Keeps a thread's live writers away while `body` runs.
   * @throws ThreadStoreError `conflict` when the thread has one.
   */
  withThread<T>(threadId: string, operation: string, body: () => Promise<T>): Promise<T>;
  /** The first `rollout.bytes` bytes of a rollout, in order; also those of one that is not published yet. */
  readLog(rollout: RolloutRecord): AsyncGenerator<Uint8Array, void, undefined>;
  /** Begins to write. Costs nothing until something is written. */
  stage(options: StageOptions): Promise<ImportStage>;
}

/** What a stage is for. */
export interface StageOptions {
  /** The format of the thread whose turns and items are to be replaced. Absent: only bytes are written. */
  rows?: RolloutFormat | undefined;
  /** `new`: the bytes of a new rollout; a rollout that is there: bytes that come after its own. */
  log?: 'new' | RolloutRecord;
}
