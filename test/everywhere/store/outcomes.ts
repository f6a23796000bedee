import { ThreadStoreError } from 'idb-thread-store';

/** What a call came to: its answer, or its error without what differs from run to run. */
export async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await call() };
  } catch (error) {
    if (!(error instanceof ThreadStoreError)) throw error;
    const { code, message, operation, threadId } = error;
    return { code, message, operation, threadId };
  }
}

/** The message of a cursor that is refused has the cursor in it, which is each store's own. */
export function withoutCursorText(outcome: unknown): unknown {
  if (typeof outcome !== 'object' || outcome === null || !('message' in outcome)) return outcome;
  return { ...outcome, message: String(outcome.message).replace(/^invalid cursor: \[.*/, 'invalid cursor') };
}
