import { onTestFinished, vi } from 'vitest';
import type { TestPlan } from './open-faulty.ts';

/** From now on minutes pass only as the test says: before a store is opened, which counts them from its first call on. */
export function holdTime(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
}

/**
 * Gives what waits for something while minutes pass in a moment.
 * @param plan they pass only once a request was answered, or will never be: the transaction has begun then
 */
export function waitingQuickly(plan?: TestPlan): <T>(what: Promise<T>) => Promise<T> {
  return (what) => {
    let hasBegun = plan === undefined;
    if (plan) plan.answered = plan.silenced = () => (hasBegun = true);
    return vi.waitFor(
      () => {
        // Slower than a busy machine begins the next one.
        if (hasBegun) vi.advanceTimersByTime(2_500);
        return Promise.race([what, new Promise<never>((_, reject) => setTimeout(reject, 20))]);
      },
      { timeout: 30_000, interval: 1 },
    );
  };
}
