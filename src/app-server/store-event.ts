import * as v from 'valibot';
import type { ThreadStoreEvent } from '../contract/thread-store-client.ts';

/** What an edit made of a thread, where a store's event says so: the new state of what it changed. */
const edits = v.object({
  archived: v.optional(v.boolean()),
  name: v.optional(v.nullable(v.string())),
  reverted: v.optional(v.boolean()),
});

const editedEvent = v.object({ edits });

export type ThreadEditsTold = v.InferOutput<typeof edits>;

/** What an event says of an edit; `undefined` when it does not say. */
export function editsOf(event: ThreadStoreEvent): ThreadEditsTold | undefined {
  const parsed = v.safeParse(editedEvent, event);
  return parsed.success ? parsed.output.edits : undefined;
}
