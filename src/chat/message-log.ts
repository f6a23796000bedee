import type { Json } from '../contract/json.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import type { StartThreadOptions } from '../live/live-thread.ts';
import type { MessageShape } from './message-shape.ts';
import { type MessageThread, openMessageThread } from './message-thread.ts';

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
  /** Whether the answer was stopped: once it is done, its turn reads as interrupted. Default false. */
  isAbort?: boolean | undefined;
  /** Whether the answer failed: once it is done, its turn reads as failed. Default false. */
  isError?: boolean | undefined;
  /** JSON to keep beside the messages; `null` forgets it. Absent: what is there stays. */
  state?: Json | undefined;
}

/** The messages of a chat library, kept as threads, turns and items. */
export interface MessageLog<Message> {
  /** Loads messages: the newest ones, or those before a cursor. Of a thread that is not there: none. */
  load(threadId: string, options?: LoadMessagesOptions): Promise<LoadedMessages<Message>>;

  /**
   * Writes what is new or changed in a chat, and takes away what is there no more. What comes before the first of the
   * messages stays, and all of it where none of them is known: a chat that was not loaded yet takes nothing away. Returns
   * once everything is durable; with `isDone: false`, once new messages are, while text that streams is written every
   * `writeIntervalMs`. After a failure the next call writes what is missing.
   * @param messages all of them that the chat shows, or the newest ones; each is taken as it is now
   * @throws ThreadStoreError `conflict` while another tab writes the thread; `unsupported` for a legacy Codex thread;
   * `invalid_request` for a message without an id
   */
  save(threadId: string, messages: readonly Message[], options?: SaveMessagesOptions): Promise<void>;

  /** Writes one message, new or changed; the others stay. Else as {@link MessageLog.save}. */
  put(threadId: string, message: Message, options?: SaveMessagesOptions): Promise<void>;

  /** Takes messages away; the lines in which they were written stay in the thread's history. */
  remove(threadId: string, ids: readonly string[]): Promise<void>;

  /** Deletes a thread for good. One that is not there is gone already. */
  delete(threadId: string): Promise<void>;

  /** Ends what is being written, so that other tabs may write. An answer that is not complete reads as interrupted. */
  close(): Promise<void>;
}

/** Makes the log of a library whose messages have a shape. */
export function openMessageLog<Message>(
  store: ThreadStoreClient,
  shape: MessageShape<Message>,
  options: MessageLogOptions = {},
): MessageLog<Message> {
  const threads = new Map<string, MessageThread<Message>>();
  const of = (threadId: string) => {
    const thread = threads.get(threadId) ?? openMessageThread(store, threadId, shape, options);
    threads.set(threadId, thread);
    return thread;
  };
  return {
    load: (threadId, how = {}) => of(threadId).load(how),
    save: (threadId, messages, how = {}) => of(threadId).save(messages, how),
    put: (threadId, message, how = {}) => of(threadId).put(message, how),
    remove: (threadId, ids) => of(threadId).remove(ids),
    delete: (threadId) => of(threadId).delete(),
    async close() {
      await Promise.all([...threads.values()].map((thread) => thread.close()));
    },
  };
}
