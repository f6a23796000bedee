import type { Json } from '../contract/json.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import type { StartThreadOptions } from '../live/live-thread.ts';
import type { MessageShape } from './message-shape.ts';
import { MessageThread } from './message-thread.ts';

/** What to say of the threads that a chat starts, as to `LiveThread.start`. */
export interface MessageLogOptions extends Omit<Partial<StartThreadOptions>, 'threadId'> {}

/** How to load messages. */
export interface LoadMessagesOptions {
  /** `olderCursor` of what was loaded before: loads what comes before that. Absent: the newest messages. */
  cursor?: string | undefined;
  /** How many turns to load: a user's message and what answered it. Default 50. */
  turns?: number | undefined;
}

/** Messages of a thread, oldest first. */
export interface LoadedMessages<Message> {
  messages: Message[];
  /** Loads what comes before. Absent: that was all. */
  olderCursor?: string;
  /** What was saved beside the messages; absent: nothing. */
  state?: Json;
}

/** How to save messages. */
export interface SaveMessagesOptions {
  /** Whether the answer is complete, so that its turn ends and other tabs may write. Default true. */
  isDone?: boolean | undefined;
  /** JSON to keep beside the messages; `null` forgets it. Absent: what is there stays. */
  state?: Json | undefined;
}

/** The messages of a chat library, kept as threads, turns and items. */
export class MessageLog<Message> {
  readonly #thread: (threadId: string) => MessageThread<Message>;
  readonly #threads = new Map<string, MessageThread<Message>>();

  constructor(store: ThreadStoreClient, shape: MessageShape<Message>, options: MessageLogOptions = {}) {
    this.#thread = (threadId) => {
      const thread = this.#threads.get(threadId) ?? new MessageThread(store, shape, options, threadId);
      this.#threads.set(threadId, thread);
      return thread;
    };
  }

  /** Loads messages: the newest ones, or those before a cursor. Of a thread that is not there: none. */
  load(threadId: string, options: LoadMessagesOptions = {}): Promise<LoadedMessages<Message>> {
    return this.#thread(threadId).load(options);
  }

  /**
   * Writes what is new or changed in a chat, and takes away what came after the last message that is still there. What
   * was not loaded stays. Returns once everything is durable; with `isDone: false`, once new messages are, while text
   * that streams is written every `writeIntervalMs`.
   * @param messages all of them that the chat shows, or the newest ones
   * @throws ThreadStoreError `conflict` while another tab writes the thread; `unsupported` for a legacy Codex thread
   */
  save(threadId: string, messages: readonly Message[], options: SaveMessagesOptions = {}): Promise<void> {
    return this.#thread(threadId).save(messages, options);
  }

  /** Writes one message, new or changed; the others stay. Else as {@link save}. */
  put(threadId: string, message: Message, options: SaveMessagesOptions = {}): Promise<void> {
    return this.#thread(threadId).put(message, options);
  }

  /** Takes messages away; the lines in which they were written stay in the thread's history. */
  remove(threadId: string, ids: readonly string[]): Promise<void> {
    return this.#thread(threadId).remove(ids);
  }

  /** Deletes a thread for good. One that is not there is gone already. */
  delete(threadId: string): Promise<void> {
    return this.#thread(threadId).delete();
  }

  /** Ends what is being written, so that other tabs may write. An answer that is not complete reads as interrupted. */
  async close(): Promise<void> {
    await Promise.all([...this.#threads.values()].map((thread) => thread.close()));
  }
}
