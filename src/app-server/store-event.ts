import * as z from 'zod/mini';
import type { ThreadStoreEvent } from '../contract/thread-store-client.ts';

/** What an edit made of a thread, where a store's event says so: the new state of what it changed. */
const edits = z.object({
  archived: z.optional(z.boolean()),
  name: z.optional(z.nullable(z.string())),
  reverted: z.optional(z.boolean()),
});

const editedEvent = z.object({ edits });

export type ThreadEditsTold = z.output<typeof edits>;

/** What an event says of an edit; `undefined` when it does not say. */
export function editsOf(event: ThreadStoreEvent): ThreadEditsTold | undefined {
  const parsed = z.safeParse(editedEvent, event);
  return parsed.success ? parsed.data.edits : undefined;
}
