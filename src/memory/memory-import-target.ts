import type {
  ImportStage,
  ImportTarget,
  KnownThread,
  PublishedThread,
  RolloutRecord,
  StageOptions,
} from '../import/import-target.ts';
import { addGivenName, type GivenName, type ThreadEdits } from '../contract/thread-edits.ts';
import { activeWriter, baseIsGone } from '../contract/writer-errors.ts';
import { MemoryTurnBook } from './turn-book.ts';

/** A thread in memory. */
export interface MemoryThread extends PublishedThread {
  book: MemoryTurnBook;
  edits: ThreadEdits;
}

/** The memory store's data, as the import sees it. */
export class MemoryImportTarget implements ImportTarget {
  readonly threads = new Map<string, MemoryThread>();
  readonly rollouts = new Map<string, RolloutRecord>();
  /** Threads that have a live writer. */
  readonly written = new Set<string>();
  readonly #logs = new Map<string, Uint8Array[]>();

  rollout(rolloutId: string): Promise<RolloutRecord | undefined> {
    return Promise.resolve(this.rollouts.get(rolloutId));
  }

  rolloutsOfThread(threadId: string): Promise<RolloutRecord[]> {
    return Promise.resolve([...this.rollouts.values()].filter((rollout) => rollout.threadId === threadId));
  }

  rolloutsOn(baseRolloutId: string): Promise<RolloutRecord[]> {
    return Promise.resolve(
      [...this.rollouts.values()].filter(({ base }) => base?.rolloutId === baseRolloutId),
    );
  }

  thread(threadId: string): Promise<KnownThread | undefined> {
    const thread = this.threads.get(threadId);
    return Promise.resolve(
      thread && {
        ...thread,
        preview: thread.metadata.preview,
        rolloutId: thread.rollout.rolloutId,
        counters: { ...thread.book.counters },
        outdated: false,
      },
    );
  }

  nameThreads(names: ReadonlyMap<string, GivenName>): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    for (const [threadId, name] of names) {
      const thread = this.threads.get(threadId);
      const edits = thread && addGivenName(thread.edits, name);
      if (!edits || edits === thread.edits) continue;
      thread.edits = edits;
      changed.add(threadId);
    }
    return Promise.resolve(changed);
  }

  async withThread<T>(threadId: string, operation: string, body: () => Promise<T>): Promise<T> {
    if (this.written.has(threadId)) throw activeWriter(threadId, operation);
    this.written.add(threadId);
    try {
      return await body();
    } finally {
      this.written.delete(threadId);
    }
  }

  /** Adds bytes to the log of a thread's rollout, and takes note of how far it goes now. */
  append(thread: MemoryThread, bytes: Uint8Array, rollout: RolloutRecord): void {
    this.#logs.set(rollout.rolloutId, [...(this.#logs.get(rollout.rolloutId) ?? []), bytes]);
    this.rollouts.set(rollout.rolloutId, rollout);
    thread.rollout = rollout;
  }

  /** Removes a thread, and the rollouts that no other thread's history begins in. */
  delete(threadId: string): void {
    this.threads.delete(threadId);
    for (;;) {
      const rollouts = [...this.rollouts.values()];
      const bases = new Set(rollouts.map(({ base }) => base?.rolloutId));
      const unneeded = rollouts.filter((one) => !this.threads.has(one.threadId) && !bases.has(one.rolloutId));
      if (unneeded.length === 0) return;
      for (const { rolloutId } of unneeded) {
        this.rollouts.delete(rolloutId);
        this.#logs.delete(rolloutId);
      }
    }
  }

  async *readLog({ rolloutId, bytes }: RolloutRecord): AsyncGenerator<Uint8Array, void, undefined> {
    let left = bytes;
    for (const chunk of this.#logs.get(rolloutId) ?? []) {
      if (left <= 0) return;
      yield chunk.subarray(0, left);
      left -= chunk.length;
    }
  }

  stage({ log }: StageOptions): Promise<ImportStage> {
    const book = new MemoryTurnBook();
    const added: Uint8Array[] = [];
    const before = log === undefined || log === 'new' ? [] : (this.#logs.get(log.rolloutId) ?? []);
    const addTo = log === undefined || log === 'new' ? undefined : log.rolloutId;
    return Promise.resolve({
      book,
      get itemCount() {
        return book.itemCount;
      },
      write: (bytes) => {
        if (bytes) {
          added.push(bytes);
          // Those who read the log know how much of it is published.
          if (addTo !== undefined) this.#logs.set(addTo, [...before, ...added]);
        }
        return Promise.resolve();
      },
      publish: async ({ rollout, thread, needed }) => {
        if (needed !== undefined && !this.rollouts.has(needed)) throw baseIsGone(needed);
        if (rollout) {
          this.rollouts.set(rollout.rolloutId, rollout);
          this.#logs.set(rollout.rolloutId, [...before, ...added]);
        }
        if (thread) this.#publishThread(thread, book);
      },
      discard: () => {
        if (addTo !== undefined) this.#logs.set(addTo, before);
        return Promise.resolve();
      },
    });
  }

  #publishThread(thread: PublishedThread, book: MemoryTurnBook): void {
    const old = this.threads.get(thread.threadId);
    // What is published is no news to the next live commit.
    for (const turn of book.turns) turn.markWritten();
    const edits: ThreadEdits = old?.edits ?? (thread.archived ? { archivedAt: 'unknown' } : {});
    this.threads.set(thread.threadId, { ...thread, book, edits });
  }
}
