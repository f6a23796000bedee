import { createContext, useContext } from 'react';
import type { ThreadStoreClient } from 'idb-thread-store';

/** The open store, for everything below the app's shell. */
export const StoreContext = createContext<ThreadStoreClient | undefined>(undefined);

/** The open store. */
export function useStore(): ThreadStoreClient {
  const store = useContext(StoreContext);
  if (store === undefined) throw new Error('useStore needs a StoreContext around it');
  return store;
}
