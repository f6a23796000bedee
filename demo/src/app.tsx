import { openThreadStore } from 'idb-thread-store';
import { ThreadStoreProvider } from 'idb-thread-store/react';
import { Failure } from './store/failure.tsx';
import { Viewer } from './viewer.tsx';

/** The app: opens the store, then shows what is in it. */
export function App() {
  return (
    <ThreadStoreProvider
      open={openThreadStore}
      fallback={<div className="page-message" aria-busy="true" aria-label="Opening the storage" />}
      renderError={(error, retry) => (
        <main className="page-message">
          <Failure title="The storage could not be opened" error={error} onRetry={retry} />
        </main>
      )}
    >
      <Viewer />
    </ThreadStoreProvider>
  );
}
