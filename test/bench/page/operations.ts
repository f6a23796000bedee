import type { BenchStore } from './bench-store.ts';

/** An operation that is timed: one call, as a page makes it. */
export interface Operation {
  /** Runs the n-th call; what it gives must be the same from every store. Absent methods: it is not measured. */
  run(store: BenchStore, n: number): Promise<unknown> | undefined;
}

/**
 * Sizes vary from call to call, so that no answer is one that was kept: ours keeps the 32 first pages that were asked
 * for last, and it takes 40 calls until a size comes again.
 */
export const around = (count: number, n: number): number => count - 19 + ((n * 7) % 40);

/**
 * The operations that read and append.
 * @param deep ordinals at which pages deep inside begin
 */
export function operationsOn(deep: readonly number[]): Record<string, Operation> {
  return {
    R1: { run: (store, n) => store.turns({ view: 'summary', count: around(50, n) }) },
    R2: { run: (store, n) => store.turns({ view: 'notLoaded', count: around(50, n) }) },
    R3: { run: (store, n) => store.turns({ view: 'full', count: around(20, n) }) },
    R4: { run: (store, n) => store.items?.(around(100, n)) },
    R5: {
      run: (store, n) =>
        store.turns({
          view: 'summary',
          count: 50,
          from: { ordinal: deep[n % deep.length] ?? 0, direction: n % 2 === 0 ? 'desc' : 'asc' },
        }),
    },
    R6: { run: (store, n) => store.threads?.(around(50, n)) },
    again: { run: (store) => store.turns({ view: 'summary', count: 50 }) },
    'W2 relaxed': { run: (store) => store.append?.(1000, 'relaxed') },
    'W2 strict': { run: (store) => store.append?.(1000, 'strict') },
  };
}

/** An answer without what only some stores give, in an order of fields that is the same for all. */
export function comparable(answer: unknown): string {
  const rows = Array.isArray(answer) ? answer : [answer];
  return JSON.stringify(rows.map((row: Record<string, unknown>) => sorted(pick(row))));
}

const COMPARED = ['turnId', 'ordinal', 'status', 'items', 'item', 'threadId', 'preview', 'createdAt'];

function pick(row: Record<string, unknown>): Record<string, unknown> {
  const isItem = 'item' in row;
  return Object.fromEntries(
    Object.entries(row).filter(([field]) => COMPARED.includes(field) && !(isItem && field === 'ordinal')),
  );
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([field, inner]) => [field, sorted(inner)]),
  );
}
