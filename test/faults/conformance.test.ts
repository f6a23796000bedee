import { ThreadStoreError, type ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { afterAll, describe, expect, test } from 'vitest';
import { declareTests } from '../../src/testing/describe-thread-store.ts';
import { faultyIndexedDb } from '../support/faulty-idb.ts';
import { RandomPlan } from '../support/random-plan.ts';
import { freshName } from '../support/stores.ts';

const env: Record<string, string | undefined> = { ...import.meta.env, ...globalThis.process?.env };

// Every test of the suite runs under so many plans, each with faults of its own; another seed gives others.
const plansEach = Number(env['PLANS_EACH'] ?? 1);
const seed = Number(env['SEED'] ?? 1);

/** How a writer's appends fall into commits is not promised, and a commit that fails is written with the next. */
const FREE = ['[F1] are told commit by commit'];

describe('under faults', () => {
  const plans: RandomPlan[] = [];
  let number = 0;
  declareTests((title, body) => {
    if (FREE.some((free) => title.includes(free))) return;
    for (let count = 0; count < plansEach; count++) {
      const planSeed = seed * 100_000 + number++;
      test(`${title} (plan ${planSeed})`, async () => {
        const plan = new RandomPlan(planSeed);
        plans.push(plan);
        const indexedDb = faultyIndexedDb(indexedDB, plan);
        const store = await openDirectThreadStore({ name: freshName(), indexedDB: indexedDb });
        try {
          await body(flushingAgain(withoutStoreEvents(store), plan));
        } finally {
          await store.close();
        }
      });
    }
  });

  // Else nothing of the above says anything.
  afterAll(() => {
    const failed = plans.flatMap((plan) => plan.failed);
    if (plans.length > 20) expect(failed.length).toBeGreaterThan(plans.length);
  });
});

/**
 * The store, whose flushes are called again where two of the plan's faults came into them: with several threads at work
 * both may strike the same one, and its lines are for the next flush then (P15).
 */
function flushingAgain(store: ThreadStoreClient, plan: RandomPlan): ThreadStoreClient {
  for (const method of ['persistThread', 'flushThread', 'shutdownThread'] as const) {
    const flush = store[method].bind(store);
    store[method] = async (params) => {
      for (;;) {
        const { length } = plan.failed;
        try {
          return await flush(params);
        } catch (error) {
          const isLost = error instanceof ThreadStoreError && error.code === 'unavailable';
          if (!isLost || plan.failed.length - length < 2) throw error;
        }
      }
    };
  }
  return store;
}

/** The store, telling nothing of itself: that it was opened again is what these tests are about. */
function withoutStoreEvents(store: ThreadStoreClient): ThreadStoreClient {
  const subscribe = store.subscribe.bind(store);
  store.subscribe = (listener) => subscribe((event) => 'threadId' in event && listener(event));
  return store;
}
