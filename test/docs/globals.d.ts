// What code blocks of the docs may use without saying where it comes from. Blocks tagged `run` may use nothing of it.
import type { RolloutFile, ThreadStoreClient, TurnPage } from 'idb-thread-store';

declare global {
  const store: ThreadStoreClient;
  const threadId: string;
  const oldThreadId: string;
  const page: TurnPage;
  const files: RolloutFile[];
  function App(): null;
}
