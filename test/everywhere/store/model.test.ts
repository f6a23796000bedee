import fc from 'fast-check';
import { ThreadStoreError, type ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { expect, test } from 'vitest';
import { openFreshDirectStore } from '../../support/stores.ts';
import { family, type Family } from './random-family.ts';

/** A read or an import. Numbers choose among what is there. */
type Step =
  | { step: 'import'; files: { file: number; part: number }[]; surface: 'limited' | 'extended' }
  | {
      step: 'page';
      list: 'turns' | 'items' | 'itemsOfTurn' | 'threads';
      thread: number;
      turn: number;
      /** 0: from the beginning; else one of the cursors that came until now. */
      cursor: number;
      pageSize: number;
      sortDirection: 'asc' | 'desc';
      itemsView: 'notLoaded' | 'summary' | 'full';
      sortKey: 'createdAt' | 'updatedAt' | 'recencyAt';
      archived: boolean;
    };

const direction = fc.constantFrom<('asc' | 'desc')[]>('asc', 'desc');

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant('import'),
      files: fc.array(fc.record({ file: fc.nat(3), part: fc.integer({ min: 1, max: 10 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      surface: fc.constantFrom('extended', 'extended', 'extended', 'limited'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      step: fc.constant('page'),
      list: fc.constantFrom('turns', 'items', 'itemsOfTurn', 'threads'),
      thread: fc.nat(3),
      turn: fc.nat(9),
      cursor: fc.nat(20),
      pageSize: fc.integer({ min: 1, max: 7 }),
      sortDirection: direction,
      itemsView: fc.constantFrom('notLoaded', 'summary', 'full'),
      sortKey: fc.constantFrom('createdAt', 'updatedAt', 'recencyAt'),
      archived: fc.boolean(),
    }),
  },
);

/** Does steps on one store, and notes what it answers. */
class Walker {
  readonly #store: ThreadStoreClient;
  readonly #family: Family;
  readonly #cursors: string[] = [];

  constructor(store: ThreadStoreClient, ofFamily: Family) {
    this.#store = store;
    this.#family = ofFamily;
  }

  async do(next: Step): Promise<unknown> {
    try {
      return await (next.step === 'import' ? this.#import(next) : this.#page(next));
    } catch (error) {
      if (!(error instanceof ThreadStoreError)) throw error;
      return { code: error.code, gone: error.message.includes('no longer present') };
    }
  }

  /** All that reads tell, in pages of one size. */
  async everything(): Promise<unknown> {
    const threads = [];
    for (const threadId of this.#family.threadIds) {
      const one = { threadId, includeArchived: true };
      const all = { ...one, sortDirection: 'asc', pageSize: 1000 } as const;
      threads.push(
        await this.#store.readThread({ ...one, includeHistory: true }),
        (await this.#store.listTurns({ ...all, itemsView: 'full' })).turns,
        (await this.#store.listTurns({ ...all, itemsView: 'summary' })).turns,
        (await this.#store.listItems(all)).items,
      );
    }
    return threads;
  }

  async #import({ files, surface }: Extract<Step, { step: 'import' }>): Promise<unknown> {
    const parts = files.map(({ file, part }) => {
      const { name, data } = this.#family.files[file % this.#family.files.length] ?? { name: '', data: '' };
      return { name, data: data.slice(0, Math.ceil((data.length * part) / 10)) };
    });
    const report = await this.#store.importRollouts(parts, { surface });
    // Threads that a file completes come in no order that was promised.
    return { ...report, threadIds: report.threadIds.sort() };
  }

  async #page({
    list,
    thread,
    turn,
    cursor,
    itemsView,
    sortKey,
    archived,
    ...page
  }: Extract<Step, { step: 'page' }>) {
    const threadId = this.#family.threadIds[thread % this.#family.threadIds.length] ?? '';
    const from = cursor === 0 ? undefined : this.#cursors[cursor % Math.max(this.#cursors.length, 1)];
    const request = { ...page, cursor: from, threadId, includeArchived: true };
    const answer = await {
      turns: () => this.#store.listTurns({ ...request, itemsView }),
      items: () => this.#store.listItems(request),
      itemsOfTurn: () => this.#store.listItems({ ...request, turnId: `turn-${thread}-${turn}` }),
      threads: () => this.#store.listThreads({ ...page, cursor: from, sortKey, archived }),
    }[list]();
    const { nextCursor, backwardsCursor, ...rows } = answer;
    for (const text of [nextCursor, backwardsCursor]) if (text !== undefined) this.#cursors.push(text);
    return { ...rows, more: nextCursor !== undefined, back: backwardsCursor !== undefined };
  }
}

const numRuns = 'document' in globalThis ? 30 : 200;

test('[G4] any family of rollouts, in any order and chunking, reads the same in IndexedDB and in memory', async () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(family, steps, async (built, walk) => {
      const stores = [createMemoryThreadStore(), await openFreshDirectStore()];
      try {
        const [model, real] = stores.map((store) => new Walker(store, built));
        for (const [index, next] of walk.entries()) {
          const expected = await model?.do(next);
          expect(await real?.do(next), `step ${index}: ${JSON.stringify(next)}`).toEqual(expected);
        }
        for (const store of stores) await store.importRollouts(built.files);
        expect(await real?.everything()).toEqual(await model?.everything());
      } finally {
        await Promise.all(stores.map((store) => store.close()));
      }
    }),
    { numRuns, interruptAfterTimeLimit: 240_000, markInterruptAsFailure: false },
  );
}, 300_000);
