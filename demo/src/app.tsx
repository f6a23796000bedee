import { Failure } from './store/failure.tsx';
import { StoreContext } from './store/store-context.ts';
import { useOpenStore } from './store/use-open-store.ts';
import { Viewer } from './viewer.tsx';

/** The app: opens the store, then shows what is in it. */
export function App() {
  const { opened, retry } = useOpenStore();
  switch (opened.state) {
    case 'opening':
      return <div className="page-message" aria-busy="true" aria-label="Opening the storage" />;
    case 'failed':
      return (
        <main className="page-message">
          <Failure title="The storage could not be opened" error={opened.error} onRetry={retry} />
        </main>
      );
    case 'open':
      return (
        <StoreContext value={opened.store}>
          <Viewer />
        </StoreContext>
      );
  }
}
