import type {
  ExportedMessageRepositoryItem,
  MessageFormatAdapter,
  MessageFormatItem,
  ThreadHistoryAdapter,
} from '@assistant-ui/react';
import { MessageLog, type MessageLogOptions } from '../chat/message-log.ts';
import type { MessageShape } from '../chat/message-shape.ts';
import { isJsonObject, type Json } from '../contract/json.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';

/** How to keep messages. */
export interface ThreadHistoryOptions extends MessageLogOptions {
  /** How many of a thread's newest turns to show; the others stay in the store. Default 200. */
  turns?: number | undefined;
}

/** Which thread a history is of: its id; or what gives the id once there is one, and makes it when a message comes. */
export type HistoryThread =
  | string
  | { current: () => string | undefined; initialize: () => Promise<{ remoteId: string }> };

const texts = {
  text: { field: 'text', as: 'agentMessage' },
  reasoning: { field: 'text', as: 'reasoning' },
} as const;

const shape: MessageShape<ExportedMessageRepositoryItem> = {
  format: 'assistant-ui',
  parts: 'content',
  texts,
  dump: ({ message, ...place }) => ({ ...message, ...place }),
  revive: ({ parentId, runConfig, createdAt, ...message }) => {
    const isUsers = message['role'] === 'user';
    const item = {
      parentId: parentId ?? null,
      ...(runConfig === undefined ? {} : { runConfig }),
      message: {
        metadata: { custom: {}, ...(isUsers ? {} : noMetadata) },
        ...(isUsers ? { attachments: [] } : { status: { type: 'complete', reason: 'unknown' } }),
        ...message,
        createdAt: new Date(typeof createdAt === 'string' ? createdAt : 0),
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
  const current = () => (typeof thread === 'string' ? thread : thread.current());
  const initialized = async () =>
    typeof thread === 'string' ? thread : (await thread.initialize()).remoteId;

  /** The history of messages of one shape. */
  const historyOf = <Item extends { parentId: string | null }>(
    log: MessageLog<Item>,
    idOf: (item: Item) => string,
    isDone: (item: Item) => boolean,
  ) => {
    const put = async (item: Item) =>
      log.put(await initialized(), item, { isDone: isDone(item), state: { headId: idOf(item) } });
    return {
      async load(): Promise<{ headId?: string | null; messages: Item[] }> {
        const threadId = current();
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
      delete: async (items: Item[]) => log.remove(await initialized(), items.map(idOf)),
    };
  };

  return {
    ...historyOf(
      new MessageLog(store, shape, options),
      ({ message }) => message.id,
      ({ message }) => message.status !== undefined && message.status.type !== 'running',
    ),
    withFormat: (format) => {
      const formatted = new MessageLog(store, shapeOf(format), options);
      return historyOf(
        formatted,
        ({ message }) => format.getId(message),
        (item) => format.encode(item)['role'] !== 'user',
      );
    },
  };
}

/** The messages of another library, as its format has them. */
function shapeOf<Message, Stored extends Record<string, unknown>>(
  format: MessageFormatAdapter<Message, Stored>,
): MessageShape<MessageFormatItem<Message>> {
  return {
    format: format.format,
    parts: 'parts',
    texts,
    dump: (item) => ({ ...format.encode(item), id: format.getId(item.message), parentId: item.parentId }),
    revive: ({ id, parentId, ...content }) =>
      format.decode({
        id: typeof id === 'string' ? id : '',
        parent_id: typeof parentId === 'string' ? parentId : null,
        format: format.format,
        // It was what the format made when it was written.
        content: content as unknown as Stored,
      }),
    partOf: (item) => ({ type: `data-${item.type}`, id: item.id, data: JSON.parse(JSON.stringify(item)) }),
  };
}

function headOf(state: Json | undefined): string | undefined {
  const headId = isJsonObject(state) ? state['headId'] : undefined;
  return typeof headId === 'string' ? headId : undefined;
}
