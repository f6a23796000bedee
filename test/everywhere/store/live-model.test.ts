import fc from 'fast-check';
import { afterEach, beforeEach, test, vi } from 'vitest';
import { Walk } from './model-walk.ts';
import { steps } from './random-steps.ts';

const START = Date.UTC(2026, 0, 1);

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

const env: Record<string, string | undefined> = globalThis.process?.env ?? {};
const numRuns = Number(env['NUM_RUNS'] ?? (env['CI'] && !('document' in globalThis) ? 10_000 : 300));
const seed = env['SEED'] === undefined ? {} : { seed: Number(env['SEED']) };

// NUM_RUNS and SEED choose how many walks there are, and which: a failure prints its seed.
test(
  '[G5] whatever up to three clients do with live threads, they get what the memory store gives',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 3 }), steps, async (clients, walk) => {
        vi.setSystemTime(START);
        const stores = new Walk();
        await stores.open(clients);
        try {
          for (const step of walk) await stores.do(step);
          await stores.end();
        } finally {
          await stores.close();
        }
      }),
      { numRuns, ...seed },
    );
  },
  60_000 + numRuns * 3000,
);
