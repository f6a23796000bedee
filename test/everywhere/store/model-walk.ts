import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { expect, vi } from 'vitest';
import { isJsonObject } from '../../../src/contract/json.ts';
import { expectReplay, METADATA } from '../../../src/testing/live-script.ts';
import { freshName } from '../../support/stores.ts';
import { outcomeOf, withoutCursorText } from './outcomes.ts';
import { PageReader } from './page-reader.ts';
import { LineMaker } from './random-lines.ts';
import type { Step } from './random-steps.ts';

/**
 * Several clients on one database, and the memory store as their model. The model is one client: who of the real ones
 * holds a thread's writer is kept beside it.
 */
export class Walk {
  readonly #name = freshName();
  readonly #model = createMemoryThreadStore();
  readonly #clients: ThreadStoreClient[] = [];
  readonly #holders = new Map<string, number>();
  /** By client: the threads whose writers it discarded last. */
  readonly #discarded: Set<string>[] = [];
  readonly #makers = new Map<string, LineMaker>();
  /** Threads with lines of which it is not sure that they are written. */
  readonly #dirty = new Set<string>();
  readonly #modelPages = new PageReader(() => this.#model);
  readonly #realPages = new PageReader(() => this.#client(0));
  #forks = 0;

  async open(clients: number): Promise<void> {
    for (let client = 0; client < clients; client++) {
      this.#clients.push(await openDirectThreadStore({ name: this.#name }));
      this.#discarded.push(new Set());
    }
  }

