import { vi } from 'vitest';

/** Waits until a check passes, with patience for a machine under load. */
export function waitFor<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 60_000 });
}
