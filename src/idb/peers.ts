import type { ThreadEvent } from '../contract/thread-store-client.ts';

/** What one store at a time does: to import, or to write a history anew; and to clear what belongs to nobody. */
export type Work = 'import' | 'sweep';

/** The other stores on the same database, in this tab and in others. */
export interface Peers {
  /**
   * Takes the right to write a thread.
   * @returns the function that gives it back; `undefined` when another store has it. It ends with the tab, too.
   */
  lockWriter(threadId: string): Promise<(() => void) | undefined>;
  /** Whether any store has the right to write a thread: the thread is running. */
  isWritten(threadId: string): Promise<boolean>;
  /** Runs `body` while no other store does such work. */
  exclusively<T>(work: Work, body: () => Promise<T>): Promise<T>;
  /** Tells the others of a change. */
  post(event: ThreadEvent): void;
  /** Ends the listening, and gives back every right. */
  close(): void;
}
