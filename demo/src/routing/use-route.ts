import { useSyncExternalStore } from 'react';

/** What the address names: the list, or one thread. */
export interface Route {
  threadId?: string;
}

const threadPrefix = '#/thread/';

/** The address of the list. */
export const listHref = '#/';

/** The address of a thread. */
export function threadHref(threadId: string): string {
  return threadPrefix + encodeURIComponent(threadId);
}

/** Reads an address's hash; one that is not understood is the list. */
export function parseRoute(hash: string): Route {
  if (!hash.startsWith(threadPrefix)) return {};
  try {
    const threadId = decodeURIComponent(hash.slice(threadPrefix.length));
    return threadId === '' ? {} : { threadId };
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
