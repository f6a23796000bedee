import { openDirectThreadStore } from 'idb-thread-store/direct';
import { batchPages } from './batch-pages.ts';
import { type FoundPage, findInThread } from './find-in-thread.ts';

/** What the worker is asked: one question at a time; the next one ends the one before. */
export interface FindRequest {
  threadId: string;
  /** `''` only ends the question before. */
  term: string;
  /** Comes back with every answer. */
  question: number;
}

/** What the worker answers. */
export type FindAnswer = { question: number } & ({ page: FoundPage } | { error: unknown });

/*
 * Whole turns are read and looked through here, off the page. It reads the database itself: a store of its own costs
 * less than to send every item through the page.
 */
const store = openDirectThreadStore();
let stop = new AbortController();

addEventListener('message', ({ data }: MessageEvent<FindRequest>) => {
  stop.abort();
  stop = new AbortController();
  void answer(data, stop.signal);
});

async function answer({ threadId, term, question }: FindRequest, signal: AbortSignal): Promise<void> {
  const post = (message: FindAnswer) => postMessage(message);
  try {
    for await (const page of batchPages(findInThread(await store, threadId, term, signal))) {
      if (signal.aborted) return;
      post({ question, page });
    }
  } catch (error) {
    post({ question, error: error instanceof Error ? error.message : String(error) });
  }
}
