import { type RemoteThreadListAdapter, type ThreadMessage, useAui } from '@assistant-ui/react';
import { useEffect, useMemo, useRef } from 'react';
import { unlessNotFound } from '../chat/message-thread.ts';
import { newId } from '../contract/new-id.ts';
import type { StoredThread } from '../contract/records.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';
import { createThreadHistoryAdapter, type ThreadHistoryOptions } from './thread-history.ts';

type ThreadMetadata = Awaited<ReturnType<RemoteThreadListAdapter['fetch']>>;

/** How to keep threads. */
export interface ThreadListOptions extends ThreadHistoryOptions {
  /** How many threads to list at once. Default 40. */
  pageSize?: number | undefined;
  /** Makes a title of a new thread's first messages. Default: the beginning of what the user asked first. */
  makeTitle?: ((messages: readonly ThreadMessage[]) => string | Promise<string>) | undefined;
}

/** Marks the pages of archived threads, which come after all of the others. */
const ARCHIVED = 'archived:';
const TITLE_LENGTH = 60;

/**
 * Keeps assistant-ui's list of threads in a store, and the messages of each. A thread is there once it has a message.
 * Give the same object to every render: make it outside of components, or remember it.
 * @example
 * const adapter = createThreadListAdapter(store);
 * const runtime = useRemoteThreadListRuntime({ adapter, runtimeHook: () => useLocalRuntime(model) });
 */
export function createThreadListAdapter(
  store: ThreadStoreClient,
  { pageSize = 40, makeTitle = firstQuestion, ...options }: ThreadListOptions = {},
): RemoteThreadListAdapter {
  const rename = async (threadId: string, name: string) => {
    await store.updateThreadMetadata({ threadId, includeArchived: true, patch: { name } });
  };
  return {
    async list({ after } = {}) {
      const archived = after?.startsWith(ARCHIVED) ?? false;
      const cursor = (archived ? after?.slice(ARCHIVED.length) : after) || undefined;
      const page = await store.listThreads({ sortKey: 'recencyAt', archived, pageSize, cursor });
      const next = page.nextCursor ?? (archived ? undefined : '');
      const isMarked = archived || page.nextCursor === undefined;
      return {
        threads: page.items.map(toMetadata),
        ...(next === undefined ? {} : { nextCursor: isMarked ? ARCHIVED + next : next }),
      };
    },
    fetch: async (threadId) => toMetadata(await store.readThread({ threadId, includeArchived: true })),
    initialize: () => Promise.resolve({ remoteId: newId() }),
    rename,
    archive: (threadId) => store.archiveThread({ threadId }),
    async unarchive(threadId) {
      await store.unarchiveThread({ threadId });
    },
    delete: (threadId) => store.deleteThread({ threadId }),
    async generateTitle(threadId, messages) {
      const title = await makeTitle(messages);
      await rename(threadId, title).catch((error: unknown) => {
        unlessNotFound(error);
        // The thread is there once its first message is, which may be written after this.
        const stop = store.subscribe((event) => {
          if (event.type !== 'threadChanged' || event.threadId !== threadId) return;
          stop();
          // Without its name it shows what was asked first.
          rename(threadId, title).catch(() => undefined);
        });
      });
      return new ReadableStream({
        start(controller) {
          controller.enqueue({ type: 'part-start', part: { type: 'text' }, path: [] });
          controller.enqueue({ type: 'text-delta', textDelta: title, path: [0] });
          controller.enqueue({ type: 'part-finish', path: [0] });
          controller.close();
        },
      });
    },
    unstable_useAdapters: function useAdapters() {
      const aui = useAui();
      const latest = useRef(aui);
      useEffect(() => {
        latest.current = aui;
      });
      return useMemo(() => {
        const thread = {
          ...threadOf(() => latest.current.threadListItem),
          pin: () => {
            const item = shownItem(latest.current);
            return threadOf(() => item);
          },
        };
        return { history: createThreadHistoryAdapter(store, thread, options) };
      }, []);
    },
  };
}

type Client = ReturnType<typeof useAui>;
type Item = ReturnType<Client['threads']['item']>;

/** The thread of an item of the list. */
function threadOf(item: () => Item) {
  return { current: () => item().getState().remoteId, initialize: () => item().initialize() };
}

/** The item of the thread that is shown, which stays its item when another is shown; until it is listed, the place itself. */
function shownItem({ threads, threadListItem }: Client): Item {
  const { id } = threadListItem.getState();
  const isListed = threads.getState().threadItems.some((item) => item.id === id);
  return isListed ? threads.item({ id }) : threadListItem;
}

function toMetadata(thread: StoredThread): ThreadMetadata {
  const title = thread.name ?? thread.preview.slice(0, TITLE_LENGTH);
  return {
    remoteId: thread.threadId,
    status: thread.archivedAt === undefined ? 'regular' : 'archived',
    lastMessageAt: new Date(thread.recencyAt),
    ...(title === '' ? {} : { title }),
  };
}

function firstQuestion(messages: readonly ThreadMessage[]): string {
  const parts = messages.find(({ role }) => role === 'user')?.content ?? [];
  const text = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join(' ');
  return text.trim().slice(0, TITLE_LENGTH);
}
