import { lazy, Suspense, useEffect, useState } from 'react';
import { useThreadStore } from 'idb-thread-store/react';
import { scriptedProvider } from './scripted-provider.ts';

const LiveComposer = lazy(() => import('./live-composer.tsx'));

/** Below a conversation of the scripted assistant: what one goes on with it by. Render it with the thread's id as its key. */
export function LiveDock({ threadId }: { threadId: string }) {
  const store = useThreadStore();
  const [isScripted, setScripted] = useState(false);
  useEffect(() => {
    let ended = false;
    store.readThread({ threadId }).then(
      ({ modelProvider }) => {
        if (!ended) setScripted(modelProvider === scriptedProvider);
      },
      // What is wrong with it, the conversation tells; one that is archived is only read.
      () => undefined,
    );
    return () => {
      ended = true;
    };
  }, [store, threadId]);
  return (
    isScripted && (
      <Suspense>
        <LiveComposer threadId={threadId} />
      </Suspense>
    )
  );
}
