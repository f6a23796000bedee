import type { ThreadStoreClient } from 'idb-thread-store';
import { Snapshot } from '../state/snapshot.ts';
import { batchPages } from './batch-pages.ts';
import { findInThread, type FoundPage, type Hit } from './find-in-thread.ts';
import type { FindAnswer, FindRequest } from './find-worker.ts';

/** What was found so far. */
export interface Findings {
  term: string;
  /** In the order of the thread. */
  hits: readonly Hit[];
  /** Which of the hits one is at; -1 while there is none. */
  current: number;
  /** How many turns were looked through. */
  turns: number;
  /** Whether all of the thread was looked through, or as much of it as is. */
  complete: boolean;
  error?: string;
}

const nothing: Findings = { term: '', hits: [], current: -1, turns: 0, complete: true };

/** Finds texts in one thread: in a worker of its own, or, where the store is this page's memory, here. */
export class ThreadFinder {
  readonly snapshot = new Snapshot<Findings>(nothing);
  readonly #store: ThreadStoreClient;
  readonly #threadId: string;
  #worker: Worker | undefined;
  #question = 0;
  #stop = new AbortController();

  constructor(store: ThreadStoreClient, threadId: string) {
    this.#store = store;
    this.#threadId = threadId;
  }

  /** Looks for a text; `''` ends the search. */
  async find(term: string): Promise<void> {
    const question = ++this.#question;
    this.#stop.abort();
    this.#stop = new AbortController();
    if (term.trim() === '') {
      this.snapshot.set({ ...nothing, term });
      this.#ask({ threadId: this.#threadId, term: '', question });
      return;
    }
    this.snapshot.set({ ...nothing, term, complete: false });
    try {
      const { engine } = await this.#store.status();
      if (question !== this.#question) return;
      if (engine === 'memory') await this.#findHere(term, question, this.#stop.signal);
      else {
        this.#worker ??= this.#startWorker();
        this.#ask({ threadId: this.#threadId, term, question });
      }
    } catch (error) {
      this.#take({ question, error: error instanceof Error ? error.message : String(error) });
    }
  }

  /** Goes to the next hit, or to the one before; from the last one to the first. */
  readonly step = (by: 1 | -1): void => {
    const { hits, current } = this.snapshot.get();
    if (hits.length === 0) return;
    const next = (current + by + hits.length) % hits.length;
    this.snapshot.set({ ...this.snapshot.get(), current: next });
  };

  /** Ends the search and its worker. */
  readonly close = (): void => {
    this.#question++;
    this.#stop.abort();
    this.#worker?.terminate();
    this.#worker = undefined;
    this.snapshot.set(nothing);
  };

  async #findHere(term: string, question: number, signal: AbortSignal): Promise<void> {
    for await (const page of batchPages(findInThread(this.#store, this.#threadId, term, signal))) {
      this.#take({ question, page });
      // The page is shown between two of them.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('find-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<FindAnswer>) => this.#take(data));
    worker.addEventListener('error', () =>
      this.#take({ question: this.#question, error: 'The search could not be started.' }),
    );
    return worker;
  }

  #ask(request: FindRequest): void {
    this.#worker?.postMessage(request);
  }

  #take(answer: FindAnswer): void {
    if (answer.question !== this.#question) return;
    const before = this.snapshot.get();
    if ('error' in answer) this.snapshot.set({ ...before, complete: true, error: String(answer.error) });
    else this.snapshot.set(withPage(before, answer.page));
  }
}

/** The findings with those of an older page. The first hit that is found, the newest, is the one that one is at. */
function withPage(before: Findings, { hits, turns, complete }: FoundPage): Findings {
  const current = before.current === -1 ? hits.length - 1 : before.current + hits.length;
  return {
    ...before,
    hits: hits.length === 0 ? before.hits : [...hits, ...before.hits],
    current,
    turns: before.turns + turns,
    complete,
  };
}
