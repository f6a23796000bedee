import { LiveThread, type ThreadStoreClient, type ThreadStoreError } from 'idb-thread-store';
import { Snapshot } from '../state/snapshot.ts';
import { toStoreError } from '../store/store-failure.ts';
import { play } from './play.ts';
import { scriptedProvider } from './scripted-provider.ts';
import { type Script, workFolder } from './scripts.ts';

/** An answer that is being written, or one that could not be. */
export type Answer = { state: 'answering'; stop: () => void } | { state: 'failed'; error: ThreadStoreError };

/** How often what streams is written at the most: as often as one can see. Milliseconds. */
const writeIntervalMs = 120;

/** The threads that this page writes. They go on while another conversation is shown, and end with the page. */
export class LiveDesk {
  /** By thread. A thread that is not there is quiet. */
  readonly answers = new Snapshot<ReadonlyMap<string, Answer>>(new Map());
  readonly #store: ThreadStoreClient;

  constructor(store: ThreadStoreClient) {
    this.#store = store;
  }

  /**
   * Starts a thread and lets the assistant answer in it.
   * @returns its id, once what was asked is stored
   * @throws ThreadStoreError when it cannot be stored
   */
  async begin(asked: string, script: Script): Promise<string> {
    const thread = await LiveThread.start(this.#store, {
      modelProvider: scriptedProvider,
      model: 'scripted-assistant',
      cwd: workFolder,
      writeIntervalMs,
    });
    await this.#ask(thread, asked, script);
    return thread.threadId;
  }

  /**
   * Goes on with a thread; returns once what was asked is stored, or could not be.
   * @returns whether it is stored
   */
  async goOn(threadId: string, asked: string, script: Script): Promise<boolean> {
    this.#set(threadId, undefined);
    try {
      // The writer is let go after each answer, so that any tab may ask next.
      const thread = await LiveThread.resume(this.#store, { threadId, writeIntervalMs });
      await this.#ask(thread, asked, script);
      return true;
    } catch (error) {
      this.#fail(threadId, error);
      return false;
    }
  }

  async #ask(thread: LiveThread, asked: string, script: Script): Promise<void> {
    const stop = new AbortController();
    try {
      const turn = await thread.startTurn(asked);
      this.#set(thread.threadId, { state: 'answering', stop: () => stop.abort() });
      void this.#answer(thread, () => play(turn, script, asked, stop.signal));
    } catch (error) {
      await thread.close().catch(() => undefined);
      throw error;
    }
  }

  /** Lets the answer be written, and the thread go after it. */
  async #answer(thread: LiveThread, write: () => Promise<void>): Promise<void> {
    try {
      await write();
      await thread.close();
      this.#set(thread.threadId, undefined);
    } catch (error) {
      await thread.close().catch(() => undefined);
      this.#fail(thread.threadId, error);
    }
  }

  #fail(threadId: string, error: unknown): void {
    this.#set(threadId, { state: 'failed', error: toStoreError(error) });
  }

  #set(threadId: string, answer: Answer | undefined): void {
    const answers = new Map(this.answers.get());
    if (answer === undefined) answers.delete(threadId);
    else answers.set(threadId, answer);
    this.answers.set(answers);
  }
}

const desks = new WeakMap<ThreadStoreClient, LiveDesk>();

/** The desk of a store: one, whoever asks. */
export function deskOf(store: ThreadStoreClient): LiveDesk {
  const desk = desks.get(store) ?? new LiveDesk(store);
  desks.set(store, desk);
  return desk;
}
