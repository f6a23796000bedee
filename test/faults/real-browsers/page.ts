import {
  openThreadStore,
  ThreadStoreError,
  type ThreadStoreClient,
  type ThreadStoreEvent,
  type ThreadStoreOptions,
} from 'idb-thread-store';
import type { Command, Report } from './polled-page.ts';

/** What a call gave, in a form that every driver can copy. */
export interface Answer {
  value?: unknown;
  error?: { code: string; message: string; usage?: number | undefined; quota?: number | undefined };
}

/** The store of a page, as a test drives it. */
export class DrivenStore {
  readonly events: ThreadStoreEvent[] = [];
  #store: ThreadStoreClient | undefined;

  async open(options: Pick<ThreadStoreOptions, 'name' | 'mode' | 'deadlineMs'>): Promise<Answer> {
    return answer(async () => {
      const onEvent = (event: ThreadStoreEvent) => void this.events.push(event);
      this.#store = await openThreadStore({ ...options, onEvent });
    });
  }

  async call(method: keyof ThreadStoreClient, params?: unknown): Promise<Answer> {
    return answer(() => {
      const call: unknown = this.#store?.[method];
      if (typeof call !== 'function') throw new Error(`no method ${String(method)}`);
      return (call as (params: unknown) => Promise<unknown>).call(this.#store, params);
    });
  }

  /** Writes lines one by one, until each is told to be there, while the thread is read; gives their texts. */
  async work(threadId: string, name: string, count: number): Promise<Answer> {
    return answer(async () => {
      const store = this.#store;
      if (!store) throw new Error('the store is not open');
      const texts = Array.from({ length: count }, (_, index) => `${name}-${index}`);
      let isOver = false;
      const read = async () => {
        while (!isOver) await store.listItems({ threadId });
      };
      const write = async () => {
        for (const text of texts) await writeLine(store, threadId, text);
      };
      await Promise.all([read(), write().finally(() => (isOver = true))]);
      return texts;
    });
  }
}

/** Writes a line as an app does that hears of every failure: it goes on with the thread, and looks what is there. */
async function writeLine(store: ThreadStoreClient, threadId: string, payload: string): Promise<void> {
  let hasWriter = true;
  let isQueued = false;
  for (;;) {
    try {
      if (!hasWriter) {
        await store.resumeThread({ threadId });
        hasWriter = true;
        const { items } = await store.loadHistory({ threadId });
        if (items.some((item) => item['payload'] === payload)) return;
        isQueued = false;
      }
      if (!isQueued) await store.appendItems({ threadId, items: [{ type: 'test', payload }] });
      isQueued = true;
      return await store.flushThread({ threadId });
    } catch (error) {
      const code = error instanceof ThreadStoreError && error.code;
      if (code === 'thread_not_found') hasWriter = false;
      else if (code !== 'unavailable') throw error;
    }
  }
}

async function answer(body: () => Promise<unknown>): Promise<Answer> {
  try {
    return { value: await body() };
  } catch (error) {
    const message = String(error);
    if (!(error instanceof ThreadStoreError)) return { error: { code: 'not typed', message } };
    const { code, usage, quota } = error;
    return { error: { code, message, usage, quota } };
  }
}

Object.assign(globalThis, { store: new DrivenStore() });
if (location.search === '?polls') void poll();

/** Does what the server says, one command after the other. */
async function poll(): Promise<never> {
  let report: Report = { done: 0 };
  for (;;) {
    try {
      const body = JSON.stringify(report);
      const response = await fetch('/next', { method: 'POST', body, signal: AbortSignal.timeout(5000) });
      const { id, expression } = (await response.json()) as Partial<Command>;
      if (id === undefined || id === report.done) await new Promise((resolve) => setTimeout(resolve, 20));
      else report = { done: id, ...(await evaluated(`${expression} // ${id}`)) };
    } catch {
      // The server is not reached while the process is gone that would reach it.
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** @param expression no other must be the same: a module is evaluated once */
async function evaluated(expression: string): Promise<Omit<Report, 'done'>> {
  try {
    const code = encodeURIComponent(`export default await ${expression}`);
    const module = (await import(/* @vite-ignore */ `data:text/javascript,${code}`)) as { default: unknown };
    return { value: module.default };
  } catch (error) {
    return { error: String(error) };
  }
}
