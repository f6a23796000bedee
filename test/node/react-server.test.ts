import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { ThreadStoreProvider, useThreadStore, useTurns } from 'idb-thread-store/react';
import { createElement as h } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';

test('[U9] a server opens no store, and renders what is shown until there is one', () => {
  const open = () => Promise.reject(new Error('a server has none'));
  const html = renderToString(h(ThreadStoreProvider, { open, fallback: h('p', null, 'opening') }, h(View)));
  expect(html).toBe('<p>opening</p>');
});

test('[U9] what reads a store without a provider is told to put one around', () => {
  const Lost = () => JSON.stringify(useThreadStore());
  expect(() => renderToString(h(Lost))).toThrow('put a <ThreadStoreProvider> around');
});

test('[U9] a server that has a store renders views that have read nothing yet', () => {
  const html = renderToString(h(ThreadStoreProvider, { store: createMemoryThreadStore() }, h(View)));
  expect(html).toBe('<output>false</output>');
});

function View() {
  return h('output', null, String(useTurns('thread').loaded));
}
