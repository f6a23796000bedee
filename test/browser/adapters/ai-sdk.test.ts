import { useChat } from '@ai-sdk/react';
import type { ChatTransport, UIMessage, UIMessageChunk } from 'ai';
import { openThreadStore, type ThreadStoreClient } from 'idb-thread-store';
import { createMessageLog } from 'idb-thread-store/ai-sdk';
import { createElement as h, StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test } from 'vitest';
import { createBuiltWorker } from '../../support/built-worker.ts';
import { freshName } from '../../support/stores.ts';
import { waitFor } from '../../support/wait-for.ts';

test('[N4] of a chat of useChat another tab reads what it would find if this one died now', async () => {
  const name = freshName();
  const [here, there] = [await openStore(name), await openStore(name)];
  const say = show(here);
  const answer = say('How warm is it?');
  answer.write({ type: 'start', messageId: 'answer' });
  answer.write({ type: 'text-start', id: 't' });
  for (const delta of ['It is ', '21 ', 'degrees']) {
    answer.write({ type: 'text-delta', id: 't', delta });
    await waitFor(async () => expect((await wordsIn(there)).at(-1)).toContain(delta));
  }
  expect(await wordsIn(there)).toEqual(['How warm is it?', 'It is 21 degrees']);
  const { turns } = await there.listTurns({ threadId: 'chat' });
  expect(turns).toMatchObject([{ status: 'inProgress' }]);
  await expect(createMessageLog(there).save('chat', [asked])).rejects.toMatchObject({ code: 'conflict' });

  answer.write({ type: 'text-delta', id: 't', delta: '.' });
  answer.write({ type: 'text-end', id: 't' });
  answer.write({ type: 'finish' });
  answer.end();
  // Free as soon as the answer is complete.
  await waitFor(() => createMessageLog(there).save('chat', [asked]));
  const after = await there.listTurns({ threadId: 'chat' });
  expect(after.turns.map(({ status }) => status)).toEqual(['completed', 'completed']);
  expect(await wordsIn(there)).toEqual(['How warm is it?', 'It is 21 degrees.', 'And tomorrow?']);
});

const asked: UIMessage = { id: 'q2', role: 'user', parts: [{ type: 'text', text: 'And tomorrow?' }] };

/** Shows a chat on a store as the docs tell it. Gives what asks in it, and then writes the answer. */
function show(store: ThreadStoreClient) {
  const log = createMessageLog(store, { writeIntervalMs: 20 });
  let stream: ReadableStreamDefaultController<UIMessageChunk> | undefined;
  const answers = new ReadableStream<UIMessageChunk>({ start: (controller) => void (stream = controller) });
  const transport: ChatTransport<UIMessage> = {
    sendMessages: () => Promise.resolve(answers),
    reconnectToStream: () => Promise.resolve(null),
  };
  let send: ReturnType<typeof useChat>['sendMessage'] | undefined;
  const Chat = () => {
    const { messages, status, sendMessage } = useChat({ id: 'chat', transport });
    useEffect(() => void (send = sendMessage), [sendMessage]);
    useEffect(() => {
      const isDone = status === 'ready' || status === 'error';
      log.save('chat', messages, { isDone, isError: status === 'error' }).catch(console.error);
    }, [messages, status]);
    return null;
  };
  const root = createRoot(document.createElement('div'));
  root.render(h(StrictMode, null, h(Chat)));
  onTestFinished(() => root.unmount());
  return (text: string) => {
    void waitFor(() => expect(send).toBeDefined()).then(() => send?.({ text }));
    return {
      write: (chunk: UIMessageChunk) => stream?.enqueue(chunk),
      end: () => stream?.close(),
    };
  };
}

async function wordsIn(store: ThreadStoreClient): Promise<string[]> {
  const { messages } = await createMessageLog(store).load('chat');
  return messages.map(({ parts }) => parts.map((part) => (part.type === 'text' ? part.text : '')).join(''));
}

async function openStore(name: string): Promise<ThreadStoreClient> {
  const store = await openThreadStore({ name, mode: 'worker', worker: createBuiltWorker });
  onTestFinished(() => store.close());
  return store;
}
