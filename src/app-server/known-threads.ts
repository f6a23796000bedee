import type { StoredThread } from '../contract/records.ts';

/** How many threads are remembered: enough for any list that a client shows. */
const MAX_KNOWN = 10_000;

/** One thing that a client is told of a thread as a whole. */
export type ThreadChange =
  | { archived: boolean }
  | { name: string | null }
  | { deleted: true }
  | { reverted: true };

/** What a client knows of a thread; what is absent it was never told. */
export interface KnownThread {
  archived?: boolean;
  name?: string | null;
  deleted?: boolean;
  /** How often it was told of something. */
  told: number;
  /** Reverts of its own that it was told of, and whose events are still to come. */
  expectedReverts: number;
  /** The ordinals of the last turn and item that are copies from another thread: -1 where none is. */
  quietThrough: { turn: number; item: number };
}

/** What one client knows of threads. Those that were not heard of for the longest time are forgotten. */
export class KnownThreads {
  readonly #threads = new Map<string, KnownThread>();

  /** What is known of a thread, to be changed in place. */
  of(threadId: string): KnownThread {
    const known = this.#threads.get(threadId) ?? {
      told: 0,
      expectedReverts: 0,
      quietThrough: { turn: -1, item: -1 },
    };
    // The one that was heard of last goes last, so that the first is the one to forget.
    this.#threads.delete(threadId);
    this.#threads.set(threadId, known);
    if (this.#threads.size > MAX_KNOWN) {
      const [oldest] = this.#threads.keys();
      if (oldest !== undefined) this.#threads.delete(oldest);
    }
    return known;
  }

  /** The ids of all of them, as they are now. */
  get ids(): string[] {
    return [...this.#threads.keys()];
  }

  /** Remembers what an answer says of a thread. */
  know({ threadId, archivedAt, name }: StoredThread): void {
    Object.assign(this.of(threadId), {
      archived: archivedAt !== undefined,
      name: name ?? null,
      deleted: false,
    });
  }

  /** Whether a change is none for this client. */
  knows(threadId: string, change: ThreadChange): boolean {
    const known = this.of(threadId);
    if ('archived' in change) return known.archived === change.archived;
    if ('name' in change) return known.name === change.name;
    return 'deleted' in change && known.deleted === true;
  }
}
