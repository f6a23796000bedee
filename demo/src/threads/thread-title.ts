import type { StoredThread } from 'idb-thread-store';
import { firstLine } from '../text/format.ts';

/** What a thread is called: its name, or how it begins. */
export function threadTitle(thread: StoredThread): string {
  return thread.name || firstLine(thread.preview) || 'Untitled conversation';
}
