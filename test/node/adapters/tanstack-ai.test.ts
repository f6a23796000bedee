import { EventType, type StreamChunk } from '@tanstack/ai';
import { ChatClient, stream } from '@tanstack/ai-client';
import { isItemOf, type ThreadStoreClient, ThreadStoreError } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { type ChatPersistenceOptions, createChatPersistence } from 'idb-thread-store/tanstack-ai';
import { expect, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';

test('[N1] a chat of TanStack AI comes back as it was', async () => {
  const store = createMemoryThreadStore();
  const chat = openChat(store);
  await chat.sendMessage('How warm is it?');
  await settled(store, 1);
  expect(chat.getMessages()).toHaveLength(2);

  const again = openChat(store);
  await waitFor(() => expect(again.getMessages()).toEqual(chat.getMessages()));
  await again.sendMessage('And tomorrow?');
  await settled(store, 2);
  const third = openChat(store);
  await waitFor(() => expect(third.getMessages()).toEqual(again.getMessages()));
  expect(third.getMessages()).toHaveLength(4);
});

test('[N2] each of its questions is a turn with its answer, which every client reads', async () => {
  const store = createMemoryThreadStore();
  const chat = openChat(store);
  await chat.sendMessage('How warm is it?');
  await settled(store, 1);
  const { turns } = await store.listTurns({ threadId: 'chat' });
  const [asked, answered] = turns[0]?.items ?? [];
  expect(asked && isItemOf(asked, 'userMessage') && asked.content).toMatchObject([
    { text: 'How warm is it?' },
  ]);
  expect(answered && isItemOf(answered, 'agentMessage') && answered.text).toBe('It is 21 degrees.');
});

test('[N2] its tools’ calls are items of Codex’s own, and come back as they were', async () => {
  const store = createMemoryThreadStore();
  const chat = openChat(store, {}, answerWithTool);
  await chat.sendMessage('How warm is it?');
  await settled(store, 1);
  const [, answered] = chat.getMessages();
  expect(answered?.parts.map(({ type }) => type)).toEqual(['thinking', 'tool-call', 'tool-result', 'text']);
  const { items } = await store.listItems({ threadId: 'chat' });
  expect(items.map(({ item }) => item)).toContainEqual(
    expect.objectContaining({
      type: 'dynamicToolCall',
      tool: 'weather',
      arguments: { city: 'Lisbon' },
      status: 'completed',
      contentItems: [{ type: 'inputText', text: '{"degrees":21}' }],
    }),
  );
  const again = openChat(store);
  await waitFor(() => expect(again.getMessages()).toEqual(chat.getMessages()));
});

test('[N4] of a chat that is loaded again and gone on with, only what is new is written', async () => {
  const store = createMemoryThreadStore();
  await openChat(store, {}, answerWithTool).sendMessage('How warm is it?');
  await settled(store, 1);
  const before = (await store.loadHistory({ threadId: 'chat' })).items;
  const again = openChat(store);
  await waitFor(() => expect(again.getMessages()).toHaveLength(2));
  await again.sendMessage('And tomorrow?');
  await settled(store, 2);
  const after = (await store.loadHistory({ threadId: 'chat' })).items;
  expect(after.slice(0, before.length)).toEqual(before);
  const added = JSON.stringify(after.slice(before.length));
  expect(added).toContain('And tomorrow?');
  expect(added).not.toContain('How warm is it?');
});

test('[N4] a run that can be resumed is kept with its messages, and forgotten when it is done', async () => {
  const store = createMemoryThreadStore();
  const persistence = createChatPersistence(store);
  const messages = [{ id: 'q', role: 'user' as const, parts: [{ type: 'text' as const, content: 'go' }] }];
  const resume = { resumeState: { threadId: 'chat', runId: 'run-1' } };
  await persistence.setItem('chat', { messages, resume });
  expect(await createChatPersistence(store).getItem('chat')).toEqual({ messages, resume });
  await persistence.setItem('chat', { messages });
  expect(await createChatPersistence(store).getItem('chat')).toEqual({ messages });
  await persistence.removeItem('chat');
  expect(await createChatPersistence(store).getItem('chat')).toBeUndefined();
});

test('[N6] it hears of what could not be kept', async () => {
  const store = createMemoryThreadStore();
  const errors: unknown[] = [];
  await store.close();
  const chat = openChat(store, { onError: (error) => errors.push(error) });
  await chat.sendMessage('lost');
  await waitFor(() => expect(errors[0]).toBeInstanceOf(ThreadStoreError));
});

test('[N1] its cleared chat is gone from the store', async () => {
  const store = createMemoryThreadStore();
  const chat = openChat(store);
  await chat.sendMessage('forget this');
  await settled(store, 1);
  chat.clear();
  await waitFor(async () => expect((await store.listThreads({})).items).toEqual([]));
});

/** A real client on a store, which is always told the same. */
function openChat(
  store: ThreadStoreClient,
  options: ChatPersistenceOptions = {},
  answers: () => AsyncIterable<StreamChunk> = answer,
): ChatClient {
  return new ChatClient({
    connection: stream(answers),
    threadId: 'chat',
    persistence: createChatPersistence(store, { quietMs: 20, ...options }),
  });
}

let runs = 0;

async function* answer(): AsyncIterable<StreamChunk> {
  const run = { threadId: 'chat', runId: `run-${++runs}`, model: 'mock' };
  const messageId = `message-${runs}`;
  await Promise.resolve();
  yield { type: EventType.RUN_STARTED, ...run };
  yield { type: EventType.TEXT_MESSAGE_START, messageId, role: 'assistant' };
  for (const delta of ['It is ', '21 ', 'degrees.'])
    yield { type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta };
  yield { type: EventType.TEXT_MESSAGE_END, messageId };
  yield { type: EventType.RUN_FINISHED, ...run, finishReason: 'stop' };
}

async function* answerWithTool(): AsyncIterable<StreamChunk> {
  const run = { threadId: 'chat', runId: `run-${++runs}`, model: 'mock' };
  const messageId = `message-${runs}`;
  const call = { toolCallId: `call-${runs}`, toolCallName: 'weather', toolName: 'weather' };
  await Promise.resolve();
  yield { type: EventType.RUN_STARTED, ...run };
  yield { type: EventType.REASONING_MESSAGE_START, messageId: 'thought', role: 'reasoning' };
  yield { type: EventType.REASONING_MESSAGE_CONTENT, messageId: 'thought', delta: 'The weather is asked.' };
  yield { type: EventType.REASONING_MESSAGE_END, messageId: 'thought' };
  yield { type: EventType.TOOL_CALL_START, ...call, parentMessageId: messageId };
  yield { type: EventType.TOOL_CALL_ARGS, ...call, delta: '{"city":"Lisbon"}' };
  yield { type: EventType.TOOL_CALL_END, ...call };
  yield { type: EventType.TOOL_CALL_RESULT, ...call, messageId, content: '{"degrees":21}' };
  yield { type: EventType.TEXT_MESSAGE_START, messageId, role: 'assistant' };
  yield { type: EventType.TEXT_MESSAGE_CONTENT, messageId, delta: 'It is 21 degrees.' };
  yield { type: EventType.TEXT_MESSAGE_END, messageId };
  yield { type: EventType.RUN_FINISHED, ...run, finishReason: 'stop' };
}

/** Waits until the store has so many turns that are complete. */
async function settled(store: ThreadStoreClient, count: number): Promise<void> {
  await waitFor(async () => {
    const { turns } = await store.listTurns({ threadId: 'chat' });
    expect(turns.map(({ status }) => status)).toEqual(Array(count).fill('completed'));
  });
}
