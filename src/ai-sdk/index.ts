import type { UIMessage } from 'ai';
import type { MessageShape } from '../chat/message-shape.ts';
import { type MessageLog, type MessageLogOptions, openMessageLog } from '../chat/message-log.ts';
import { uiMessageParts } from '../chat/ui-message-parts.ts';
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
 * and calls of tools become items of Codex's own, which every client reads; metadata, files and parts that nobody knows
 * come back word for word. A thread that another client wrote reads as messages, too, its other items as parts
 * `data-{type of the item}`.
 * @param options what to say of the threads that it starts; `modelProvider` is `ai-sdk` unless told otherwise
 * @example
 * const log = createMessageLog(store);
 * const { messages: initial } = await log.load(id);
 * const { messages, status } = useChat({ id, messages: initial });
 * useEffect(() => void log.save(id, messages, { isDone: status === 'ready' }), [messages, status]);
 */
export function createMessageLog<Message extends UIMessage = UIMessage>(
  store: ThreadStoreClient,
  options?: MessageLogOptions,
): MessageLog<Message> {
  const shape: MessageShape<Message> = {
    ...uiMessageParts,
    format: 'ai-sdk',
    dump: (message) => message,
    revive: ({ createdAt: _, ...message }) =>
      // It was such a message when it was written. The SDK's validateUIMessages checks tools and metadata.
      message as unknown as Message,
  };
  return openMessageLog(store, shape, options);
}
