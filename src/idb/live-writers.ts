import { aborted } from '../contract/errors.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { ThreadEvent } from '../contract/thread-store-client.ts';
import { activeWriter, liveWriter, noLiveWriter, threadExists } from '../contract/writer-errors.ts';
import type { Call, Connection } from './connection.ts';
import { LiveWriter, type LiveWriterOptions } from './live-writer.ts';
import type { Peers } from './peers.ts';
import { result } from './requests.ts';
import type { ThreadRow } from './schema.ts';

/** The live writers of one store: at most one for a thread, here and in all other stores on the database. */
export class LiveWriters {
  readonly #connection: Connection;
  readonly #peers: Peers;
  readonly #tell: (event: ThreadEvent) => void;
  readonly #writers = new Map<string, LiveWriter>();
  /** Threads whose writer is being opened. */
  readonly #opening = new Set<string>();
  /** Threads whose writer was discarded: doing so again is no mistake. */
  readonly #discarded = new Set<string>();

  constructor(connection: Connection, peers: Peers, tell: (event: ThreadEvent) => void) {
    this.#connection = connection;
    this.#peers = peers;
    this.#tell = tell;
  }

  /** Opens the writer of a new thread. */
  create(thread: CheckedRequest<'createThread'>): Promise<void> {
    const { threadId, historyMode, eventPersistenceMode, signal } = thread;
    const call = { operation: 'createThread', signal };
    const keys = (transaction: IDBTransaction) =>
      Promise.all([
        result(transaction.objectStore('threads').getKey(threadId)),
        // Of a deleted thread, in whose lines the histories of others begin.
        result(transaction.objectStore('rollouts').getKey(threadId)),
      ]);
    return this.#open(call, threadId, async () => {
      const there = await this.#connection.read(['threads', 'rollouts'], keys, call);
      if (there.some((key) => key !== undefined)) throw threadExists(threadId, 'createThread');
      return { created: thread, historyMode, eventPersistenceMode };
    });
  }

  /**
   * Opens the writer of a thread that is there.
   * @param read gives the thread's row, or fails when it must not be resumed
   */
  resume(request: CheckedRequest<'resumeThread'>, read: () => Promise<ThreadRow>): Promise<void> {
    const { threadId, eventPersistenceMode, signal } = request;
    return this.#open({ operation: 'resumeThread', signal }, threadId, async () => {
      const { rollout } = await read();
      const historyMode = rollout.format === 'paginated' ? 'paginated' : 'legacy';
      return { created: undefined, historyMode, eventPersistenceMode };
    });
  }

  /**
   * The thread's writer.
   * @throws ThreadStoreError `thread_not_found` when it has none here.
   */
  of(threadId: string, operation: string): LiveWriter {
    this.#connection.mustBeOpen();
    const writer = this.#writers.get(threadId);
    if (!writer) throw noLiveWriter(threadId, operation);
    return writer;
  }

  /** Flushes and closes a thread's writer; when that fails the writer stays. */
  async shutdown(threadId: string, signal?: AbortSignal): Promise<void> {
    await this.of(threadId, 'shutdownThread').shutdown(signal);
  }

  /** Closes a thread's writer and drops what it has queued. May be repeated. */
  async discard(threadId: string): Promise<void> {
    this.#connection.mustBeOpen();
    if (!this.#writers.has(threadId) && this.#discarded.has(threadId)) return;
    const writer = this.of(threadId, 'discardThread');
    this.#writers.delete(threadId);
    this.#discarded.add(threadId);
    await writer.discard();
  }

  /** Discards the thread's writer if it has one here: the thread is to be deleted. */
  async discardOwn(threadId: string): Promise<void> {
    if (this.#writers.has(threadId)) await this.discard(threadId);
  }

  /** Writes a thread that was created here and is still in memory only. */
  async persistPending(threadId: string, signal?: AbortSignal): Promise<void> {
    const writer = this.#writers.get(threadId);
    if (writer?.isPending) await writer.persist(signal);
  }

  /** Writes what a thread's writer has queued, where it has one here; also a thread that is still in memory only. */
  async persistAll({ threadId, operation, signal }: Call & { threadId: string }): Promise<void> {
    await this.#writers.get(threadId)?.flush(signal, operation);
  }

  /** Runs `body` while the thread's writer pauses; `undefined` when it has none here. */
  paused<T>(
    { threadId, operation, signal }: Call & { threadId: string },
    body: () => Promise<T>,
  ): Promise<T> | undefined {
    return this.#writers.get(threadId)?.paused(operation, signal, body);
  }

  /** The threads that have a writer here, by id. */
  get threadIds(): string[] {
    return [...this.#writers.keys()].sort();
  }

  /** Whether anybody writes the thread, here or elsewhere. */
  async isRunning(threadId: string): Promise<boolean> {
    return this.#writers.has(threadId) || this.#peers.isWritten(threadId);
  }

  /** Flushes and closes every writer; one that cannot be flushed is given up. */
  async close(): Promise<void> {
    await Promise.allSettled(
      Array.from(this.#writers.values(), (writer) => writer.shutdown().catch(() => writer.discard())),
    );
    this.#writers.clear();
  }

  async #open(
    { operation, signal }: Call,
    threadId: string,
    prepare: () => Promise<Pick<LiveWriterOptions, 'created' | 'historyMode' | 'eventPersistenceMode'>>,
  ): Promise<void> {
    this.#connection.mustBeOpen();
    if (this.#writers.has(threadId) || this.#opening.has(threadId)) throw liveWriter(threadId, operation);
    this.#opening.add(threadId);
    try {
      const release = await this.#peers.lockWriter(threadId);
      if (!release) throw activeWriter(threadId, operation);
      try {
        const options = await prepare();
        if (signal?.aborted) throw aborted(operation, signal.reason);
        const connection = this.#connection;
        const onCommit: LiveWriterOptions['onCommit'] = (changes) =>
          this.#tell({ type: 'threadChanged', threadId, ...(changes ? { changes } : {}) });
        // The writer is gone in the same step in which it gives the thread back: no append can come in between.
        // Only once: of two shutdowns at the same time, the second must not take the thread from who has it next.
        let isHeld = true;
        const end = () => {
          if (!isHeld) return;
          isHeld = false;
          if (this.#writers.get(threadId) === writer) this.#writers.delete(threadId);
          release();
        };
        const writer = new LiveWriter({ connection, threadId, ...options, onCommit, release: end });
        this.#writers.set(threadId, writer);
        this.#discarded.delete(threadId);
      } catch (error) {
        release();
        throw error;
      }
    } finally {
      this.#opening.delete(threadId);
    }
  }
}
