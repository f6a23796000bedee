import { aborted } from '../contract/errors.ts';
import type { CheckedRequest } from '../contract/check-request.ts';
import type { EventPersistenceMode } from '../contract/requests.ts';
import type { ThreadChanges, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import { liveWriter, noLiveWriter, threadExists, writerWasDiscarded } from '../contract/writer-errors.ts';
import { rolledBack, turnNotFound } from '../history/history-errors.ts';
import { lineAt, prepareLine, prepareLines, type PreparedLine } from '../rollout/append-line.ts';
import type { AppendPolicy } from '../rollout/append-policy.ts';
import { createProjection } from '../rollout/create-projection.ts';
import { rolloutFileName } from '../rollout/rollout-name.ts';
import { sessionMetaItem } from '../rollout/session-meta-item.ts';
import { addToThreadMetadata, emptyThreadMetadata } from '../rollout/thread-metadata.ts';
import { changesOf } from '../rollout/turn-changes.ts';
import type { MemoryImportTarget, MemoryThread } from './memory-import-target.ts';
import { MemoryTurnBook } from './turn-book.ts';

interface Writer {
  threadId: string;
  /** The thread to create, until it is. */
  created: CheckedRequest<'createThread'> | undefined;
  policy: AppendPolicy;
  queue: PreparedLine[];
  isClosing: boolean;
  /** Lines were dropped by a discarding. */
  hasDropped: boolean;
  /** Ends when what was asked of the writer before is done. */
  last: Promise<void>;
}

/** The live writers of a memory store. */
export class MemoryWriters {
  readonly #data: MemoryImportTarget;
  readonly #tell: (event: ThreadStoreEvent) => void;
  readonly #mustBeOpen: () => void;
  readonly #writers = new Map<string, Writer>();
  readonly #discarded = new Set<string>();

  constructor(data: MemoryImportTarget, tell: (event: ThreadStoreEvent) => void, mustBeOpen: () => void) {
    this.#data = data;
    this.#tell = tell;
    this.#mustBeOpen = mustBeOpen;
  }

  create(thread: CheckedRequest<'createThread'>): void {
    const { threadId, historyMode, eventPersistenceMode } = thread;
    this.#mustBeFree(threadId, 'createThread');
    // Also of a deleted thread, in whose lines the histories of others begin.
    if (this.#data.threads.has(threadId) || this.#data.rollouts.has(threadId))
      throw threadExists(threadId, 'createThread');
    this.#add(threadId, thread, { historyMode, eventPersistenceMode });
  }

  resume(threadId: string, eventPersistenceMode: EventPersistenceMode, read: () => MemoryThread): void {
    this.#mustBeFree(threadId, 'resumeThread');
    const historyMode = read().rollout.format === 'paginated' ? 'paginated' : 'legacy';
    this.#add(threadId, undefined, { historyMode, eventPersistenceMode });
  }

  async append(threadId: string, items: readonly object[]): Promise<void> {
    const writer = this.#of(threadId, 'appendItems');
    if (writer.isClosing) throw noLiveWriter(threadId, 'appendItems');
    const lines = prepareLines(items, writer.policy);
    writer.queue.push(...lines);
    if (!writer.created && lines.length > 0) await this.#write(writer);
  }

  async persist(threadId: string, operation: string, signal?: AbortSignal): Promise<void> {
    await this.#write(this.#of(threadId, operation), { operation, signal });
  }

  async flush(threadId: string, operation: string, signal?: AbortSignal): Promise<void> {
    const writer = this.#of(threadId, operation);
    if (!writer.created || writer.queue.length > 0) await this.#write(writer, { operation, signal });
  }

  async shutdown(threadId: string, signal?: AbortSignal): Promise<void> {
    const writer = this.#of(threadId, 'shutdownThread');
    // Nothing is accepted any more: else who goes on appending would keep it from ending.
    writer.isClosing = true;
    try {
      const call = { operation: 'shutdownThread', signal };
      if (!writer.created || writer.queue.length > 0) await this.#write(writer, call);
    } catch (error) {
      writer.isClosing = false;
      throw error;
    }
    // Of two shutdowns at the same time, the second must not take the thread from who has it next.
    if (this.#writers.get(threadId) === writer) this.#remove(threadId);
  }

  discard(threadId: string): void {
    this.#mustBeOpen();
    if (!this.#writers.has(threadId) && this.#discarded.has(threadId)) return;
    const writer = this.#of(threadId, 'discardThread');
    writer.hasDropped = writer.queue.length > 0;
    writer.queue = [];
    this.#remove(threadId);
    this.#discarded.add(threadId);
  }

  discardOwn(threadId: string): void {
    if (this.#writers.has(threadId)) this.discard(threadId);
  }

  /** Writes what a thread's writer has queued, where it has one. */
  async flushOwn(threadId: string, operation: string, signal?: AbortSignal): Promise<void> {
    if (this.#writers.has(threadId)) await this.flush(threadId, operation, signal);
  }

  async persistPending(threadId: string, signal?: AbortSignal): Promise<void> {
    const writer = this.#writers.get(threadId);
    if (writer?.created) await this.#write(writer, { operation: 'persistThread', signal });
  }

  /** The threads that have a writer, by id. */
  get threadIds(): string[] {
    return [...this.#writers.keys()].sort();
  }

  /** Runs `body` while nobody else writes a thread, after what its writer has queued. */
  async undisturbed<T>(threadId: string, operation: string, body: () => Promise<T>): Promise<T> {
    const writer = this.#writers.get(threadId);
    if (!writer) return this.#data.withThread(threadId, operation, body);
    const done = writer.last.then(body);
    writer.last = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }

  /**
   * Takes back the last turns of a legacy thread, from one on, by one more line.
   * @throws ThreadStoreError `invalid_request` for a turn that is not there
   */
  async rollBack(threadId: string, beforeTurnId: string): Promise<void> {
    const thread = this.#data.threads.get(threadId);
    const { turns = [] } = thread?.book ?? {};
    const first = turns.findIndex(({ turnId }) => turnId === beforeTurnId);
    if (!thread || first < 0) throw turnNotFound(threadId, beforeTurnId, 'rollbackThread');
    await this.#apply(thread, [prepareLine(rolledBack(turns.length - first), 0)]);
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#writers.keys(), (threadId) => this.shutdown(threadId)));
  }

  #of(threadId: string, operation: string): Writer {
    this.#mustBeOpen();
    const writer = this.#writers.get(threadId);
    if (!writer) throw noLiveWriter(threadId, operation);
    return writer;
  }

  #mustBeFree(threadId: string, operation: string): void {
    this.#mustBeOpen();
    if (this.#writers.has(threadId)) throw liveWriter(threadId, operation);
  }

  #add(threadId: string, created: Writer['created'], policy: AppendPolicy): void {
    const empty = { queue: [], isClosing: false, hasDropped: false, last: Promise.resolve() };
    const writer = { threadId, created, policy, ...empty };
    this.#writers.set(threadId, writer);
    this.#data.written.add(threadId);
    this.#discarded.delete(threadId);
  }

  #remove(threadId: string): void {
    this.#writers.delete(threadId);
    this.#data.written.delete(threadId);
  }

  /** Writes what is queued, after what is being written. */
  #write(writer: Writer, call?: { operation: string; signal: AbortSignal | undefined }): Promise<void> {
    const done = writer.last.then(async () => {
      const { created } = writer;
      if (call?.signal?.aborted) throw aborted(call.operation, call.signal.reason);
      if (writer.hasDropped) throw writerWasDiscarded(writer.threadId);
      if (!created && writer.queue.length === 0) return;
      const thread = created ? await this.#newThread(created) : this.#data.threads.get(writer.threadId);
      if (!thread) return;
      const first = created ? [prepareLine(sessionMetaItem(created, thread.rollout.startedAt), 0)] : [];
      const changes = await this.#apply(thread, [...first, ...writer.queue.splice(0)]);
      writer.created = undefined;
      this.#data.threads.set(thread.threadId, thread);
      this.#tell({ type: 'threadChanged', threadId: thread.threadId, ...(changes ? { changes } : {}) });
    });
    writer.last = done.catch(() => undefined);
    return done;
  }

  async #newThread({ threadId, historyMode: format }: NonNullable<Writer['created']>): Promise<MemoryThread> {
    const startedAt = Date.now();
    const book = new MemoryTurnBook();
    const counts = { bytes: 0, lines: 0, nextOrdinal: 0, cutOff: false };
    return {
      threadId,
      rollout: {
        rolloutId: threadId,
        threadId,
        path: rolloutFileName(threadId, startedAt),
        format,
        startedAt,
        ...counts,
      },
      metadata: emptyThreadMetadata(),
      surface: 'extended',
      projection: await createProjection(book, { format, surface: 'extended' }),
      book,
      edits: {},
    };
  }

  async #apply(thread: MemoryThread, lines: PreparedLine[]): Promise<ThreadChanges | undefined> {
    const { book, metadata, projection, rollout } = thread;
    const before = { ...book.counters };
    const { length } = book.turns;
    const now = Date.now();
    let { nextOrdinal } = rollout;
    let whole = rollout.cutOff ? '\n' : '';
    for (const one of lines) {
      const { text, line } = lineAt(one, now, rollout.format === 'paginated' ? nextOrdinal++ : undefined);
      whole += text;
      await projection.apply(line);
      addToThreadMetadata(metadata, line);
    }
    const bytes = new TextEncoder().encode(whole);
    this.#data.append(thread, bytes, {
      ...rollout,
      bytes: rollout.bytes + bytes.length,
      lines: rollout.lines + lines.length,
      nextOrdinal,
      cutOff: false,
    });
    const changed = book.turns.filter((turn) => turn.changed);
    const changes = changesOf(changed, before);
    for (const turn of changed) turn.markWritten();
    // After a rollback anything may have changed.
    return book.turns.length - length < book.counters.nextTurn - before.nextTurn ? undefined : changes;
  }
}
