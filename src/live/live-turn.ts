import { ThreadStoreError } from '../contract/errors.ts';
import type { RolloutItem, StoredTurnError } from '../contract/records.ts';
import type { ThreadItem } from '../contract/thread-item.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { itemState, turnAborted, turnCompleted, turnStarted } from './turn-events.ts';

/** How often a streaming item is written at the most, where nothing else is said. */
export const DEFAULT_WRITE_INTERVAL_MS = 500;

/** A turn in work. Its items may change at any rate; the last state of each is always written. */
export class LiveTurn {
  readonly turnId: string;
  readonly #store: ThreadStore;
  readonly #threadId: string;
  readonly #writeIntervalMs: number;
  readonly #startedAtMs = Date.now();
  /** When each item began, Unix milliseconds. */
  readonly #itemStarts = new Map<string, number>();
  /** The states that are not written yet: the last one of each item, in order of their first change. */
  readonly #changed = new Map<string, ThreadItem>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastWriteMs = 0;
  /** The first failure of a write that nobody waited for. */
  #failure: ThreadStoreError | undefined;
  #isOpen = true;

  constructor(store: ThreadStore, threadId: string, turnId: string, writeIntervalMs: number) {
    this.#store = store;
    this.#threadId = threadId;
    this.turnId = turnId;
    this.#writeIntervalMs = writeIntervalMs;
  }

  /** Whether the turn has not ended yet. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Writes the turn's beginning, and returns once it is durable. */
  async begin(message: ThreadItem | undefined): Promise<void> {
    const items = [turnStarted(this.turnId, Math.floor(this.#startedAtMs / 1000))];
    if (message)
      items.push(itemState(this.#threadId, this.turnId, message, this.#startedAtMs, this.#startedAtMs));
    await this.#append(items);
    await this.#store.persistThread({ threadId: this.#threadId });
  }

  /**
   * Adds an item, or replaces the one with its id. Returns at once: states that follow each other quickly are written
   * as one. What goes wrong is thrown by {@link settle} and by the call that ends the turn.
   * @param item its whole state; a type of your own is kept word for word
   * @throws ThreadStoreError `invalid_request` when the turn has ended
   */
  upsert(item: ThreadItem): void {
    this.#mustBeOpen('upsert');
    if (!this.#itemStarts.has(item.id)) this.#itemStarts.set(item.id, timeOf(item.startedAtMs) ?? Date.now());
    this.#changed.set(item.id, structuredClone(item));
    const wait = this.#lastWriteMs + this.#writeIntervalMs - Date.now();
    this.#timer ??= setTimeout(
      () => void this.#write().catch((error: ThreadStoreError) => (this.#failure ??= error)),
      // A clock that was set back must not hold the write for long.
      Math.min(Math.max(0, wait), this.#writeIntervalMs),
    );
  }

  /** Returns once every state until now is durable. */
  async settle(): Promise<void> {
    await this.#write();
    await this.#store.flushThread({ threadId: this.#threadId });
    this.#throwFailure();
  }

  /** Ends the turn well, and returns once all of it is durable. */
  complete(): Promise<void> {
    return this.#end('complete', turnCompleted(this.turnId, this.#startedAtMs));
  }

  /** Ends the turn as failed, and returns once all of it is durable. */
  fail(error: StoredTurnError): Promise<void> {
    return this.#end('fail', turnCompleted(this.turnId, this.#startedAtMs, error));
  }

  /** Ends the turn as interrupted, and returns once all of it is durable. */
  interrupt(): Promise<void> {
    return this.#end('interrupt', turnAborted(this.turnId, Math.floor(this.#startedAtMs / 1000)));
  }

  async #end(operation: string, last: RolloutItem): Promise<void> {
    this.#mustBeOpen(operation);
    this.#isOpen = false;
    try {
      await this.#write([last], Date.now());
      await this.#store.flushThread({ threadId: this.#threadId });
    } catch (error) {
      // The caller may try again: lines that the store took are not written twice, for it keeps them.
      this.#isOpen = true;
      throw error;
    }
    this.#throwFailure();
  }

  /**
   * Appends the states that wait, in order.
   * @param more lines that come after them
   * @param completedAtMs when the items that do not say so ended; absent while the turn goes on
   */
  async #write(more: RolloutItem[] = [], completedAtMs?: number): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#lastWriteMs = Date.now();
    const changed = [...this.#changed.values()];
    this.#changed.clear();
    const items = changed.map((item) => {
      const startedAtMs = this.#itemStarts.get(item.id) ?? Date.now();
      const endedAtMs = timeOf(item.completedAtMs) ?? completedAtMs;
      return itemState(this.#threadId, this.turnId, item, startedAtMs, endedAtMs);
    });
    if (items.length + more.length === 0) return;
    try {
      await this.#append([...items, ...more]);
    } catch (error) {
      // The states stay due, unless newer ones came meanwhile.
      for (const item of changed) if (!this.#changed.has(item.id)) this.#changed.set(item.id, item);
      throw error;
    }
  }

  #append(items: RolloutItem[]): Promise<void> {
    return this.#store.appendItems({ threadId: this.#threadId, items });
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  #mustBeOpen(operation: string): void {
    if (this.#isOpen) return;
    throw new ThreadStoreError('invalid_request', `turn ${this.turnId} has ended`, {
      operation,
      threadId: this.#threadId,
    });
  }
}

/** A time that an item says, if it says one: an item of a client's own type may say anything. */
function timeOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
