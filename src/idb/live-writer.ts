import { aborted, stoppable, threadNotFound } from '../contract/errors.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { ThreadChanges } from '../contract/thread-store-client.ts';
import { noLiveWriter, writerWasDiscarded } from '../contract/writer-errors.ts';
import type { AppendPolicy } from '../rollout/append-policy.ts';
import { prepareLines, type PreparedLine } from '../rollout/append-line.ts';
import type { Connection } from './connection.ts';
import { WriterSession } from './writer-session.ts';
import { readThreadRow } from './thread-rows.ts';

/** A commit takes at most this many bytes of queued lines, unless one call has more: it must not stall its thread. */
const COMMIT_BYTES = 64 * 1024;

/** What a live writer is made of. */
export interface LiveWriterOptions extends AppendPolicy {
  connection: Connection;
  threadId: string;
  /** The thread to create; absent: it is there. */
  created: CheckedRequest<'createThread'> | undefined;
  /** Called after each commit. */
  onCommit: (changes: ThreadChanges | undefined) => void;
  /** Gives back the right to write the thread. */
  release: () => void;
}

/**
 * A thread's live writer: queues lines and commits what is queued in one transaction at a time, so that appends which
 * come while one is under way share the next. Lines leave the queue only once they are known to be committed.
 */
export class LiveWriter {
  readonly #options: LiveWriterOptions;
  /** The lines of each call: a call is written whole. */
  #queue: PreparedLine[][] = [];
  #session: WriterSession | undefined;
  /** The commit whose end is unknown: how long the log is if it came through, with how many calls and changes. */
  #doubt: { bytes: number; calls: number; changes: ThreadChanges | undefined } | undefined;
  /** The thread to create with the first commit. */
  #created: LiveWriterOptions['created'];
  /** The thread is there, or is to be with the next commit. */
  #exists: boolean;
  /** Something was committed that may not be on disk yet. */
  #isUnsynced = false;
  #last: Promise<unknown> = Promise.resolve();
  #isDraining = false;
  /** How many flushes wait for their turn. */
  #flushes = 0;
  #isClosing = false;
  #isDiscarded = false;
  /** Lines were dropped by the discarding. */
  #hasDropped = false;

  constructor(options: LiveWriterOptions) {
    this.#options = options;
    this.#created = options.created;
    this.#exists = options.created === undefined;
  }

  /** Whether the thread has not been written yet. */
  get isPending(): boolean {
    return !this.#exists;
  }

