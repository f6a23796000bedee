import type { ThreadStoreClient, ThreadStoreEvent, ThreadStoreOptions } from 'idb-thread-store';
import { randomBytes } from 'node:crypto';
import { expect, inject, onTestFinished } from 'vitest';
import { serveSite } from '../../kill/site.mjs';
import type { Answer, DrivenStore } from './page.ts';

/** What the tests need of a page of whatever browser. */
export interface DrivenPage {
  goto(url: string): Promise<unknown>;
  /** Evaluates an expression; its value is copied as JSON. */
  evaluate(expression: string): Promise<unknown>;
}

/** A store in a real page. */
export class RemoteStore {
  readonly #page: DrivenPage;

  private constructor(page: DrivenPage) {
    this.#page = page;
  }

  /** Opens the page, and the store in it. */
  static async open(
    page: DrivenPage,
    origin: string,
    options: Pick<ThreadStoreOptions, 'name' | 'mode' | 'deadlineMs'> = {},
  ): Promise<RemoteStore> {
    const store = new RemoteStore(page);
    await page.goto(`${origin}/page.html`);
    await expect.poll(() => page.evaluate('typeof store'), { timeout: 60_000 }).toBe('object');
    expect((await store.#do('open', options)).error).toBeUndefined();
    return store;
  }

  /** Opens another store in the same page, which takes the place of this one; gives what it fails with. */
  async openAgain(): Promise<Answer['error']> {
    return (await this.#do('open', {})).error;
  }

  /** A call that is to succeed. */
  async call<Method extends keyof ThreadStoreClient>(
    method: Method,
    params?: object,
  ): Promise<Awaited<ReturnType<ThreadStoreClient[Method]>>> {
    const { value, error } = await this.answer(method, params);
    if (error) throw new Error(`${String(method)}: ${error.code}, ${error.message}`);
    return value as Awaited<ReturnType<ThreadStoreClient[Method]>>;
  }

  /** What a call gives, or fails with. */
  answer(method: keyof ThreadStoreClient, params?: object): Promise<Answer> {
    return this.#do('call', method, params);
  }

  /** All events until now. */
  async told(): Promise<ThreadStoreEvent[]> {
    return (await this.#page.evaluate('store.events')) as ThreadStoreEvent[];
  }

  /** The events of a type, once there are any. */
  async events(type: ThreadStoreEvent['type']): Promise<ThreadStoreEvent[]> {
    const told = async () => (await this.told()).filter((event) => event.type === type);
    await expect.poll(async () => (await told()).length, { timeout: 30_000 }).toBeGreaterThan(0);
    return told();
  }

  /** What a thread's lines of {@link line} begin with, as its history has them. */
  async texts(threadId: string): Promise<unknown[]> {
    const { items } = await this.call('loadHistory', { threadId });
    return items
      .filter(({ type }) => type === 'test')
      .map(({ payload }) => (typeof payload === 'string' ? payload.split(' ', 1)[0] : payload));
  }

  /** Has the page write and read a thread at once; gives the texts of the lines that it wrote. */
  async work(threadId: string, name: string, count: number): Promise<string[]> {
    const { value, error } = await this.#do('work', threadId, name, count);
    if (error) throw new Error(`work: ${error.code}, ${error.message}`);
    return value as string[];
  }

  async #do(method: keyof DrivenStore, ...args: unknown[]): Promise<Answer> {
    const list = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join();
    return (await this.#page.evaluate(`store.${method}(${list})`)) as Answer;
  }
}

/** A line of a type that no version knows: it is kept word for word. */
export function line(text: string): { type: string; payload: string } {
  return { type: 'test', payload: text };
}

/** The same with so many bytes that no store can make smaller. */
export function largeLine(text: string, bytes: number): { type: string; payload: string } {
  return line(`${text} ${randomBytes(bytes / 2).toString('hex')}`);
}

/**
 * Serves the page for one test, on an origin where nothing is stored yet.
 * @param answer what the page gets to what it posts
 */
export async function freshOrigin(answer: (body: string) => object = () => ({})): Promise<string> {
  const site = await serveSite(inject('faultsFolder'), (_path, body) => answer(body));
  onTestFinished(() => void site.close());
  return site.origin;
}

/**
 * Writes until there is no space: reads go on, and once there is some again what was queued is written.
 * @param free makes space
 */
export async function fillUp(store: RemoteStore, free: () => Promise<unknown>): Promise<void> {
  const threadId = 'thread';
  await store.call('createThread', { threadId, metadata: { modelProvider: 'test' } });
  await store.call('appendItems', { threadId, items: [line('0')] });
  await store.call('flushThread', { threadId });
  let written = 0;
  let failed: Answer['error'];
  for (let item = 1; item < 100 && !failed; item++) {
    written = item;
    await store.call('appendItems', { threadId, items: [largeLine(String(item), 200_000)] });
    failed = (await store.answer('flushThread', { threadId })).error;
  }
  const bytes = expect.any(Number) as number;
  expect(failed).toMatchObject({ code: 'resource_exhausted', usage: bytes, quota: bytes });
  expect((await store.call('listThreads', {})).items.map((thread) => thread.threadId)).toContain(threadId);
  expect(await store.texts(threadId)).toHaveLength(written);
  await free();
  // The browser may take a while to notice.
  await expect
    .poll(async () => (await store.answer('flushThread', { threadId })).error, {
      interval: 500,
      timeout: 80_000,
    })
    .toBeUndefined();
  expect(await store.texts(threadId)).toEqual(Array.from({ length: written + 1 }, (_, item) => String(item)));
  expect(await store.told()).not.toContainEqual({ type: 'reopened' });
}
