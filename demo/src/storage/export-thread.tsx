import { useState } from 'react';
import type { ThreadStoreError } from 'idb-thread-store';
import { Failure } from '../store/failure.tsx';
import { useThreadStore } from 'idb-thread-store/react';
import { toStoreError } from '../store/store-failure.ts';
import { download, rolloutFile } from './rollout-file.ts';

/** Saves a thread as its rollout file. */
export function ExportThread({ threadId }: { threadId: string }) {
  const store = useThreadStore();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ThreadStoreError>();
  const save = async () => {
    setBusy(true);
    setError(undefined);
    try {
      download(await rolloutFile(store, threadId));
    } catch (cause) {
      setError(toStoreError(cause));
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" className="button" disabled={isBusy} onClick={() => void save()}>
        {isBusy ? 'Reading…' : 'Export as a rollout file'}
      </button>
      {error !== undefined && <Failure title="The conversation could not be read" error={error} />}
    </>
  );
}