  /**
   * Queues those of these items that are kept, all or none.
   * @throws ThreadStoreError `invalid_request` when one of them cannot be a line.
   */
  append(items: readonly object[]): void {
    if (this.#isClosing) throw noLiveWriter(this.#options.threadId, 'appendItems');
    const lines = prepareLines(items, this.#options);
    if (lines.length > 0) this.#queue.push(lines);
    // A created thread stays in memory until it is persisted (contract §1.4).
    if (this.#exists) this.#drainSoon();
  }

  /**
   * Makes the thread exist, and everything queued durable.
   * @param signal stops the waiting; a commit that is under way ends first, and what is queued stays so
   */
  persist(signal?: AbortSignal): Promise<void> {
    return this.#settle('persistThread', signal, nothingMore);
  }

  /** Makes everything queued durable. A created thread to which nothing was appended stays unwritten. */
  async flush(signal?: AbortSignal, operation = 'flushThread'): Promise<void> {
    if (!this.#exists && this.#queue.length === 0) return;
    await this.#settle(operation, signal, nothingMore);
  }

  /** Flushes, and gives the thread back. When that fails, or is stopped, the writer stays. */
  async shutdown(signal?: AbortSignal): Promise<void> {
    // Nothing is accepted any more: else who goes on appending would keep it from ending.
    this.#isClosing = true;
    try {
      if (this.#exists || this.#queue.length > 0) await this.#settle('shutdownThread', signal, nothingMore);
    } catch (error) {
      this.#isClosing = false;
      throw error;
    }
    this.#options.release();
  }

  /** Runs `body`, which changes the thread, once everything queued is durable; what is appended meanwhile waits. */
  paused<T>(operation: string, signal: AbortSignal | undefined, body: () => Promise<T>): Promise<T> {
    return this.#settle(operation, signal, async () => {
      if (this.#isDiscarded) throw noLiveWriter(this.#options.threadId, operation);
      try {
        return await body();
      } finally {
        // Its rows are others now.
        this.#session = undefined;
      }
    });
  }

  /** Gives the thread back. What is queued is dropped; a commit that is under way ends first. */
  async discard(): Promise<void> {
    this.#isDiscarded = true;
    this.#hasDropped = this.#queue.length > 0;
    this.#queue = [];
    await this.#last.catch(() => undefined);
    this.#options.release();
  }

  /** Writes everything that is queued, and then runs `body`. */
  #settle<T>(operation: string, signal: AbortSignal | undefined, body: () => Promise<T>): Promise<T> {
    const mayGoOn = () => {
      if (!signal?.aborted) return;
      // What it would have written is written all the same.
      if (this.#exists) this.#drainSoon();
      throw aborted(operation, signal.reason);
    };
    this.#flushes++;
    return this.#inTurn(() => {
      this.#flushes--;
      return stoppable(operation, signal, async () => {
        mayGoOn();
        this.#exists = true;
        // Each commit twice: the first failure may be that of a connection which has died (contract §1.4).
        await this.#drain('strict', 2, mayGoOn);
        return body();
      });
    });
  }

  #drainSoon(): void {
    if (this.#isDraining || this.#queue.length === 0) return;
    this.#isDraining = true;
    this.#inTurn(async () => {
      await nextTask();
      this.#isDraining = false;
      // A flush that came right behind commits it all at once.
      if (this.#flushes === 0) await this.#drain('relaxed', 1);
      // What failed stays queued, and the next flush tells why.
    }).catch(() => undefined);
  }

  /**
   * Commits until nothing is queued, and with `strict` nothing is off disk.
   * @param tries how often each commit is tried
   * @param mayGoOn called before each try; throws where whoever waits wants no more
   */
  async #drain(
    durability: 'relaxed' | 'strict',
    tries: number,
    mayGoOn: () => void = () => undefined,
  ): Promise<void> {
    for (let failed = 0; ;) {
      try {
        if (!(await this.#commitNext(durability, mayGoOn))) return;
        failed = 0;
      } catch (error) {
        mayGoOn();
        if (++failed === tries) throw error;
      }
    }
  }

  /** Makes one commit, if one is due; gives whether it was. */
  async #commitNext(durability: 'relaxed' | 'strict', mayGoOn: () => void): Promise<boolean> {
    // Who waits for lines that were dropped must not believe that they are kept.
    if (this.#hasDropped) throw writerWasDiscarded(this.#options.threadId);
    if (this.#isDiscarded) return false;
    const session = (this.#session ??= await this.#open());
    const isDue =
      this.#queue.length > 0 || session.bytes === 0 || (durability === 'strict' && this.#isUnsynced);
    if (!isDue) return false;
    mayGoOn();
    const batch = this.#nextBatch();
    const isLast = batch.length === this.#queue.length;
    const mode = isLast ? durability : 'relaxed';
    const before = session.bytes;
    try {
      await session.commit(batch.flat(), mode);
    } catch (error) {
      // A connection that dies does not always say whether its last transaction came through.
      const { bytes, changes } = session;
      if (bytes > before) this.#doubt = { bytes, calls: batch.length, changes };
      this.#session = undefined;
      throw error;
    }
    this.#created = undefined;
    this.#queue.splice(0, batch.length);
    this.#isUnsynced = mode === 'relaxed';
    this.#options.onCommit(session.changes);
    return true;
  }

  #nextBatch(): PreparedLine[][] {
    let bytes = 0;
    const end = this.#queue.findIndex((lines) => {
      for (const { text } of lines) bytes += text.length;
      return bytes > COMMIT_BYTES;
    });
    return this.#queue.slice(0, end < 0 ? undefined : Math.max(1, end));
  }

  /** Loads the thread as its rows have it, and finds out whether a commit in doubt came through. */
  async #open(): Promise<WriterSession> {
    const { connection, threadId } = this.#options;
    const row = await readThreadRow(connection, threadId);
    const doubt = this.#doubt;
    this.#doubt = undefined;
    if (doubt && row?.rollout.bytes === doubt.bytes) {
      this.#created = undefined;
      this.#queue.splice(0, doubt.calls);
      this.#isUnsynced = true;
      this.#options.onCommit(doubt.changes);
    }
    if (row) return WriterSession.resume(connection, row);
    // A thread that was there was deleted: what is queued does not make it anew without what came before.
    if (!this.#created) throw threadNotFound(threadId, 'appendItems');
    return WriterSession.create(connection, this.#created);
  }

  /** Runs `body` after what was asked before it. */
  #inTurn<T>(body: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(body, body);
    this.#last = turn;
    return turn;
  }
}

async function nothingMore(): Promise<void> {}

/** The way on which messages come back to who sent them: one for all appends, made with the first. */
let channel: MessageChannel | undefined;

/** Gives way to the calls that have come already. A timer would wait for longer than the commit takes. */
function nextTask(): Promise<unknown> {
  const { port1, port2 } = (channel ??= new MessageChannel());
  return new Promise((resolve) => {
    port1.addEventListener('message', resolve, { once: true });
    port1.start();
    port2.postMessage(undefined);
  });
}