  /** Does a step on the real stores and on the model; both must come to the same. */
  async do(step: Step): Promise<void> {
    const threadId = `thread-${step.thread}`;
    const holder = step.byHolder ? this.#holders.get(threadId) : undefined;
    const client = holder ?? step.client % this.#clients.length;
    switch (step.step) {
      case 'create': {
        const { historyMode, extended } = step;
        const params = { threadId, historyMode, ...METADATA, eventPersistenceMode: modeOf(extended) };
        const isOpen = await this.#openWriter('createThread', client, threadId, (store) =>
          store.createThread(params),
        );
        if (isOpen) this.#makers.set(threadId, new LineMaker(historyMode, threadId));
        break;
      }
      case 'resume': {
        const params = {
          threadId,
          includeArchived: step.includeArchived,
          eventPersistenceMode: modeOf(step.extended),
        };
        await this.#openWriter('resumeThread', client, threadId, (store) => store.resumeThread(params));
        break;
      }
      case 'append': {
        const items = this.#maker(threadId).make(step.acts);
        await this.#withWriter('appendItems', client, threadId, (store) =>
          store.appendItems({ threadId, items }),
        );
        this.#dirty.add(threadId);
        break;
      }
      case 'persist':
      case 'flush':
      case 'shutdown': {
        const method = `${step.step}Thread` as const;
        const wasHeld = this.#holders.get(threadId) === client;
        await this.#withWriter(method, client, threadId, (store) => store[method]({ threadId }));
        if (wasHeld && step.step === 'shutdown') this.#holders.delete(threadId);
        break;
      }
      case 'discard':
        await this.#discard(client, threadId);
        break;
      case 'archive':
      case 'unarchive': {
        await this.#settle();
        const method = `${step.step}Thread` as const;
        await this.#same(client, (store) => store[method]({ threadId }));
        break;
      }
      case 'delete': {
        await this.#settle();
        const holder = this.#holders.get(threadId);
        if (holder !== undefined && holder !== client) {
          await this.#fails(
            client,
            (store) => store.deleteThread({ threadId }),
            'conflict',
            'deleteThread',
            threadId,
          );
          break;
        }
        await this.#same(client, (store) => store.deleteThread({ threadId }));
        if (this.#holders.get(threadId) === client) this.#discarded[client]?.add(threadId);
        this.#holders.delete(threadId);
        break;
      }
      case 'patch': {
        await this.#settle();
        const { patch, includeArchived } = step;
        const update = (store: ThreadStoreClient) =>
          store.updateThreadMetadata({ threadId, patch, includeArchived });
        // Only its own client knows of a thread that is not written yet.
        if (this.#isHeldByAnother(threadId, client) && !(await this.#isWritten(threadId)))
          await this.#fails(client, update, 'thread_not_found', 'updateThreadMetadata', threadId);
        else await this.#same(client, update);
        break;
      }
      case 'fork':
        await this.#settle();
        await this.#fork(client, threadId, step.cut);
        break;
      case 'branch': {
        await this.#settle();
        const { boundary, turn } = step;
        const newThreadId = `branch-${this.#forks++}`;
        const branch = (store: ThreadStoreClient) =>
          store.forkThread({ threadId, newThreadId, ...(boundary ? { [boundary]: `turn-${turn}` } : {}) });
        if (this.#isHeldByAnother(threadId, client) && !(await this.#isWritten(threadId)))
          await this.#fails(client, branch, 'thread_not_found', 'forkThread', threadId);
        else await this.#same(client, branch);
        break;
      }
      case 'cut': {
        await this.#settle();
        const { method, turn } = step;
        const cut = (store: ThreadStoreClient) => store[method]({ threadId, beforeTurnId: `turn-${turn}` });
        const isElsewhere = this.#isHeldByAnother(threadId, client);
        if (isElsewhere && !(await this.#isWritten(threadId)))
          await this.#fails(client, cut, 'thread_not_found', method, threadId);
        else if (isElsewhere && !(await this.#isArchived(threadId)))
          await this.#fails(client, cut, 'conflict', method, threadId);
        else await this.#same(client, cut);
        break;
      }
      case 'reopen':
        await this.#reopen(client);
        break;
      case 'tick':
        await this.#settle();
        vi.setSystemTime(Date.now() + step.ms);
        break;
      case 'read': {
        await this.#settle();
        const { includeArchived } = step;
        await this.#same(client, (store) =>
          store.readThread({ threadId, includeArchived, includeHistory: true }),
        );
        break;
      }
      case 'page': {
        await this.#settle();
        const expected = await outcomeOf(() => this.#modelPages.page(threadId, step.page));
        expect(withoutCursorText(await outcomeOf(() => this.#realPages.page(threadId, step.page)))).toEqual(
          withoutCursorText(expected),
        );
        break;
      }
    }
  }

  /** Everything that reads tell of every thread must be the same, on every client. */
  async end(): Promise<void> {
    await this.#settle();
    const [threads, archived] = await Promise.all([
      this.#model.listThreads({ pageSize: 100 }),
      this.#model.listThreads({ pageSize: 100, archived: true }),
    ]);
    for (const client of this.#clients) {
      expect((await client.listThreads({ pageSize: 100 })).items).toEqual(threads.items);
      expect((await client.listThreads({ pageSize: 100, archived: true })).items).toEqual(archived.items);
    }
    for (const { threadId, forkedFromId } of [...threads.items, ...archived.items]) {
      const all = { threadId, includeArchived: true, pageSize: 1000 };
      await this.#same(0, (store) => store.loadHistory(all));
      for (const itemsView of ['full', 'summary', 'notLoaded'] as const)
        await this.#same(0, async (store) => (await store.listTurns({ ...all, itemsView })).turns);
      await this.#same(0, async (store) => (await store.listItems(all)).items);
      await this.#same(
        0,
        async (store) => (await store.listItems({ ...all, afterUpdatedAtOrdinal: -1 })).items,
      );
      // A history that goes on from another rollout has fewer bytes of its own, and gaps among its ordinals.
      const { items } = await this.#model.loadHistory(all);
      const hasBase = items.some(({ payload }) => isJsonObject(payload) && 'history_base' in payload);
      if (forkedFromId === undefined && !hasBase) await expectReplay(this.#client(0), threadId);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.#model.close(), ...this.#clients.map((client) => client.close())]);
  }

  /** A writer that opens: refused while another client has it. */
  async #openWriter(
    operation: string,
    client: number,
    threadId: string,
    open: (store: ThreadStoreClient) => Promise<unknown>,
  ): Promise<boolean> {
    await this.#settle();
    if (this.#isHeldByAnother(threadId, client)) {
      await this.#fails(client, open, 'conflict', operation, threadId);
      return false;
    }
    if (!('value' in (await this.#same(client, open)))) return false;
    this.#holders.set(threadId, client);
    this.#discarded[client]?.delete(threadId);
    return true;
  }

  /** A call that needs the thread's writer: only its holder has it. */
  async #withWriter(
    operation: string,
    client: number,
    threadId: string,
    call: (store: ThreadStoreClient) => Promise<unknown>,
  ): Promise<void> {
    if (this.#holders.get(threadId) === client) await this.#same(client, call);
    else await this.#fails(client, call, 'thread_not_found', operation, threadId);
  }

  async #discard(client: number, threadId: string): Promise<void> {
    const discard = (store: ThreadStoreClient) => store.discardThread({ threadId });
    if (this.#holders.get(threadId) === client) {
      // Whether lines of a moment ago are written is a matter of time, but for a thread that was never persisted.
      await this.#settle();
      await this.#same(client, discard);
      this.#holders.delete(threadId);
      this.#discarded[client]?.add(threadId);
    } else if (this.#discarded[client]?.has(threadId)) {
      expect(await outcomeOf(() => discard(this.#client(client)))).toEqual({ value: undefined });
    } else await this.#fails(client, discard, 'thread_not_found', 'discardThread', threadId);
  }

  /** A new thread whose history begins in the first lines of this one. */
  async #fork(client: number, threadId: string, cut: number): Promise<void> {
    const source = await this.#model.loadHistory({ threadId, includeArchived: true }).catch(() => undefined);
    if (source?.items[0]?.ordinal === undefined) return;
    const fork = `fork-${this.#forks++}`;
    const ordinal = 1 + (cut % source.items.length);
    const meta = {
      id: fork,
      forked_from_id: threadId,
      timestamp: new Date().toISOString(),
      cwd: '/',
      originator: 'model',
      cli_version: '1',
      source: 'cli',
      history_mode: 'paginated',
      history_base: { thread_id: threadId, end_ordinal_exclusive: ordinal },
    };
    const lines = [
      { timestamp: meta.timestamp, ordinal, type: 'session_meta', payload: meta },
      { timestamp: meta.timestamp, ordinal: ordinal + 1, type: 'future', payload: fork },
    ];
    const data = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    await this.#same(client, (store) => store.importRollouts([{ name: `${fork}.jsonl`, data }]));
  }

  async #reopen(client: number): Promise<void> {
    await this.#client(client).close();
    this.#clients[client] = await openDirectThreadStore({ name: this.#name });
    for (const [threadId, holder] of this.#holders) {
      if (holder !== client) continue;
      await this.#model.shutdownThread({ threadId });
      this.#holders.delete(threadId);
      this.#dirty.delete(threadId);
    }
    this.#discarded[client] = new Set();
  }

  /** Makes sure that the real stores have written what the model has. */
  async #settle(): Promise<void> {
    for (const threadId of this.#dirty) {
      const holder = this.#holders.get(threadId);
      if (holder !== undefined && (await this.#isWritten(threadId)))
        await this.#client(holder).flushThread({ threadId });
    }
    this.#dirty.clear();
  }

  async #isWritten(threadId: string): Promise<boolean> {
    return this.#model.readThread({ threadId, includeArchived: true }).then(
      () => true,
      () => false,
    );
  }

  async #isArchived(threadId: string): Promise<boolean> {
    return (await this.#model.readThread({ threadId, includeArchived: true })).archivedAt !== undefined;
  }

  async #same(client: number, call: (store: ThreadStoreClient) => Promise<unknown>): Promise<object> {
    const expected = await outcomeOf(() => call(this.#model));
    expect(await outcomeOf(() => call(this.#client(client)))).toEqual(expected);
    return expected as object;
  }

  async #fails(
    client: number,
    call: (store: ThreadStoreClient) => Promise<unknown>,
    code: string,
    operation: string,
    threadId: string,
  ): Promise<void> {
    const outcome = await outcomeOf(() => call(this.#client(client)));
    expect(outcome).toMatchObject({ code, operation, threadId });
  }

  #isHeldByAnother(threadId: string, client: number): boolean {
    const holder = this.#holders.get(threadId);
    return holder !== undefined && holder !== client;
  }

  #client(client: number): ThreadStoreClient {
    const store = this.#clients[client];
    if (!store) throw new Error(`there is no client ${client}`);
    return store;
  }

  /** Makes the lines of a thread, which may not be there. */
  #maker(threadId: string): LineMaker {
    const maker = this.#makers.get(threadId) ?? new LineMaker('paginated', threadId);
    this.#makers.set(threadId, maker);
    return maker;
  }
}

function modeOf(extended: boolean): 'extended' | 'limited' {
  return extended ? 'extended' : 'limited';
}
