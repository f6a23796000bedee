import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { afterAll, describe, expect, test } from 'vitest';
import { declareTests } from '../../src/testing/describe-thread-store.ts';
import type { StoreTest } from '../../src/testing/store-test.ts';
import { faultyIndexedDb } from '../support/faulty-idb.ts';
import { RandomPlan } from '../support/random-plan.ts';
import { freshName } from '../support/stores.ts';

type Declared = Parameters<StoreTest>;

const env: Record<string, string | undefined> = { ...import.meta.env, ...globalThis.process?.env };

// A plan is one test of the suite, under faults of its own. NUM_PLANS and SEED choose how many there are, and which.
const numPlans = Number(env['NUM_PLANS'] ?? ('document' in globalThis ? 30 : 90));
const seed = Number(env['SEED'] ?? 1);

/** How a writer's appends fall into commits is not promised, and a commit that fails is written with the next. */
const FREE = ['[F1] are told commit by commit'];

const declared: Declared[] = [];
declareTests((title, body) => {
  if (!FREE.some((free) => title.includes(free))) declared.push([title, body]);
});

describe('under faults', () => {
  const plans: RandomPlan[] = [];
  for (let number = 0; number < numPlans; number++) {
    // Evenly from the whole suite, and other tests with another seed.
    const at = Math.floor(
      ((number + seed / Math.PI) * declared.length) / Math.min(numPlans, declared.length),
    );
    const [title, body] = declared[at % declared.length] ?? [];
    if (!title || !body) continue;
    test(`${title} (plan ${seed}.${number})`, async () => {
      const plan = new RandomPlan(seed * 100_000 + number);
      plans.push(plan);
      const indexedDb = faultyIndexedDb(indexedDB, plan);
      const store = await openDirectThreadStore({ name: freshName(), indexedDB: indexedDb });
      try {
        await body(withoutStoreEvents(store));
      } finally {
        await store.close();
      }
    });
  }

  // Else nothing of the above says anything.
  afterAll(() => {
    const failed = plans.flatMap((plan) => plan.failed);
    if (plans.length > 20) expect(failed.length).toBeGreaterThan(plans.length);
  });
});

/** The store, telling nothing of itself: that it was opened again is what these tests are about. */
function withoutStoreEvents(store: ThreadStoreClient): ThreadStoreClient {
  const subscribe = store.subscribe.bind(store);
  store.subscribe = (listener) => subscribe((event) => 'threadId' in event && listener(event));
  return store;
}
