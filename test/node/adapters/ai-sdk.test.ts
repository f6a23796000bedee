import { Chat } from '@ai-sdk/react';
import { type ChatTransport, simulateReadableStream, type UIMessage, type UIMessageChunk } from 'ai';
import { isItemOf, LiveThread, type ThreadStoreClient } from 'idb-thread-store';
import { createMessageLog, type MessageLog } from 'idb-thread-store/ai-sdk';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { expect, test } from 'vitest';

/** Everything that an answer of the SDK may have, and one part that no version knows. */
const richAnswer: UIMessageChunk[] = [
  { type: 'start', messageMetadata: { model: 'mock', totalTokens: 12 } },
  { type: 'start-step' },
  { type: 'reasoning-start', id: 'r1' },
  { type: 'reasoning-delta', id: 'r1', delta: 'The weather is asked.' },
  { type: 'reasoning-end', id: 'r1', providerMetadata: { openai: { itemId: 'rs_1' } } },
  { type: 'tool-input-available', toolCallId: 'call-1', toolName: 'weather', input: { city: 'Lisbon' } },
  { type: 'tool-output-available', toolCallId: 'call-1', output: { degrees: 21, wind: null } },
  { type: 'tool-input-available', toolCallId: 'call-2', toolName: 'tides', input: 'Lisbon', dynamic: true },
  { type: 'tool-output-available', toolCallId: 'call-2', output: 'High at noon.', dynamic: true },
  { type: 'tool-input-available', toolCallId: 'call-3', toolName: 'moon', input: {} },
  { type: 'tool-output-error', toolCallId: 'call-3', errorText: 'It is behind a cloud.' },
  { type: 'source-url', sourceId: 's1', url: 'https://example.org', title: 'Weather' },
  { type: 'data-chart', id: 'c1', data: { points: [1, 2, 3] } },
  { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AAAA' },
  { type: 'finish-step' },
  { type: 'start-step' },
  { type: 'text-start', id: 't1' },
  { type: 'text-delta', id: 't1', delta: 'It is 21 degrees ' },
  { type: 'text-delta', id: 't1', delta: 'in Lisbon.' },
  { type: 'text-end', id: 't1', providerMetadata: { openai: { itemId: 'msg_1' } } },
  { type: 'finish-step' },
  { type: 'finish' },
];

test('[N1] a chat of the AI SDK comes back as it was, whatever its parts', async () => {
  const store = createMemoryThreadStore();
  const chat = await openChat(store, richAnswer);
  await chat.sendMessage({
    text: 'How warm is it?',
    files: [{ type: 'file', mediaType: 'text/plain', url: 'data:text/plain,Lisbon', filename: 'place.txt' }],
    metadata: { from: 'a test' },
  });
  await chat.saved();
  expect(chat.messages).toHaveLength(2);
  expect(chat.messages[1]?.parts.map((part) => part.type)).toEqual([
    'step-start',
    'reasoning',
    'tool-weather',
    'dynamic-tool',
    'tool-moon',
    'source-url',
    'data-chart',
    'file',
    'step-start',
    'text',
  ]);

  const again = await openChat(store, []);
  expect(again.messages).toEqual(chat.messages);
  const unknown = { type: 'hologram', beam: [1, { of: 'light' }] } as unknown as UIMessage['parts'][number];
  const odd: UIMessage = { id: 'odd', role: 'assistant', parts: [unknown, { type: 'text', text: '' }] };
  const system: UIMessage = { id: 'rule', role: 'system', parts: [{ type: 'text', text: 'Be kind.' }] };
  const log = createMessageLog(store);
  await log.save('chat', [...again.messages, odd, system]);
  expect((await createMessageLog(store).load('chat')).messages).toEqual([...chat.messages, odd, system]);
});

test('[N2] text is what every client of the store reads, and a turn is a question with its answer', async () => {
  const store = createMemoryThreadStore();
  const chat = await openChat(store, richAnswer);
  await chat.sendMessage({ text: 'How warm is it?' });
  await chat.sendMessage({ text: 'And tomorrow?' });
  await chat.saved();
  const { turns } = await store.listTurns({ threadId: 'chat', sortDirection: 'asc' });
  expect(turns.map(({ status }) => status)).toEqual(['completed', 'completed']);
  expect(turns.map(({ items }) => items.map((item) => item.type))).toEqual([
    ['userMessage', 'agentMessage'],
    ['userMessage', 'agentMessage'],
  ]);
  const { items } = await store.listItems({ threadId: 'chat', turnId: turns[0]?.turnId });
  const reasoning = items.map(({ item }) => item).find((item) => isItemOf(item, 'reasoning'));
  expect(reasoning?.content).toEqual(['The weather is asked.']);
  expect(items.map(({ item }) => item).filter(({ type }) => type === 'dynamicToolCall')).toMatchObject([
    {
      tool: 'weather',
      arguments: { city: 'Lisbon' },
      status: 'completed',
      success: true,
      contentItems: [{ type: 'inputText', text: '{"degrees":21,"wind":null}' }],
    },
    { tool: 'tides', arguments: 'Lisbon', contentItems: [{ type: 'inputText', text: 'High at noon.' }] },
    { tool: 'moon', status: 'failed', success: false, contentItems: [{ text: 'It is behind a cloud.' }] },
  ]);
  expect(await store.readThread({ threadId: 'chat' })).toMatchObject({ preview: 'How warm is it?' });
});

test('[N3] what is asked anew takes the place of what came before, and what was not loaded stays', async () => {
  const store = createMemoryThreadStore();
  const chat = await openChat(store, text('one'));
  await chat.sendMessage({ text: 'first' });
  await chat.sendMessage({ text: 'second' });
  await chat.regenerate();
  await chat.saved();
  const again = await openChat(store, text('two'));
  expect(again.messages).toEqual(chat.messages);
  expect(again.messages).toHaveLength(4);

  await again.sendMessage({ text: 'second, but better', messageId: again.messages[2]?.id ?? '' });
  await again.saved();
  const whole = await openChat(store, []);
  expect(whole.messages).toEqual(again.messages);
  expect(whole.messages.map(wordsOf)).toEqual(['first', 'one', 'second, but better', 'two']);

  const log = createMessageLog(store);
  const newest = await log.load('chat', { turns: 1 });
  expect(newest.messages.length).toBeLessThan(4);
  await log.save('chat', [
    ...newest.messages,
    { id: 'more', role: 'user', parts: [{ type: 'text', text: 'more' }] },
  ]);
  expect((await openChat(store, [])).messages.map(wordsOf)).toEqual([...whole.messages.map(wordsOf), 'more']);
  const older = await createMessageLog(store)
    .load('chat', { turns: 1 })
    .then(({ olderCursor }) => olderCursor);
  expect(older).toBeDefined();
});

test('[N3] the last question in other words begins a turn; an older message goes alone', async () => {
  const store = createMemoryThreadStore();
  const chat = await openChat(store, text('one'));
  await chat.sendMessage({ text: 'first' });
  await chat.sendMessage({ text: 'second' });
  await chat.sendMessage({ text: 'second, but better', messageId: chat.messages[2]?.id ?? '' });
  await chat.saved();
  const { turns } = await store.listTurns({ threadId: 'chat', sortDirection: 'asc' });
  expect(turns.map(({ items: [asked] }) => asked)).toMatchObject(
    ['first', 'second', 'second, but better'].map((words) => ({ content: [{ text: words }] })),
  );

  const log = createMessageLog(store);
  const kept = (await log.load('chat')).messages.filter((_, index) => index !== 1);
  await log.save('chat', kept);
  const again = await openChat(store, []);
  expect(again.messages).toEqual(kept);
  expect(again.messages.map(wordsOf)).toEqual(['first', 'second, but better', 'one']);
});

test('[N3] what was never loaded is neither taken away nor written again', async () => {
  const store = createMemoryThreadStore();
  const chat = Array.from({ length: 60 }, (_, index) => asked(`${index}`));
  await createMessageLog(store).save('chat', chat);
  await createMessageLog(store).save('chat', []);
  await createMessageLog(store).save('chat', [asked('alone')]);
  await createMessageLog(store).save('chat', [...chat, asked('alone'), asked('more')]);
  const { messages } = await createMessageLog(store).load('chat', { turns: 100 });
  expect(messages.map(({ id }) => id)).toEqual([...chat.map(({ id }) => id), 'alone', 'more']);
});

test('[N4] an answer is kept while it streams, and only once per part', async () => {
  const store = createMemoryThreadStore();
  const log = createMessageLog(store, { writeIntervalMs: 0 });
  const question: UIMessage = { id: 'q', role: 'user', parts: [{ type: 'text', text: 'go' }] };
  const answer = (words: string): UIMessage => ({
    id: 'a',
    role: 'assistant',
    parts: [{ type: 'text', text: words }],
  });
  await log.save('chat', [question], { isDone: false });
  for (const words of ['one', 'one two', 'one two three']) {
    await log.save('chat', [question, answer(words)], { isDone: false });
    await until(async () =>
      JSON.stringify(await store.listItems({ threadId: 'chat' })).includes(`"${words}"`),
    );
  }
  const { turns } = await store.listTurns({ threadId: 'chat' });
  expect(turns).toMatchObject([{ status: 'inProgress' }]);
  await log.save('chat', [question, answer('one two three four')]);
  const { items } = await store.listItems({ threadId: 'chat' });
  expect(items.map(({ item }) => item.type)).toEqual([
    'userMessage',
    'chatMessage',
    'chatMessage',
    'agentMessage',
  ]);
  const lines = (await store.loadHistory({ threadId: 'chat' })).items.length;
  await log.save('chat', [question, answer('one two three four')]);
  expect((await store.loadHistory({ threadId: 'chat' })).items).toHaveLength(lines);
});

test('[N4] the turn of an answer that was stopped, or that failed, says so', async () => {
  const store = createMemoryThreadStore();
  const log = createMessageLog(store);
  await log.save('chat', [asked('a')], { isAbort: true });
  await log.save('chat', [asked('a'), asked('b')], { isError: true });
  await log.save('chat', [asked('a'), asked('b'), asked('c')]);
  const { turns } = await store.listTurns({ threadId: 'chat', sortDirection: 'asc' });
  expect(turns.map(({ status }) => status)).toEqual(['interrupted', 'failed', 'completed']);
  expect((await createMessageLog(store).load('chat')).messages.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
});

test('[N5] a thread of another client reads as messages, and can be gone on with', async () => {
  const store = createMemoryThreadStore();
  const thread = await LiveThread.start(store, { threadId: 'chat', modelProvider: 'mock' });
  const turn = await thread.startTurn('List the files.');
  turn.upsert({ type: 'plan', id: 'p', text: 'ls' });
  turn.upsert({ type: 'agentMessage', id: 'm', text: 'There are two.' });
  await turn.complete();
  await thread.close();

  const chat = await openChat(store, text('Yes.'));
  expect(chat.messages).toMatchObject([
    { role: 'user', parts: [{ type: 'text', text: 'List the files.' }] },
    {
      id: turn.turnId,
      role: 'assistant',
      parts: [
        { type: 'data-plan', id: 'p', data: { text: 'ls' } },
        { type: 'text', text: 'There are two.' },
      ],
    },
  ]);
  await chat.sendMessage({ text: 'Only two?' });
  await chat.saved();
  const [asked, answered, ...more] = chat.messages;
  if (asked === undefined || answered === undefined) throw new Error('two messages were there');
  const marked = [asked, { ...answered, metadata: { liked: true } }, ...more];
  const log = createMessageLog(store);
  await log.save('chat', marked);
  expect((await createMessageLog(store).load('chat')).messages).toEqual(marked);
});

test('[N5] what another client asked stays where its answer is asked for anew', async () => {
  const store = createMemoryThreadStore();
  const thread = await LiveThread.start(store, { threadId: 'chat', modelProvider: 'mock' });
  const turn = await thread.startTurn('List the files.');
  turn.upsert({ type: 'agentMessage', id: 'm', text: 'There are two.' });
  await turn.complete();
  await thread.close();

  const chat = await openChat(store, text('Three.'));
  await chat.regenerate();
  await chat.saved();
  const again = await openChat(store, []);
  expect(again.messages).toEqual(chat.messages);
  expect(again.messages.map(wordsOf)).toEqual(['List the files.', 'Three.']);
  const [first] = (await store.listTurns({ threadId: 'chat', sortDirection: 'asc' })).turns;
  expect(first?.items).toMatchObject([{ type: 'userMessage' }, { type: 'agentMessage', id: 'm' }]);
});

test('[N6] what was lost with its writer is written by the next call', async () => {
  const store = createMemoryThreadStore();
  const log = createMessageLog(store);
  await log.save('chat', [asked('a')], { isDone: false });
  // As when the worker was lost, and another one started.
  await store.discardThread({ threadId: 'chat' });
  const chat = [asked('a'), asked('b'), asked('c')];
  await expect(log.save('chat', chat)).rejects.toMatchObject({ code: 'thread_not_found' });
  await log.save('chat', chat);
  expect((await createMessageLog(store).load('chat')).messages).toEqual(chat);
});

test('[N6] a chat that another tab writes is refused until its answer is complete', async () => {
  const store = createMemoryThreadStore();
  const [one, other] = [createMessageLog(store), createMessageLog(store)];
  await one.save('chat', [asked('a')], { isDone: false });
  await expect(other.save('chat', [asked('a'), asked('b')])).rejects.toMatchObject({
    name: 'ThreadStoreError',
  });
  await one.close();
  await other.save('chat', [asked('a'), asked('b')]);
  expect((await other.load('chat')).messages.map(({ id }) => id)).toEqual(['a', 'b']);
  await other.delete('chat');
  expect(await other.load('chat')).toEqual({ messages: [] });
});

/** A real chat on a store, whose answers are always these chunks. */
async function openChat(store: ThreadStoreClient, chunks: UIMessageChunk[]) {
  const log: MessageLog<UIMessage> = createMessageLog(store);
  const { messages } = await log.load('chat');
  const transport: ChatTransport<UIMessage> = {
    sendMessages: () =>
      Promise.resolve(simulateReadableStream({ chunks, initialDelayInMs: null, chunkDelayInMs: null })),
    reconnectToStream: () => Promise.resolve(null),
  };
  const saves: Promise<void>[] = [];
  const chat = new Chat<UIMessage>({
    id: 'chat',
    messages,
    transport,
    onFinish: ({ messages: all }) => void saves.push(log.save('chat', all)),
  });
  return Object.assign(chat, { saved: () => Promise.all(saves) });
}

function text(words: string): UIMessageChunk[] {
  return [
    { type: 'start' },
    { type: 'text-start', id: 't' },
    { type: 'text-delta', id: 't', delta: words },
    { type: 'text-end', id: 't' },
    { type: 'finish' },
  ];
}

function asked(id: string): UIMessage {
  return { id, role: 'user', parts: [{ type: 'text', text: id }] };
}

function wordsOf({ parts }: UIMessage): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

async function until(reached: () => Promise<boolean>): Promise<void> {
  while (!(await reached())) await new Promise((resolve) => setTimeout(resolve, 1));
}
