import {
  openThreadStore,
  ThreadStoreError,
  type ThreadStoreClient,
  type ThreadStoreEvent,
  type ThreadStoreOptions,
} from 'idb-thread-store';

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
