import type { ChatClientPersistence, ChatPersistedState, UIMessage } from '@tanstack/ai-client';
import type { MessageShape } from '../chat/message-shape.ts';
import { type MessageLogOptions, openMessageLog } from '../chat/message-log.ts';
import { isJsonObject, type JsonObject, wordOf } from '../contract/json.ts';
import type { ThreadStoreClient } from '../contract/thread-store-client.ts';

export type { MessageLogOptions } from '../chat/message-log.ts';

/** How to keep chats. */
export interface ChatPersistenceOptions extends MessageLogOptions {
  /** How many of a chat's newest turns to restore; the others stay in the store. Default 50. */
  turns?: number | undefined;
  /** After how long without news an answer is complete, in milliseconds. Default 1000. */
  quietMs?: number | undefined;
  /** Hears why something could not be read or written: the chat goes on without saying so. */
  onError?: ((error: unknown) => void) | undefined;
}

const shape: MessageShape<UIMessage> = {
  format: 'tanstack-ai',
  parts: 'parts',
  text: 'content',
  thought: 'thinking',
  callOf: ({ type, name, input, output, state }) =>
    type === 'tool-call'
      ? {
          tool: wordOf(name),
          status: state === 'error' ? 'failed' : output === undefined ? 'inProgress' : 'completed',
          input: input === undefined ? 'arguments' : 'input',
          output: 'output',
        }
      : undefined,
  dump: (message) => message,
  revive: ({ createdAt, parts, ...message }) => {
    const revived = {
      ...message,
      parts: Array.isArray(parts) ? parts.map(withDate) : [],
      ...(typeof createdAt === 'string' ? { createdAt: new Date(createdAt) } : {}),
    };
    // It was such a message when it was written.
    return revived as unknown as UIMessage;
  },
  partOf: (item) => ({
    type: 'tool-call',
    id: item.id,
    name: item.type,
    arguments: JSON.stringify(item),
    state: 'complete',
  }),
};

function withDate(part: JsonObject[string]): unknown {
  if (!isJsonObject(part) || typeof part['createdAt'] !== 'string') return part;
  return { ...part, createdAt: new Date(part['createdAt']) };
}

/**
 * Keeps the chats of TanStack AI in a store, each as a thread. Text becomes messages of Codex's own, which every client
 * reads; all else comes back word for word. While an answer streams other tabs cannot write the chat.
 * @example
 * const persistence = createChatPersistence(store);
 * const chat = new ChatClient({ connection, threadId: 'a-chat', persistence });
 */
export function createChatPersistence(
  store: ThreadStoreClient,
  { turns, onError, quietMs = 1000, ...options }: ChatPersistenceOptions = {},
): ChatClientPersistence {
  const log = openMessageLog(store, shape, options);
  /** What ends the turns whose answers may be complete. */
  const ends = new Map<string, ReturnType<typeof setTimeout>>();
  const told = <Value>(work: Promise<Value>): Promise<Value> => {
    work.catch((error: unknown) => onError?.(error));
    return work;
  };
  return {
    getItem: (id) =>
      told(
        log.load(id, { turns }).then(({ messages, state }) => {
          if (messages.length === 0 && state === undefined) return undefined;
          // It was such a state when it was written.
          const resume = state as unknown as NonNullable<ChatPersistedState['resume']> | undefined;
          return { messages, ...(resume === undefined ? {} : { resume }) };
        }),
      ),
    setItem: (id, { messages, resume }) => {
      clearTimeout(ends.get(id));
      // Only a connection that can resume says when it is done; an answer of another one is when no more comes.
      const end = () => void told(log.save(id, messages)).catch(() => undefined);
      if (resume === undefined && messages.at(-1)?.role !== 'user') ends.set(id, setTimeout(end, quietMs));
      const state = resume === undefined ? null : JSON.parse(JSON.stringify(resume));
      return told(log.save(id, messages, { isDone: false, state }));
    },
    removeItem: (id) => {
      clearTimeout(ends.get(id));
      return told(log.delete(id));
    },
  };
}
