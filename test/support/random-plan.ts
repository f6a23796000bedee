import { FAILURES, type Asked, type Failure, type FaultPlan } from './faulty-idb.ts';

/** How many operations come between two faults, about. */
const FAULT_EVERY = 30;

/** A plan has at most this many faults: a test that asks for much must not take for ever. */
const MOST_FAULTS = 12;

/**
 * Fails any operation at random, once: until the same has come through, nothing fails.
 * @param seed the same gives the same plan
 */
export class RandomPlan implements FaultPlan {
  /** What failed, in order. */
  readonly failed: Failure[] = [];
  #state: number;
  #awaited: string | undefined;

  constructor(seed: number) {
    this.#state = seed;
  }

  next({ operation, scope }: Asked): Failure | undefined {
    const failures = FAILURES[operation];
    if (failures.length === 0 || this.#awaited !== undefined || this.failed.length === MOST_FAULTS)
      return undefined;
    if (this.#random() >= 1 / FAULT_EVERY) return undefined;
    // A reading transaction has nothing to commit: what it gave is there.
    if (operation === 'commit' && !scope.startsWith('readwrite')) return undefined;
    const failure = failures[Math.floor(this.#random() * failures.length)];
    if (!failure) return undefined;
    this.#awaited = scope;
    this.failed.push(failure);
    return failure;
  }

  done(scope: string): void {
    if (scope === this.#awaited) this.#awaited = undefined;
  }

  /** mulberry32: a number from 0 to 1. */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}
