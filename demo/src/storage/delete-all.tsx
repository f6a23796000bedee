import { useState } from 'react';
import type { ThreadStoreError } from 'idb-thread-store';
import { Failure } from '../store/failure.tsx';
import { useThreadStore } from 'idb-thread-store/react';
import { toStoreError } from '../store/store-failure.ts';
import { formatCount } from '../text/format.ts';
import { listHref } from '../routing/use-route.ts';
import { refuseSamples } from '../import/use-samples.ts';
import { deleteThreads } from './delete-threads.ts';

type Step =
  | { step: 'offered' }
  | { step: 'asked' }
  | { step: 'running'; count: number }
  | { step: 'done'; count: number }
  | { step: 'failed'; error: ThreadStoreError };

/** Deletes all conversations, after asking once more. */
export function DeleteAll({ onDone }: { onDone: () => void }) {
  const store = useThreadStore();
  const [state, setState] = useState<Step>({ step: 'offered' });
  const run = async () => {
    let count = 0;
    setState({ step: 'running', count });
    location.hash = listHref;
    refuseSamples();
    try {
      await deleteThreads(store, (gone) => setState({ step: 'running', count: (count = gone) }));
      setState({ step: 'done', count });
    } catch (error) {
      setState({ step: 'failed', error: toStoreError(error) });
    }
    onDone();
  };
  switch (state.step) {
    case 'offered':
      return (
        <button type="button" className="button is-danger" onClick={() => setState({ step: 'asked' })}>
          Delete all…
        </button>
      );
    case 'asked':
      return (
        <>
          <p>They are gone for good. Export first what you want to keep.</p>
          <button type="button" className="button is-danger" autoFocus onClick={() => void run()}>
            Delete all for good
          </button>
          <button type="button" className="button" onClick={() => setState({ step: 'offered' })}>
            Keep them
          </button>
        </>
      );
    case 'running':
      return <p role="status">{formatCount(state.count, 'conversation')} deleted so far</p>;
    case 'done':
      return <p role="status">{formatCount(state.count, 'conversation')} deleted</p>;
    case 'failed':
      return <Failure title="Not all could be deleted" error={state.error} onRetry={() => void run()} />;
  }
}
