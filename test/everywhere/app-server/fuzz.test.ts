import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { describe, expect, test } from 'vitest';
import { createAppServer } from '../../../src/app-server/create-app-server.ts';
import { methods0130 } from '../../../src/app-server/dialect-0130.ts';
import { methodsLatest } from '../../../src/app-server/dialect-latest.ts';
import { rolloutFile, threadIdOf, turnIdOf } from './rollout-text.ts';

// What is fuzzed knows no browser: a browser needs only to show that it runs there.
const RUNS = 'document' in globalThis ? 2000 : 20_000;

/** Numbers that look random and are the same in every run. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Makes requests that are wrong in every way, and many that are nearly right. */
class RequestMaker {
  readonly #random: () => number;
  readonly #methods: readonly string[];
  /** Cursors that were answered, to be asked with. */
  readonly cursors: string[] = [''];

  constructor(seed: number, methods: readonly string[]) {
    this.#random = randomNumbers(seed);
    this.#methods = methods;
  }

  next(): unknown {
    const roll = this.#random();
    if (roll < 0.05) return this.#anything(3);
    const request: Record<string, unknown> = {
      id: this.#random() < 0.95 ? Math.floor(this.#random() * 1e6) : this.#anything(1),
      method: this.#random() < 0.95 ? this.#pick(this.#methods) : this.#anything(1),
      params: this.#random() < 0.95 ? this.#params() : this.#anything(2),
    };
    if (roll > 0.99) delete request[this.#pick(Object.keys(request))];
    return request;
  }

  #params(): Record<string, unknown> {
    const params: Record<string, unknown> = {};
    if (this.#random() < 0.9) params['threadId'] = this.#valueOf('threadId');
    const count = Math.floor(this.#random() * 5);
    for (let done = 0; done < count; done++) {
      const field = this.#pick(FIELDS);
      params[field] = this.#random() < 0.85 ? this.#valueOf(field) : this.#anything(2);
    }
    return params;
  }

  #valueOf(field: string): unknown {
    switch (field) {
      case 'threadId':
      case 'parentThreadId':
      case 'ancestorThreadId':
        return this.#pick([threadIdOf(1), threadIdOf(2), threadIdOf(3), threadIdOf(77), 'x', '']);
      case 'turnId':
      case 'lastTurnId':
      case 'beforeTurnId':
        return this.#pick([turnIdOf(threadIdOf(1), 1), turnIdOf(threadIdOf(2), 2), 'x', '', ' '.repeat(300)]);
      case 'cursor':
        return this.#pick([...this.cursors, { type: 'item', itemId: 'x' }, null]);
      case 'limit':
      case 'numTurns':
        return this.#pick([0, 1, 2, 100, 101, 2 ** 32 - 1, 2 ** 32, -1, 0.5, null]);
      case 'itemIds':
      case 'excludedThreadIds':
        return Array.from({ length: this.#pick([0, 1, 3, 101]) }, () => this.#pick(['x', threadIdOf(1)]));
      case 'gitInfo':
        return this.#pick([{ sha: 'a' }, { branch: null }, {}, null, { sha: '' }]);
      case 'deferOutput':
        return this.#pick([{}, { commandExecution: true }, null, { mcpToolCall: 'x' }]);
      case 'sourceKinds':
        return [this.#pick(['cli', 'vscode', 'subAgent', 'bogus'])];
      case 'sortDirection':
        return this.#pick(['asc', 'desc', 'up', null]);
      case 'sortKey':
        return this.#pick(['created_at', 'updated_at', 'recency_at', 'section_position']);
      case 'itemsView':
        return this.#pick(['notLoaded', 'summary', 'full', null]);
      default:
        return this.#anything(1);
    }
  }

  #anything(depth: number): unknown {
    const leaves = [
      undefined,
      null,
      true,
      false,
      0,
      -0,
      NaN,
      Infinity,
      1e300,
      -1,
      '',
      'x',
      '\u0000',
      '\ud800',
      '__proto__',
    ];
    const roll = this.#random();
    if (depth === 0 || roll < 0.6) return this.#pick(leaves);
    if (roll < 0.75) return Array.from({ length: this.#pick([0, 1, 3]) }, () => this.#anything(depth - 1));
    const keys = [this.#pick(FIELDS), this.#pick(['id', 'method', 'params', '__proto__', 'constructor'])];
    return Object.fromEntries(keys.map((key) => [key, this.#anything(depth - 1)]));
  }

  #pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.#random() * values.length)] as Value;
  }
}

const FIELDS =
  'threadId turnId lastTurnId beforeTurnId cursor limit numTurns itemIds gitInfo name sourceKinds sortDirection sortKey itemsView deferOutput searchTerm cwd archived excludedThreadIds parentThreadId ancestorThreadId includeTurns path ephemeral modelProviders'.split(
    ' ',
  );

describe.each([
  ['0.130', methods0130],
  ['latest', methodsLatest],
] as const)(`${RUNS} requests in %s`, (protocol, methods) => {
  test('[A7] whatever comes in gets one well-formed answer', async () => {
    const store = createMemoryThreadStore();
    const refill = () =>
      store.importRollouts([
        rolloutFile({ threadId: threadIdOf(1), messages: ['one', 'two', 'three'] }),
        rolloutFile({ threadId: threadIdOf(2), messages: ['one', 'two'], historyMode: 'legacy' }),
        rolloutFile({ threadId: threadIdOf(3), messages: [] }),
      ]);
    await refill();
    const server = createAppServer(store, { protocol });
    const capabilities = { experimentalApi: true };
    const clientInfo = { name: 'fuzz', version: '1' };
    await server.handle({ id: 0, method: 'initialize', params: { clientInfo, capabilities } });
    const maker = new RequestMaker(20_261_122, ['initialize', 'bogus', ...methods.map(({ name }) => name)]);
    const seen = { results: 0, errors: 0 };
    for (let run = 0; run < RUNS; run++) {
      // Threads are deleted, and forks would pile up.
      if (run % 500 === 499) {
        for (const { threadId } of (await store.listThreads({ pageSize: 1000 })).items)
          await store.deleteThread({ threadId });
        await refill();
      }
      const message = maker.next();
      const answer = await server.handle(message);
      const id = idOf(message);
      if (!Object.is(answer.id, id))
        throw new Error(`${JSON.stringify(message)} got ${JSON.stringify(answer)}`);
      if ('error' in answer) {
        const { code, message: words } = answer.error;
        if (![-32600, -32601, -32602].includes(code) || words === '') {
          throw new Error(`${JSON.stringify(message)} got ${JSON.stringify(answer)}`);
        }
        seen.errors++;
      } else {
        // It can be sent: everything in it is JSON.
        expect(JSON.parse(JSON.stringify(answer.result))).toEqual(answer.result);
        if ('nextCursor' in answer.result && typeof answer.result.nextCursor === 'string') {
          maker.cursors[Math.floor(run % 10)] = answer.result.nextCursor;
        }
        seen.results++;
      }
    }
    expect(seen.results + seen.errors).toBe(RUNS);
    expect(seen.results).toBeGreaterThan(RUNS / 20);
  }, 120_000);

  test('[A7] also what fights back', async () => {
    const server = createAppServer(createMemoryThreadStore(), { protocol });
    const trap = () => {
      throw new Error('trap');
    };
    const cyclic: Record<string, unknown> = { id: 1, method: 'thread/list' };
    cyclic['params'] = cyclic;
    const messages = [
      new Proxy({}, { get: trap, has: trap, ownKeys: trap, getOwnPropertyDescriptor: trap }),
      Object.defineProperty({ id: 1 }, 'method', { get: trap }),
      { id: 1, method: 'thread/list', params: new Proxy({}, { get: trap, has: trap, ownKeys: trap }) },
      { id: 1, method: 'thread/list', params: { limit: { valueOf: trap, toString: trap } } },
      { id: 1, method: 'x'.repeat(1_000_000) },
      { id: 1, method: 'thread/read', params: { threadId: 'x'.repeat(1_000_000) } },
      { id: 10n, method: 'thread/list' },
      { id: Symbol('id'), method: 'thread/list' },
      cyclic,
      trap,
    ];
    await server.handle({ id: 0, method: 'initialize', params: { clientInfo: { name: 'x', version: '1' } } });
    for (const message of messages) {
      const answer = await server.handle(message);
      if (message === cyclic) expect(answer).toMatchObject({ id: 1 });
      else expect(answer).toMatchObject({ error: { code: expect.any(Number), message: expect.any(String) } });
      expect(JSON.stringify(answer).length).toBeLessThan(2000);
    }
  });
});

function idOf(message: unknown): string | number | null {
  if (typeof message !== 'object' || message === null || !('id' in message)) return null;
  const { id } = message;
  return typeof id === 'string' || (typeof id === 'number' && Number.isSafeInteger(id)) ? id : null;
}
