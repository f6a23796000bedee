import { useSyncExternalStore } from 'react';

/** What the address names: the list, one thread, a turn of it, or a thread to be begun. */
export interface Route {
  threadId?: string;
  /** The turn's. It never changes, so a link to a turn holds as long as the thread is kept. */
  ordinal?: number;
  isNew?: true;
}

const threadRoute = /^#\/thread\/([^/]+)(?:\/(\d{1,9}))?$/;

/** The address of the list. */
export const listHref = '#/';

/** The address at which a thread is begun. */
export const newHref = '#/new';

/** The address of a thread. */
export function threadHref(threadId: string): string {
  return `#/thread/${encodeURIComponent(threadId)}`;
}

/** The address of a turn: its thread's, and the number that it is shown with. */
export function turnHref(threadId: string, ordinal: number): string {
  return `${threadHref(threadId)}/${ordinal + 1}`;
}

/** Reads an address's hash; one that is not understood is the list. */
export function parseRoute(hash: string): Route {
  if (hash === newHref) return { isNew: true };
  const [, id, number] = threadRoute.exec(hash) ?? [];
  if (id === undefined) return {};
  try {
    const threadId = decodeURIComponent(id);
    return number === undefined || number === '0' ? { threadId } : { threadId, ordinal: Number(number) - 1 };
  } catch {
    return {};
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The present route. */
export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}
