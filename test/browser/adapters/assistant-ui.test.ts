import {
  AssistantRuntimeProvider,
  type AssistantRuntime,
  type ChatModelAdapter,
  type MessageFormatAdapter,
  type ThreadHistoryAdapter,
  type ThreadMessage,
  useLocalRuntime,
  useRemoteThreadListRuntime,
} from '@assistant-ui/react';
import { LiveThread, type ThreadStoreClient } from 'idb-thread-store';
import { createThreadHistoryAdapter, createThreadListAdapter } from 'idb-thread-store/assistant-ui';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { createElement as h, StrictMode, useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';

test('[N1] a thread of assistant-ui comes back as it was, with its branches', async () => {
  const store = createMemoryThreadStore();
  const first = await open(store);
  await say(first, 'How warm is it?', 2);
  await say(first, 'And tomorrow?', 4);
  const [asked] = first.thread.getState().messages;
  // Edited: a branch beside the first one.
  first.thread.append({ parentId: null, role: 'user', content: [{ type: 'text', text: 'How cold is it?' }] });
  await waitFor(() => expect(words(first)).toEqual(['How cold is it?', 'How cold is it? It is 21 degrees.']));
  await idle(first);
  const threadId = (await store.listThreads({})).items[0]?.threadId ?? '';

  const again = await open(store);
  await again.threads.switchToThread(threadId);
  await waitFor(() => expect(again.thread.getState().messages).toEqual(first.thread.getState().messages));
  expect(again.thread.getState().messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
  const branches = again.thread.getMessageByIndex(0).getState();
  expect(branches).toMatchObject({ branchCount: 2, branchNumber: 2 });
  again.thread.getMessageByIndex(0).switchToBranch({ position: 'previous' });
  await waitFor(() => expect(again.thread.getState().messages[0]).toEqual(asked));
  expect(again.thread.getState().messages).toHaveLength(4);
});

test('[N1] files, thoughts and calls of tools of assistant-ui come back, and [N2] every client reads them', async () => {
  const store = createMemoryThreadStore();
  const first = await open(store, withTool);
  first.thread.append({
    role: 'user',
    content: [{ type: 'text', text: 'How warm is it here?' }],
    attachments: [
      {
        id: 'place.txt',
        type: 'document',
        name: 'place.txt',
        contentType: 'text/plain',
        // What assistant-ui's own attachment adapters leave there, too.
        file: new File(['Lisbon'], 'place.txt'),
        content: [{ type: 'text', text: 'Lisbon' }],
        status: { type: 'complete' },
      },
    ],
  });
  await waitFor(() => expect(words(first)).toHaveLength(2));
  await idle(first);
  const [asked, answered] = first.thread.getState().messages;
  const threadId = (await store.listThreads({})).items[0]?.threadId ?? '';

  const again = await open(store);
  await again.threads.switchToThread(threadId);
  await waitFor(() => expect(again.thread.getState().messages[1]).toEqual(answered));
  const [askedAgain] = again.thread.getState().messages;
  const attachments = asked?.attachments?.map(({ file: _, ...attachment }) => attachment);
  expect(askedAgain).toEqual({ ...asked, attachments });
  expect(askedAgain?.attachments?.[0]).not.toHaveProperty('file');

  const { items } = await store.listItems({ threadId });
  const plain = items.map(({ item }) => item).filter(({ type }) => !type.startsWith('chat'));
  expect(plain).toMatchObject([
    { type: 'userMessage', content: [{ text: 'How warm is it here?' }] },
    { type: 'reasoning', content: ['The weather is asked.'] },
    { type: 'dynamicToolCall', tool: 'weather', arguments: { city: 'Lisbon' }, status: 'completed' },
    { type: 'dynamicToolCall', tool: 'moon', status: 'failed' },
    { type: 'agentMessage', text: 'It is 21 degrees.' },
  ]);
});

test('[N4] the turn of an answer that was stopped, or that failed, says so', async () => {
  const store = createMemoryThreadStore();
  const runtime = await open(store, endless);
  runtime.thread.append('Go on');
  await waitFor(() => expect(words(runtime)).toEqual(['Go on', 'and on']));
  runtime.thread.cancelRun();
  await idle(runtime);
  const threadId = (await store.listThreads({})).items[0]?.threadId ?? '';
  await waitFor(async () => {
    const { turns } = await store.listTurns({ threadId });
    expect(turns.map(({ status }) => status)).toEqual(['interrupted']);
  });

  const history = createThreadHistoryAdapter(store, threadId);
  const { messages } = await history.load();
  const [asked, answered] = messages;
  if (asked === undefined || answered === undefined) throw new Error('two messages were there');
  expect(answered.message.status).toEqual({ type: 'incomplete', reason: 'cancelled' });
  const anew = { ...asked.message, id: 'asked-anew' };
  const failed = { ...answered.message, id: 'failed', status: { type: 'incomplete', reason: 'error' } };
  await history.append({ parentId: answered.message.id, message: anew });
  await history.append({ parentId: anew.id, message: failed as ThreadMessage });
  const { turns } = await store.listTurns({ threadId });
  expect(turns.map(({ status }) => status)).toEqual(['failed', 'interrupted']);
});

test('[N2] its text is what every client of the store reads', async () => {
  const store = createMemoryThreadStore();
  const runtime = await open(store);
  await say(runtime, 'How warm is it?', 2);
  const threadId = (await store.listThreads({})).items[0]?.threadId ?? '';
  const { turns } = await store.listTurns({ threadId });
  expect(turns).toMatchObject([
    {
      status: 'completed',
      items: [
        { type: 'userMessage', content: [{ text: 'How warm is it?' }] },
        { type: 'agentMessage', text: 'How warm is it? It is 21 degrees.' },
      ],
    },
  ]);
});

test('[N7] its list of threads is the store’s, with names, the archive and deletion', async () => {
  const store = createMemoryThreadStore();
  const runtime = await open(store);
  await say(runtime, 'first', 2);
  await runtime.threads.switchToNewThread();
  await say(runtime, 'second', 2);
  await waitFor(async () => {
    const { items } = await store.listThreads({});
    expect(items.map(({ preview }) => preview).toSorted()).toEqual(['first', 'second']);
  });
  const again = await open(store);
  await waitFor(() => expect(again.threads.getState().threadIds).toHaveLength(2));
  const item = again.threads.getItemById(again.threads.getState().threadIds[0] ?? '');
  const { remoteId: threadId = '' } = item.getState();
  await item.rename('renamed');
  expect(await store.readThread({ threadId })).toMatchObject({ name: 'renamed' });
  await item.archive();
  expect((await store.listThreads({ archived: true })).items).toMatchObject([{ threadId }]);
  await item.unarchive();
  await item.delete();
  expect((await store.listThreads({})).items).toHaveLength(1);
});

test('[N7] a list of many threads is read page by page, the archived ones last', async () => {
  const store = createMemoryThreadStore();
  for (const threadId of ['a', 'b', 'c', 'd', 'e']) {
    const thread = await LiveThread.start(store, { threadId, modelProvider: 'mock' });
    await (await thread.startTurn(threadId)).complete();
    await thread.close();
    if (threadId < 'c') await store.archiveThread({ threadId });
  }
  const adapter = createThreadListAdapter(store, { pageSize: 2 });
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await adapter.list({ after });
    expect(page.threads.length).toBeLessThanOrEqual(2);
    seen.push(...page.threads.map(({ remoteId, status }) => `${remoteId} ${status}`));
    after = page.nextCursor;
  } while (after !== undefined);
  expect(seen.toSorted()).toEqual(['a archived', 'b archived', 'c regular', 'd regular', 'e regular']);
  expect(seen.slice(3).every((line) => line.endsWith('archived'))).toBe(true);
  expect(await adapter.fetch('a')).toMatchObject({ remoteId: 'a', status: 'archived', title: 'a' });
});

test('[N1] messages in the format of another library come back, in their own thread also when another is shown meanwhile', async () => {
  const store = createMemoryThreadStore();
  let history: ThreadHistoryAdapter | undefined;
  const runtime = await open(store, model, (adapters) => (history = adapters));
  await say(runtime, 'first', 2);
  await runtime.threads.switchToNewThread();
  await say(runtime, 'second', 2);
  const [second, first] = (await store.listThreads({ sortKey: 'recencyAt' })).items.map(
    ({ threadId }) => threadId,
  );
  if (first === undefined || second === undefined) throw new Error('two threads were there');

  const formatted = history?.withFormat?.(withParts);
  const showing = async () => {
    const page = await history?.withFormat?.(withParts).load();
    return page?.messages[0]?.message.parts[0]?.text;
  };
  await waitFor(async () => expect(await showing()).toBe('second'));
  formatted?.pin?.();
  await runtime.threads.switchToThread(first);
  await waitFor(async () => expect(await showing()).toBe('first'));
  const question = { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Hello?' }] };
  const answer = { id: 'a', role: 'assistant', parts: [{ type: 'text', text: 'Hello.' }] };
  await formatted?.append({ parentId: null, message: question });
  await formatted?.append({ parentId: 'q', message: answer });

  const kept = createThreadHistoryAdapter(store, second).withFormat?.(withParts);
  expect((await kept?.load())?.messages.slice(-2)).toEqual([
    { parentId: null, message: question },
    { parentId: 'q', message: answer },
  ]);
  const other = await formatted?.load();
  expect(other?.messages.map(({ message }) => message.id)).not.toContain('q');
});

test('[N5] a thread of another client reads as messages', async () => {
  const store = createMemoryThreadStore();
  const thread = await LiveThread.start(store, { threadId: 'chat', modelProvider: 'mock' });
  const turn = await thread.startTurn('List the files.');
  turn.upsert({ type: 'plan', id: 'p', text: 'ls' });
  turn.upsert({ type: 'agentMessage', id: 'm', text: 'There are two.' });
  await turn.complete();
  await thread.close();
  const { messages } = await createThreadHistoryAdapter(store, 'chat').load();
  expect(messages.map(({ message }) => message.content)).toMatchObject([
    [{ type: 'text', text: 'List the files.' }],
    [
      { type: 'data', name: 'plan' },
      { type: 'text', text: 'There are two.' },
    ],
  ]);
  expect(messages[1]?.parentId).toBe(messages[0]?.message.id);
});

const model: ChatModelAdapter = {
  async *run({ messages }) {
    const question = messages
      .at(-1)
      ?.content.map((part) => (part.type === 'text' ? part.text : ''))
      .join('');
    for (const answer of ['It is', 'It is 21 degrees.']) {
      await Promise.resolve();
      yield { content: [{ type: 'text', text: `${question} ${answer}` }] };
    }
  },
};

const withTool: ChatModelAdapter = {
  async *run() {
    const call = { type: 'tool-call', args: { city: 'Lisbon' }, argsText: '{"city":"Lisbon"}' } as const;
    await Promise.resolve();
    yield {
      content: [
        { type: 'reasoning', text: 'The weather is asked.' },
        { ...call, toolCallId: 'call-1', toolName: 'weather', result: { degrees: 21 } },
        { ...call, toolCallId: 'call-2', toolName: 'moon', result: 'It is behind a cloud.', isError: true },
        { type: 'text', text: 'It is 21 degrees.' },
      ],
    };
  },
};

interface MessageOfParts {
  id: string;
  role: string;
  parts: { type: string; text: string }[];
}

const withParts: MessageFormatAdapter<MessageOfParts, Record<string, unknown>> = {
  format: 'of-parts',
  encode: ({ message: { id: _, ...message } }) => message,
  decode: ({ id, parent_id: parentId, content }) => ({
    parentId,
    message: { id, ...content } as MessageOfParts,
  }),
  getId: ({ id }) => id,
};

/** Says something, and no more until it is stopped. */
const endless: ChatModelAdapter = {
  async *run({ abortSignal }) {
    yield { content: [{ type: 'text', text: 'and on' }] };
    await new Promise((resolve) => abortSignal.addEventListener('abort', resolve));
  },
};

/** A real runtime on a store, below its provider, in StrictMode. */
async function open(
  store: ThreadStoreClient,
  answers = model,
  onHistory?: (history: ThreadHistoryAdapter | undefined) => void,
): Promise<AssistantRuntime> {
  let opened: AssistantRuntime | undefined;
  const onReady = (runtime: AssistantRuntime) => void (opened = runtime);
  const adapter = createThreadListAdapter(store);
  // As a runtime whose messages another library has: one place for whichever thread is shown.
  const Place = () => {
    const adapters = adapter.unstable_useAdapters?.();
    useEffect(() => {
      onHistory?.(adapters?.history);
    }, [adapters]);
    return null;
  };
  const App = () => {
    const runtime = useRemoteThreadListRuntime({ adapter, runtimeHook: () => useLocalRuntime(answers) });
    useEffect(() => onReady(runtime), [runtime]);
    return h(AssistantRuntimeProvider, { runtime }, h(Place));
  };
  const page = document.body.appendChild(document.createElement('div'));
  const root = createRoot(page);
  root.render(h(StrictMode, null, h(App)));
  onTestFinished(() => {
    root.unmount();
    page.remove();
  });
  return waitFor(() => opened ?? Promise.reject(new Error('not ready')));
}

/** Sends a message, and waits until it was answered and kept. */
async function say(runtime: AssistantRuntime, text: string, count: number): Promise<void> {
  runtime.thread.append(text);
  await waitFor(() => expect(words(runtime)).toHaveLength(count));
  await idle(runtime);
}

async function idle(runtime: AssistantRuntime): Promise<void> {
  const isComplete = ({ role, status }: ThreadMessage) => role === 'user' || status?.type !== 'running';
  await waitFor(() => expect(runtime.thread.getState().messages.every(isComplete)).toBe(true));
  await waitFor(() => expect(runtime.thread.getState().isRunning).toBe(false));
}

function words(runtime: AssistantRuntime): string[] {
  return runtime.thread
    .getState()
    .messages.map(({ content }) => content.map((part) => (part.type === 'text' ? part.text : '')).join(''));
}
