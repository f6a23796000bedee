import { Failure } from '../store/failure.tsx';
import { useThreadStore } from 'idb-thread-store/react';
import { threadHref } from '../routing/use-route.ts';
import { useSnapshot } from '../state/snapshot.ts';
import { Composer } from './composer.tsx';
import { deskOf } from './live-desk.ts';
import { scripts } from './scripts.ts';

/** Goes on with a thread of the scripted assistant. Loaded on demand. */
export default function LiveComposer({ threadId }: { threadId: string }) {
  const desk = deskOf(useThreadStore());
  const answer = useSnapshot(desk.answers).get(threadId);
  return (
    <div className="composer-place">
      {answer?.state === 'failed' && <Failure title="It could not be written" error={answer.error} />}
      <Composer
        onSend={(text, script) => desk.goOn(threadId, text, scripts[script])}
        onStop={answer?.state === 'answering' ? answer.stop : undefined}
      >
        <a className="composer-link" href={threadHref(threadId)} target="_blank" rel="noreferrer">
          Watch in a second tab
        </a>
      </Composer>
    </div>
  );
}
