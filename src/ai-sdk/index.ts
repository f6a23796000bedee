import type { UIMessage } from 'ai';
import type { MessageShape } from '../chat/message-shape.ts';
import { MessageLog, type MessageLogOptions } from '../chat/message-log.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';

export type {
  LoadedMessages,
  LoadMessagesOptions,
  MessageLog,
  MessageLogOptions,
  SaveMessagesOptions,
} from '../chat/message-log.ts';

/**
 * Keeps the chats of the Vercel AI SDK in a store: `load` gives the messages for `useChat`, `save` takes them back. Text
 * becomes messages of Codex's own, which every client reads; metadata, tools, files and parts that nobody knows come
 * back word for word. A thread that another client wrote reads as messages, too, its other items as parts
 * `data-{type of the item}`.
 * @example
 * const log = createMessageLog(store);
 * const { messages } = await log.load(id);
 * const chat = useChat({ id, messages, onFinish: ({ messages: all }) => log.save(id, all) });
 */
export function createMessageLog<Message extends UIMessage = UIMessage>(
  store: ThreadStoreClient,
  options?: MessageLogOptions,
): MessageLog<Message> {
  const shape: MessageShape<Message> = {
    format: 'ai-sdk',
    parts: 'parts',
    texts: {
      text: { field: 'text', as: 'agentMessage' },
      reasoning: { field: 'text', as: 'reasoning' },
    },
    revive: ({ createdAt: _, ...message }) =>
      // It was such a message when it was written. The SDK's validateUIMessages checks tools and metadata.
      message as unknown as Message,
    partOf: (item) => ({ type: `data-${item.type}`, id: item.id, data: JSON.parse(JSON.stringify(item)) }),
  };
  return new MessageLog(store, shape, options);
}
