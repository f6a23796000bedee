import type {
  ExportedMessageRepositoryItem,
  MessageFormatAdapter,
  MessageFormatItem,
  ThreadHistoryAdapter,
} from '@assistant-ui/react';
import {
  type MessageLog,
  type MessageLogOptions,
  openMessageLog,
  type SaveMessagesOptions,
} from '../chat/message-log.ts';
import type { MessageShape } from '../chat/message-shape.ts';
import { uiMessageParts } from '../chat/ui-message-parts.ts';
import { isJsonObject, type Json, wordOf } from '../contract/json.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';

/** How to keep messages. */
export interface ThreadHistoryOptions extends MessageLogOptions {
  /** How many of a thread's newest turns to show; the others stay in the store. Default 200. */
  turns?: number | undefined;
}

/** Which thread a history is of: its id; or what gives the id once there is one, and makes it when a message comes. */
export type HistoryThread =
  | string
  | {
      current: () => string | undefined;
      initialize: () => Promise<{ remoteId: string }>;
      /** The thread that is shown now, which stays that one when another is shown. Absent: it is always the same. */
      pin?: (() => HistoryThread) | undefined;
    };

const shape: MessageShape<ExportedMessageRepositoryItem> = {
  format: 'assistant-ui',
  parts: 'content',
  text: 'text',
  thought: 'reasoning',
  callOf: ({ type, toolName, result, isError }) =>
    type === 'tool-call'
      ? {
          tool: wordOf(toolName),
          status: result === undefined ? 'inProgress' : isError ? 'failed' : 'completed',
          input: 'args',
          output: 'result',
        }
      : undefined,
  dump: ({ message, ...place }) => ({
    ...message,
    // A file is no JSON; what was made of it, is.
    ...(message.attachments && { attachments: message.attachments.map(({ file: _, ...rest }) => rest) }),
    ...place,
  }),
  revive: ({ parentId, runConfig, createdAt, ...message }) => {
    const isUsers = message['role'] === 'user';
    const item = {
      parentId: parentId ?? null,
      ...(runConfig === undefined ? {} : { runConfig }),
      message: {
        metadata: { custom: {}, ...(isUsers ? {} : noMetadata) },
        ...(isUsers ? { attachments: [] } : { status: { type: 'complete', reason: 'unknown' } }),
        ...message,
        createdAt: new Date(wordOf(createdAt) || 0),
      },
    };
    // It was such an item when it was written.
    return item as unknown as ExportedMessageRepositoryItem;
  },
  partOf: (item) => ({ type: 'data', name: item.type, data: JSON.parse(JSON.stringify(item)) }),
};

const noMetadata = { unstable_state: null, unstable_annotations: [], unstable_data: [], steps: [] };

/**
 * Keeps the messages of an assistant-ui thread in a store, with their branches. Also for `useChatRuntime`, which has the
 * messages of the AI SDK.
 * @example
 * const runtime = useLocalRuntime(model, { adapters: { history: createThreadHistoryAdapter(store, threadId) } });
 */
export function createThreadHistoryAdapter(
  store: ThreadStoreClient,
  thread: HistoryThread,
  { turns = 200, ...options }: ThreadHistoryOptions = {},
): ThreadHistoryAdapter {
  /** The history of messages of one shape, in the thread that is meant at each call. */
  const historyOf = <Item extends { parentId: string | null }>(
    log: MessageLog<Item>,
    target: () => HistoryThread,
    idOf: (item: Item) => string,
    endOf: (item: Item) => SaveMessagesOptions,
  ) => {
    const put = async (item: Item) =>
      log.put(await initialized(target()), item, { ...endOf(item), state: { headId: idOf(item) } });
    return {
      async load(): Promise<{ headId?: string | null; messages: Item[] }> {
        const threadId = currentOf(target());
        if (threadId === undefined) return { messages: [] };
        const { messages, state } = await log.load(threadId, { turns });
        const ids = new Set(messages.map(idOf));
        const headId = headOf(state);
        return {
          ...(headId !== undefined && ids.has(headId) ? { headId } : {}),
          // Of a thread that another client wrote each message follows the one before; the first one here follows none.
          messages: messages.map((item, index) => {
            const before = messages[index - 1];
            const isKnown = item.parentId !== null && ids.has(item.parentId);
            const isRoot = headId !== undefined || before === undefined;
            return { ...item, parentId: isKnown ? item.parentId : isRoot ? null : idOf(before) };
          }),
        };
      },
      append: put,
      update: put,
      delete: async (items: Item[]) => log.remove(await initialized(target()), items.map(idOf)),
    };
  };

  return {
    ...historyOf(
      openMessageLog(store, shape, options),
      () => thread,
      ({ message }) => message.id,
      ({ message: { status } }) => {
        const reason = status?.type === 'incomplete' && status.reason;
        const isDone = status !== undefined && status.type !== 'running';
        return { isDone, isAbort: reason === 'cancelled', isError: reason === 'error' };
      },
    ),
    withFormat: (format) => {
      let pinned = thread;
      const pin = () => {
        pinned = typeof thread === 'string' ? thread : (thread.pin?.() ?? thread);
      };
      const history = historyOf(
        openMessageLog(store, shapeOf(format), options),
        () => pinned,
        ({ message }) => format.getId(message),
        (item) => ({ isDone: format.encode(item)['role'] !== 'user' }),
      );
      return {
        ...history,
        pin,
        load() {
          pin();
          return history.load();
        },
      };
    },
  };
}

function currentOf(thread: HistoryThread): string | undefined {
  return typeof thread === 'string' ? thread : thread.current();
}

async function initialized(thread: HistoryThread): Promise<string> {
  return typeof thread === 'string' ? thread : (await thread.initialize()).remoteId;
}

/** The messages of another library, as its format has them. */
function shapeOf<Message, Stored extends Record<string, unknown>>(
  format: MessageFormatAdapter<Message, Stored>,
): MessageShape<MessageFormatItem<Message>> {
  return {
    ...uiMessageParts,
    format: format.format,
    dump: (item) => ({ ...format.encode(item), id: format.getId(item.message), parentId: item.parentId }),
    revive: ({ id, parentId, ...content }) =>
      format.decode({
        id: wordOf(id),
        parent_id: wordOf(parentId) || null,
        format: format.format,
        // It was what the format made when it was written.
        content: content as unknown as Stored,
      }),
  };
}

function headOf(state: Json | undefined): string | undefined {
  return isJsonObject(state) ? wordOf(state['headId']) || undefined : undefined;
}
