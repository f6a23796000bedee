import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import type { StoredThread } from 'idb-thread-store';
import { useThreadStore } from 'idb-thread-store/react';
import { listHref, parseRoute, threadHref } from '../routing/use-route.ts';
import { download, rolloutFile } from '../storage/rollout-file.ts';
import { advice, toStoreError } from '../store/store-failure.ts';
import { toastMs, useToast } from '../toast/toasts.tsx';
import { rememberFocus } from './focus-back.ts';
import { RenameDialog } from './rename-dialog.tsx';
import { threadTitle } from './thread-title.ts';

/** What one can do with a thread. */
export interface ThreadActions {
  /** Asks for a name. */
  rename: (thread: StoredThread) => void;
  /** Saves it as its rollout file. */
  save: (thread: StoredThread) => void;
  /** Archives it, or takes it back from there. Can be undone. */
  toggleArchived: (thread: StoredThread) => void;
  /** Hides it, and deletes it for good once nobody undid that for a while. */
  remove: (thread: StoredThread) => void;
  /** Threads that are about to be deleted. */
  leaving: ReadonlySet<string>;
}

const nothing = () => undefined;
const ThreadActionsContext = createContext<ThreadActions>({
  rename: nothing,
  save: nothing,
  toggleArchived: nothing,
  remove: nothing,
  leaving: new Set(),
});

/** What one can do with threads here. */
export function useThreadActions(): ThreadActions {
  return useContext(ThreadActionsContext);
}

/** Gives what is inside the things that one can do with threads. */
export function ThreadActionsProvider({ children }: { children: ReactNode }) {
  const store = useThreadStore();
  const toast = useToast();
  const [renamed, setRenamed] = useState<StoredThread>();
  const [leaving, setLeaving] = useState<ReadonlySet<string>>(new Set());

  const actions = useMemo(() => {
    const attempt = async (what: string, work: () => Promise<unknown>) => {
      try {
        await work();
      } catch (thrown) {
        const error = toStoreError(thrown);
        toast({ text: `${what} ${error.message} ${advice[error.code]}` });
      }
    };
    const setName = (thread: StoredThread, name: string | null) =>
      attempt('It was not renamed.', () =>
        store.updateThreadMetadata({ threadId: thread.threadId, includeArchived: true, patch: { name } }),
      );
    const setArchived = (threadId: string, archived: boolean) =>
      attempt(archived ? 'It was not archived.' : 'It was not taken back.', () =>
        archived ? store.archiveThread({ threadId }) : store.unarchiveThread({ threadId }),
      );
    const stay = (threadId: string) =>
      setLeaving((before) => new Set([...before].filter((other) => other !== threadId)));

    return {
      setName,
      rename: setRenamed,
      save: ({ threadId }: StoredThread) =>
        void attempt('It was not exported.', async () => download(await rolloutFile(store, threadId))),
      toggleArchived: (thread: StoredThread) => {
        const archived = thread.archivedAt === undefined;
        const focusBack = rememberFocus(thread.threadId);
        void setArchived(thread.threadId, archived);
        toast({
          text: `${archived ? 'Archived' : 'Taken back'}: ${threadTitle(thread)}`,
          action: {
            word: 'Undo',
            run: () => {
              void setArchived(thread.threadId, !archived);
              focusBack();
            },
          },
        });
      },
      remove: (thread: StoredThread) => {
        const { threadId } = thread;
        const focusBack = rememberFocus(threadId);
        const wasOpen = parseRoute(location.hash).threadId === threadId;
        setLeaving((before) => new Set([...before, threadId]));
        if (wasOpen) location.hash = listHref;
        // A tab that is closed before has not deleted it: that is the side to err on.
        const timer = setTimeout(
          () =>
            void attempt('It was not deleted.', () => store.deleteThread({ threadId })).then(() =>
              stay(threadId),
            ),
          toastMs,
        );
        toast({
          text: `Deleted: ${threadTitle(thread)}`,
          action: {
            word: 'Undo',
            run: () => {
              clearTimeout(timer);
              stay(threadId);
              if (wasOpen && location.hash === listHref) location.hash = threadHref(threadId);
              focusBack();
            },
          },
        });
      },
    };
  }, [store, toast]);

  const value = useMemo(() => ({ ...actions, leaving }), [actions, leaving]);
  return (
    <ThreadActionsContext value={value}>
      {children}
      {renamed !== undefined && (
        <RenameDialog
          key={renamed.threadId}
          thread={renamed}
          onName={(name) => void actions.setName(renamed, name)}
          onClose={() => setRenamed(undefined)}
        />
      )}
    </ThreadActionsContext>
  );
}
