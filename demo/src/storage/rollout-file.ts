import type { StoredThread, ThreadStore } from 'idb-thread-store';

/** How many lines are made text at a time: a page must not stand still for a long thread. */
const linesAtOnce = 500;

/** A thread as the file that Codex would have: its lines in replay order, one JSON text each. */
export async function rolloutFile(store: ThreadStore, threadId: string): Promise<File> {
  const thread = await store.readThread({ threadId, includeArchived: true });
  const { items } = await store.loadHistory({ threadId, includeArchived: true });
  const parts: string[] = [];
  for (let from = 0; from < items.length; from += linesAtOnce) {
    const some = items.slice(from, from + linesAtOnce);
    parts.push(some.map((item) => `${JSON.stringify(item)}\n`).join(''));
    await new Promise((resolve) => setTimeout(resolve));
  }
  return new File(parts, rolloutName(thread), { type: 'application/jsonl' });
}

/** The name that the thread's file had, or would have: `rollout-2026-11-22T16-31-21-<id>.jsonl`. */
export function rolloutName({ rolloutPath, createdAt, threadId }: StoredThread): string {
  const known = rolloutPath?.split(/[/\\]/).at(-1);
  if (known) return known.replace(/\.(?:gz|zst)$/i, '');
  const time = new Date(createdAt).toISOString().slice(0, 19).replaceAll(':', '-');
  return `rollout-${time}-${threadId.replaceAll(/[^\w.-]/g, '_')}.jsonl`;
}

/** Lets the browser save a file. */
export function download(file: File): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = file.name;
  link.click();
  // The browser reads it after the click; what is small and what is large is there by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
