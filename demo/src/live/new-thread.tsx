import { useState } from 'react';
import type { ThreadStoreError } from 'idb-thread-store';
import { listHref, threadHref } from '../routing/use-route.ts';
import { Failure } from '../store/failure.tsx';
import { useThreadStore } from 'idb-thread-store/react';
import { toStoreError } from '../store/store-failure.ts';
import { Composer } from './composer.tsx';
import { deskOf } from './live-desk.ts';
import { type ScriptName, scripts } from './scripts.ts';

/** Begins a thread with the scripted assistant. Loaded on demand. */
export default function NewThread() {
  const desk = deskOf(useThreadStore());
  const [error, setError] = useState<ThreadStoreError>();
  const begin = async (text: string, script: ScriptName) => {
    setError(undefined);
    try {
      location.replace(threadHref(await desk.begin(text, scripts[script])));
      return true;
    } catch (cause) {
      setError(toStoreError(cause));
      return false;
    }
  };
  return (
    <>
      <header className="conversation-header">
        <a className="back" href={listHref} aria-label="Back to the conversations">
          <span aria-hidden="true">‹</span>
        </a>
        <div className="conversation-title">
          <h2>New conversation</h2>
        </div>
      </header>
      <div className="pane-message live-intro">
        <p>See a conversation being written.</p>
        <p className="quiet">
          The assistant follows a script, and everything it does goes through the store: stop it, watch it
          from a second tab, or close the tab in the middle of an answer and come back.
        </p>
      </div>
      <div className="composer-place">
        {error !== undefined && <Failure title="The conversation could not be begun" error={error} />}
        <Composer onSend={begin} focus />
      </div>
    </>
  );
}
