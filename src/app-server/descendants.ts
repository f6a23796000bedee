import * as v from 'valibot';
import type { StoredThread } from '../contract/records.ts';
import type { ThreadStore } from '../contract/thread-store.ts';

const PAGE_SIZE = 1000;

/**
 * The threads that a thread's agents were spawned into, and theirs, deepest first, archived or not (contract §3.2,
 * thread/archive). The contract has no way to ask for a thread's children, so this reads the records of all threads.
 */
export async function descendantsOf(store: ThreadStore, threadId: string): Promise<StoredThread[]> {
  const children = new Map<string, StoredThread[]>();
  for await (const thread of allThreads(store)) {
    const parent = parentOf(thread);
    if (parent === undefined) continue;
    const siblings = children.get(parent);
    if (siblings) siblings.push(thread);
    else children.set(parent, [thread]);
  }

  const found = new Map<string, StoredThread>();
  let generation = [threadId];
  while (generation.length > 0) {
    const next: string[] = [];
    for (const child of generation.flatMap((parent) => children.get(parent) ?? [])) {
      // A damaged file may name its own child as its parent.
      if (child.threadId === threadId || found.has(child.threadId)) continue;
      found.set(child.threadId, child);
      next.push(child.threadId);
    }
    generation = next;
  }
  return [...found.values()].reverse();
}

async function* allThreads(store: ThreadStore): AsyncGenerator<StoredThread> {
  for (const archived of [false, true]) {
    let cursor: string | undefined;
    do {
      const page = await store.listThreads({ archived, cursor, pageSize: PAGE_SIZE });
      yield* page.items;
      cursor = page.nextCursor;
    } while (cursor !== undefined);
  }
}

/** The thread whose agent spawned this one. Older files say it in the source only. */
export function parentOf({ parentThreadId, source }: StoredThread): string | undefined {
  if (parentThreadId !== undefined) return parentThreadId;
  const spawned = v.safeParse(spawnedSource, source);
  return spawned.success ? spawned.output.subAgent.thread_spawn.parent_thread_id : undefined;
}

const spawnedSource = v.object({
  subAgent: v.object({ thread_spawn: v.object({ parent_thread_id: v.string() }) }),
});
