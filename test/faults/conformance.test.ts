import type { ThreadStoreClient } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { describeThreadStore } from 'idb-thread-store/testing';
import { afterAll, expect } from 'vitest';
import { faultyIndexedDb } from '../support/faulty-idb.ts';
import { RandomPlan } from '../support/random-plan.ts';
import { freshName } from '../support/stores.ts';

const plans: RandomPlan[] = [];

describeThreadStore('under faults', async () => {
  const plan = new RandomPlan(hash(expect.getState().currentTestName ?? ''));
  plans.push(plan);
  const store = await openDirectThreadStore({
    name: freshName(),
    indexedDB: faultyIndexedDb(indexedDB, plan),
  });
  return withoutStoreEvents(store);
});

afterAll(() => {
  const failed = plans.flatMap((plan) => plan.failed);
  const counts = new Map<string, number>();
  for (const f of failed) counts.set(f, (counts.get(f) ?? 0) + 1);
  console.log(
    plans.length,
    failed.length,
    Object.fromEntries(counts),
    plans.filter((p) => p.failed.length === 0).length,
  );
});

function withoutStoreEvents(store: ThreadStoreClient): ThreadStoreClient {
  const subscribe = store.subscribe.bind(store);
  store.subscribe = (listener) => subscribe((event) => 'threadId' in event && listener(event));
  return store;
}

function hash(text: string): number {
  let value = 0;
  for (const char of text) value = (Math.imul(value, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return value;
}
