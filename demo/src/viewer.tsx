import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { useThreads, useThreadStore } from 'idb-thread-store/react';
import { Conversation } from './conversation/conversation.tsx';
import { type FoundFile } from './import/found-files.ts';
import { ImportButton } from './import/import-button.tsx';
import { dropJob, fileJob } from './import/import-job.ts';
import { ImportPanel } from './import/import-panel.tsx';
import { useFileDrop } from './import/use-file-drop.ts';
import { useImport } from './import/use-import.ts';
import { useSamples } from './import/use-samples.ts';
import { LiveDock } from './live/live-dock.tsx';
import { OfflineMark } from './offline/offline-mark.tsx';
import { UpdatePrompt } from './offline/update-prompt.tsx';
import { listHref, newHref, parseRoute, threadHref, useRoute } from './routing/use-route.ts';
import { MemoryMark } from './storage/memory-mark.tsx';
import { StorageLine } from './storage/storage-line.tsx';
import { StoreNotice } from './storage/store-notice.tsx';
import { HelpSheet } from './help/help-sheet.tsx';
import { plainKey } from './help/plain-key.ts';
import { ThreadActionsProvider } from './threads/thread-actions.tsx';
import { ThreadsPane } from './threads/threads-pane.tsx';
import { Toasts } from './toast/toasts.tsx';

const NewThread = lazy(() => import('./live/new-thread.tsx'));

/** Whether there is room for both panes; as in `layout.css`. */
const twoPanes = matchMedia('(min-width: 760px)');

/** Where one begins. */
const newestThread = { sortKey: 'recencyAt', pageSize: 1 } as const;

/** The two panes: the conversations, and the one that is open. A phone shows one of them at a time. */
export function Viewer() {
  const store = useThreadStore();
  const { threadId, isNew } = useRoute();
  const newest = useThreads(newestThread);
  const importer = useImport(store);
  const { start } = importer;
  const importFiles = useCallback((files: FoundFile[]) => start(fileJob(files)), [start]);
  const importDropped = useCallback((entries: FileSystemEntry[]) => start(dropJob(entries)), [start]);
  const filesOver = useFileDrop(importDropped);
  useSamples(store, start);

  // One who comes back to the list goes on from the conversation that was open.
  const lastId = useRef(threadId);
  useEffect(() => {
    if (threadId === undefined && lastId.current !== undefined) focusRow(lastId.current);
    lastId.current = threadId;
  }, [threadId]);

  // Where both panes are in sight, the second one begins with the newest conversation.
  const begun = useRef(false);
  const newestId = newest.threads[0]?.threadId;
  const importing = importer.current.state === 'running';
  useEffect(() => {
    if (begun.current || newestId === undefined || importing) return;
    begun.current = true;
    const begin = async () => {
      // What was imported last the list may not show yet.
      const [thread] = (await store.listThreads(newestThread)).items;
      const route = parseRoute(location.hash);
      if (thread && route.threadId === undefined && !route.isNew && twoPanes.matches)
        location.replace(threadHref(thread.threadId));
    };
    // What is wrong with the store the list says.
    begin().catch(() => undefined);
  }, [store, newestId, importing]);

  const [helping, setHelping] = useState(false);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const act: Record<string, (() => void) | undefined> = {
        '?': () => setHelping(true),
        s: () => document.querySelector<HTMLElement>('[data-search="threads"]')?.focus(),
        F6: () => otherPane(threadId),
        Escape: () => {
          if (threadId === undefined && !isNew) return;
          if (twoPanes.matches && threadId !== undefined) focusRow(threadId);
          else location.hash = listHref;
        },
      };
      const run = act[plainKey(event) ?? ''];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [threadId, isNew]);

  return (
    <Toasts>
      <ThreadActionsProvider>
        <main className="viewer" data-pane={threadId === undefined && !isNew ? 'list' : 'conversation'}>
          {/* The one heading that is there whichever pane a phone shows. */}
          <h1 className="is-hidden">Codex conversations</h1>
          <div className="marks">
            <OfflineMark />
            <MemoryMark />
          </div>
          <div className="list-pane">
            <header className="list-header">
              <h2>Threads</h2>
              <a className="button" href={newHref}>
                New
              </a>
              <ImportButton onFiles={importFiles} />
            </header>
            <ThreadsPane
              currentId={threadId}
              empty={
                <>
                  <p>No conversations yet</p>
                  {importing ? (
                    <p className="quiet">The first ones are on their way.</p>
                  ) : (
                    <p className="quiet">
                      Drop rollout files or a folder of sessions anywhere on this page, or choose Import.
                    </p>
                  )}
                </>
              }
            />
            <StorageLine threadId={threadId} />
          </div>
          <section className="conversation" aria-label="Conversation">
            {isNew ? (
              <Suspense>
                <NewThread />
              </Suspense>
            ) : threadId === undefined ? (
              <div className="pane-message">
                <p className="quiet">Choose a conversation, or drop rollout files here.</p>
              </div>
            ) : (
              <>
                <Conversation key={threadId} threadId={threadId} />
                <LiveDock key={`live ${threadId}`} threadId={threadId} />
              </>
            )}
          </section>
          <ImportPanel importer={importer} />
          <UpdatePrompt />
          <StoreNotice />
          {filesOver && (
            <div className="drop-sign" aria-hidden="true">
              <p>Drop rollout files, folders or archives to import them</p>
            </div>
          )}
          {helping && <HelpSheet onClose={() => setHelping(false)} />}
        </main>
      </ThreadActionsProvider>
    </Toasts>
  );
}

/** Moves the focus to the pane that does not have it. */
function otherPane(threadId: string | undefined): void {
  const feed = document.querySelector<HTMLElement>('[role="feed"]');
  if (threadId === undefined || (feed !== null && !feed.contains(document.activeElement))) feed?.focus();
  else focusRow(threadId);
}

function focusRow(threadId: string): void {
  document.querySelector<HTMLElement>(`[data-thread="${CSS.escape(threadId)}"]`)?.focus();
}
