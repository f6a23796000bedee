/** Every entry of the package that runs in a page, each doing one thing of its own. */
import { createMessageLog } from 'idb-thread-store/ai-sdk';
import { createAppServer } from 'idb-thread-store/app-server';
import { createThreadListAdapter } from 'idb-thread-store/assistant-ui';
import { openDirectThreadStore } from 'idb-thread-store/direct';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { ThreadStoreProvider, useTurns } from 'idb-thread-store/react';
import { createChatPersistence } from 'idb-thread-store/tanstack-ai';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

/** @param {import('idb-thread-store').ThreadStoreClient} store with two threads, `a-thread` one of them, of five turns */
export async function useEntries(store) {
  const { threads } = await createThreadListAdapter(store).list();
  same(threads.length, 2, 'assistant-ui lists threads');

  const direct = await openDirectThreadStore();
  same((await direct.listThreads({})).items.length, 2, 'the direct store lists threads');
  await direct.close();

  const server = createAppServer(store);
  const clientInfo = { name: 'fixture', version: '1' };
  await server.handle({ id: 1, method: 'initialize', params: { clientInfo } });
  const answer = await server.handle({ id: 2, method: 'thread/list', params: {} });
  same(
    'result' in answer && JSON.stringify(answer.result).includes('a-thread'),
    true,
    'the app server lists',
  );

  const memory = createMemoryThreadStore();
  await createMessageLog(memory).save('a-chat', [
    { id: 'q', role: 'user', parts: [{ type: 'text', text: 'Which is it?' }] },
  ]);
  const chat = await createChatPersistence(memory).getItem('a-chat');
  same(JSON.stringify(chat).includes('Which is it?'), true, 'TanStack AI reads what the AI SDK wrote');

  const shown = document.body.appendChild(document.createElement('div'));
  const root = createRoot(shown);
  root.render(createElement(ThreadStoreProvider, { store }, createElement(Count)));
  while (shown.textContent !== '5 turns') await new Promise((resolve) => setTimeout(resolve, 10));
  root.unmount();
}

function Count() {
  return `${useTurns('a-thread').turns.length} turns`;
}

/**
 * @param {unknown} found
 * @param {unknown} wanted
 * @param {string} what
 */
function same(found, wanted, what) {
  if (found !== wanted) throw new Error(`${what}: ${String(found)} instead of ${String(wanted)}`);
}
