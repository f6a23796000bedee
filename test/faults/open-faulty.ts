import type { ThreadStoreClient, ThreadStoreEvent } from 'idb-thread-store';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import {
  faultyIndexedDb,
  type Asked,
  type Failure,
  type FaultPlan,
  type Operation,
} from '../support/faulty-idb.ts';
import { freshName } from '../support/stores.ts';
import { swept } from '../support/swept.ts';

/** Fails what it is told to. */
export class TestPlan implements FaultPlan {
  /** How often it failed since {@link fail}. */
  failed = 0;
  /** What was asked for since then. */
  asked: Operation[] = [];
  /** What happens as a request is answered. */
  answered: () => unknown = () => undefined;
  /** What happens as a transaction falls silent at a request. */
  silenced: () => unknown = () => undefined;
  /** What happens between a commit and the wrong news of it. */
  unheard = (): void => {};
  #wanted: [Operation, Failure, number] | undefined;
  #toPass = 0;

  /** The next operations of this kind fail, as often as told, after so many that do not. */
  fail(operation: Operation, failure: Failure, times: number, after = 0): void {
    this.#wanted = [operation, failure, times];
    this.#toPass = after;
    this.failed = 0;
    this.asked = [];
  }

  next({ operation, scope }: Asked): Failure | undefined {
    this.asked.push(operation);
    const [wanted, failure, times] = this.#wanted ?? [];
    if (operation !== wanted || this.failed === times) return undefined;
    if (operation === 'commit' && scope.startsWith('readonly')) return undefined;
    if (this.#toPass-- > 0) return undefined;
    this.failed++;
    return failure;
  }
}

/** A store that is told what is to fail. */
export interface FaultyStore {
  store: ThreadStoreClient;
  /** The database's. */
  name: string;
  plan: TestPlan;
  /** The types of the events that it told of itself. */
  events: string[];
  /** Waits until all is cleared that was to be. */
  swept: () => Promise<void>;
}

export async function openFaulty(): Promise<FaultyStore> {
  const name = freshName();
  const plan = new TestPlan();
  const events: string[] = [];
  const onEvent = (event: ThreadStoreEvent) => 'threadId' in event || events.push(event.type);
  const factory = faultyIndexedDb(indexedDB, plan);
  const store = await openDirectThreadStore({ name, indexedDB: factory, onEvent });
  const sweep = () => swept(name, factory);
  const importRollouts = store.importRollouts.bind(store);
  // The sweeps after its opening and its imports are over when a test goes on: what fails then fails for the test.
  store.importRollouts = async (...given) => {
    try {
      return await importRollouts(...given);
    } finally {
      await sweep();
    }
  };
  await sweep();
  return { store, name, plan, events, swept: sweep };
}
