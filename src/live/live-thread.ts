import { newId } from '../contract/new-id.ts';
import { ThreadStoreError } from '../contract/errors.ts';
import type { CreateThreadParams, ThreadMetadataPatch } from '../contract/requests.ts';
import type { UserInput } from '../contract/thread-item.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { DEFAULT_WRITE_INTERVAL_MS, LiveTurn } from './live-turn.ts';
import { turnAborted } from './turn-events.ts';

/** How to start a thread. */
export interface StartThreadOptions extends Pick<
  CreateThreadParams,
  'forkedFromId' | 'source' | 'threadSource' | 'originator' | 'baseInstructions' | 'dynamicTools'
> {
  /** Its id: 1 to 128 characters. Default: a new UUIDv7. */
  threadId?: string | undefined;
  /** Whose model answers, as `openai`. */
  modelProvider: string;
  /** The model that answers. */
  model?: string | undefined;
  /** The working directory. Default: none. */
  cwd?: string | undefined;
  /** How often a streaming item is written at the most, in milliseconds. Default 500. */
  writeIntervalMs?: number | undefined;
}

/** How to go on with a thread. */
export interface ResumeThreadOptions {
  threadId: string;
  /** Whether the thread may be archived. Default false. */
  includeArchived?: boolean | undefined;
  /** As in {@link StartThreadOptions}. */
  writeIntervalMs?: number | undefined;
}

/** How to start a turn. */
export interface StartTurnOptions {
  /** Its id: 1 to 128 characters, unique in the thread. Default: a new UUIDv7. */
  turnId?: string | undefined;
}

/**
 * A thread that a chat client writes, over any ThreadStore. One at a time in all tabs; its lines are those of a
 * paginated Codex thread, which Codex itself can read (contract §5.5).
 * @example
 * const thread = await LiveThread.start(store, { modelProvider: 'openai' });
 * const turn = await thread.startTurn('How do I sort a list?');
 * for await (const text of answer) turn.upsert({ type: 'agentMessage', id: 'a1', text, phase: 'final_answer' });
 * await turn.complete();
 * await thread.close();
 */
export class LiveThread {
  readonly threadId: string;
  readonly #store: ThreadStore;
  readonly #writeIntervalMs: number;
  /** What to say of the thread once it is there. */
  #patch: ThreadMetadataPatch | undefined;
  #turn: LiveTurn | undefined;

  private constructor(store: ThreadStore, threadId: string, writeIntervalMs = DEFAULT_WRITE_INTERVAL_MS) {
    this.#store = store;
    this.threadId = threadId;
    this.#writeIntervalMs = writeIntervalMs;
  }

  /**
   * Starts a new thread. It is stored with its first turn.
   * @throws ThreadStoreError `conflict` when the id is taken, or another tab writes it
   */
  static async start(store: ThreadStore, options: StartThreadOptions): Promise<LiveThread> {
    const { threadId = newId(), modelProvider, model, cwd, writeIntervalMs, ...more } = options;
    const metadata = { modelProvider, cwd };
    await store.createThread({ ...more, threadId, metadata, historyMode: 'paginated' });
    const thread = new LiveThread(store, threadId, writeIntervalMs);
    if (model !== undefined) thread.#patch = { model };
    return thread;
  }

  /**
   * Goes on with a thread. A turn that was left unfinished, by a tab that died, is ended as interrupted.
   * @throws ThreadStoreError `thread_not_found`; `conflict` when another tab writes it; `unsupported` for a legacy
   * thread, whose lines cannot carry items with ids of their own
   */
  static async resume(store: ThreadStore, options: ResumeThreadOptions): Promise<LiveThread> {
    const { threadId, includeArchived, writeIntervalMs } = options;
    await store.resumeThread({ threadId, includeArchived });
    try {
      const { historyMode } = await store.readThread({ threadId, includeArchived: true });
      if (historyMode === 'legacy') {
        throw new ThreadStoreError('unsupported', `thread ${threadId} is a legacy thread; start a new one`, {
          operation: 'resumeThread',
          threadId,
        });
      }
      const page = { threadId, includeArchived: true, pageSize: 1, itemsView: 'notLoaded' } as const;
      const [newest] = (await store.listTurns(page)).turns;
      if (newest?.status === 'inProgress') {
        await store.appendItems({ threadId, items: [turnAborted(newest.turnId, newest.startedAt)] });
      }
      return new LiveThread(store, threadId, writeIntervalMs);
    } catch (error) {
      await store.discardThread({ threadId }).catch(() => undefined);
      throw error;
    }
  }

  /** The turn in work, if there is one. */
  get turn(): LiveTurn | undefined {
    return this.#turn?.isOpen ? this.#turn : undefined;
  }

  /**
   * Starts a turn with what the user sent, and returns once that is durable.
   * @param input a text, or the parts of a message; empty for a turn that no message began
   * @throws ThreadStoreError `invalid_request` while another turn is in work
   */
  async startTurn(input: string | UserInput[], options: StartTurnOptions = {}): Promise<LiveTurn> {
    if (this.turn) {
      throw new ThreadStoreError(
        'invalid_request',
        `turn ${this.turn.turnId} is still in work; end it first`,
        {
          operation: 'startTurn',
          threadId: this.threadId,
        },
      );
    }
    const { turnId = newId() } = options;
    const turn = new LiveTurn(this.#store, this.threadId, turnId, this.#writeIntervalMs);
    this.#turn = turn;
    const content = typeof input === 'string' ? [textInput(input)] : input;
    await turn.begin(content.length === 0 ? undefined : { type: 'userMessage', id: newId(), content });
    const patch = this.#patch;
    this.#patch = undefined;
    if (patch)
      await this.#store.updateThreadMetadata({ threadId: this.threadId, includeArchived: true, patch });
    return turn;
  }

  /** Ends the writing. A turn in work is interrupted first; what was written is durable then. */
  async close(): Promise<void> {
    await this.turn?.interrupt();
    await this.#store.shutdownThread({ threadId: this.threadId });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function textInput(text: string): UserInput {
  return { type: 'text', text, text_elements: [] };
}
