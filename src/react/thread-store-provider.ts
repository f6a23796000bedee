import {
  createContext,
  createElement,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useRef,
  useState,
} from 'react';
import { ThreadStoreError } from '../contract/errors.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { toStoreError } from '../contract/store-error.ts';

const StoreContext = createContext<ThreadStoreClient | undefined>(undefined);

/** Which store everything below has: one that is `open` already, or one to open. */
export type ThreadStoreProviderProps = {
  children?: ReactNode;
} & (
  | {
      /** A store that is open. It stays so when this unmounts. */
      store: ThreadStoreClient;
    }
  | {
      /**
       * Opens the store, as `openThreadStore` does, once this is mounted; never on a server. The store is closed when
       * this unmounts. Another function in a later render changes nothing.
       */
      open: (options: { signal: AbortSignal }) => Promise<ThreadStoreClient>;
      /** What to show until the store is open, also on a server. Default: nothing. */
      fallback?: ReactNode;
      /** What to show when it does not open; `retry` opens it anew. Default: the error is thrown to the next error boundary. */
      renderError?: (error: ThreadStoreError, retry: () => void) => ReactNode;
    }
);

/**
 * Gives everything below it a store.
 * @example
 * <ThreadStoreProvider open={openThreadStore} fallback={<p>Opening…</p>}>
 *   <App />
 * </ThreadStoreProvider>
 */
export function ThreadStoreProvider(props: ThreadStoreProviderProps): ReactNode {
  return 'store' in props
    ? createElement(StoreContext.Provider, { value: props.store }, props.children)
    : createElement(OpeningProvider, props);
}

type OpeningProps = Exclude<ThreadStoreProviderProps, { store: ThreadStoreClient }>;

function OpeningProvider({ open, fallback, renderError, children }: OpeningProps): ReactNode {
  const [opened, setOpened] = useState<{ store?: ThreadStoreClient; error?: ThreadStoreError }>({});
  const [attempt, setAttempt] = useState(0);
  const firstOpen = useRef(open);

  useEffect(() => {
    const stop = new AbortController();
    let store: ThreadStoreClient | undefined;
    firstOpen.current({ signal: stop.signal }).then(
      (client) => {
        if (stop.signal.aborted) return void client.close();
        store = client;
        setOpened({ store });
      },
      (error: unknown) => {
        if (!stop.signal.aborted) setOpened({ error: toStoreError(error) });
      },
    );
    return () => {
      stop.abort();
      void store?.close();
    };
  }, [attempt]);

  const retry = useCallback(() => {
    setOpened({});
    setAttempt((count) => count + 1);
  }, []);

  const { store, error } = opened;
  if (store !== undefined) return createElement(StoreContext.Provider, { value: store }, children);
  if (error === undefined) return fallback;
  if (renderError === undefined) throw error;
  return renderError(error, retry);
}

/**
 * The store of the `ThreadStoreProvider` around.
 * @throws ThreadStoreError `invalid_request` where there is none
 */
export function useThreadStore(): ThreadStoreClient {
  const store = useContext(StoreContext);
  if (store === undefined) {
    throw new ThreadStoreError('invalid_request', 'put a <ThreadStoreProvider> around what reads the store');
  }
  return store;
}
