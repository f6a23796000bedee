import type { RolloutItem, ThreadStoreClient } from 'idb-thread-store';

/** The number that an item or line carries in its text, where it has one. */
export function numberOf(value: unknown): number | undefined {
  const [, digits] = /#(\d+)#/.exec(JSON.stringify(value)) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Writes a thread whose items are numbered from 0 on. */
export class NumberedThread {
  readonly threadId: string;
  readonly historyMode: 'legacy' | 'paginated';
  readonly #store: ThreadStoreClient;
  /** The next item's number. */
  next = 0;
  #turn = 0;
  #turnId: string | undefined;

  constructor(store: ThreadStoreClient, threadId: string) {
    this.#store = store;
    this.threadId = threadId;
    this.historyMode = threadId.startsWith('legacy') ? 'legacy' : 'paginated';
  }

  /** Opens the thread's writer: of a new thread, or of one that is there, whose last number is known. */
  async open(last: number | undefined, turns: number): Promise<void> {
    const { threadId, historyMode } = this;
    this.#turn = turns;
    if (last === undefined) {
      const metadata = { modelProvider: 'kill', cwd: '/' };
      await this.#store.createThread({ threadId, historyMode, metadata });
    } else {
      await this.#store.resumeThread({ threadId });
      this.next = last + 1;
    }
  }

  /** Appends some items, and now and then ends the turn; some of them are large. */
  async append(count: number): Promise<void> {
    const items: RolloutItem[] = [];
    this.#turnId ??= this.#begin(items);
    for (let item = 0; item < count; item++) items.push(this.#item(this.#turnId));
    if (Math.random() < 0.15) {
      items.push(event('task_complete', { turn_id: this.#turnId }));
      this.#turnId = undefined;
    }
    await this.#store.appendItems({ threadId: this.threadId, items });
  }

  /** Makes what was appended durable; gives the number of the last item of it. */
  async flush(): Promise<number> {
    const last = this.next - 1;
    await this.#store.flushThread({ threadId: this.threadId });
    return last;
  }

  #begin(items: RolloutItem[]): string {
    const turnId = `turn-${this.#turn++}-${Date.now()}`;
    items.push(event('task_started', { turn_id: turnId, started_at: Math.floor(Date.now() / 1000) }));
    return turnId;
  }

  #item(turnId: string): RolloutItem {
    const filler = 'x'.repeat(Math.random() < 0.05 ? 100_000 : Math.floor(Math.random() * 400));
    const text = `#${this.next++}# ${filler}`;
    if (this.historyMode === 'legacy') return event('agent_message', { message: text });
    const item = { type: 'AgentMessage', id: `item-${this.next - 1}`, content: [{ type: 'Text', text }] };
    return event('item_completed', { turn_id: turnId, item, completed_at_ms: Date.now() });
  }
}

function event(type: string, fields: { [field: string]: RolloutItem['payload'] }): RolloutItem {
  return { type: 'event_msg', payload: { type, ...fields } };
}
