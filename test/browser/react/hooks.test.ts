import { LiveThread, type ThreadStoreClient, ThreadStoreError } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { ThreadStoreProvider, useItems, useThreads, useThreadStore, useTurns } from 'idb-thread-store/react';
import {
  Component,
  createElement as h,
  type ReactNode,
  startTransition,
  StrictMode,
  Suspense,
  useLayoutEffect,
} from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { expect, onTestFinished, test } from 'vitest';
import { waitFor } from '../../support/wait-for.ts';
import { importTurns, threadId, watchCalls } from '../../everywhere/react/numbered-turns.ts';

test('[U7] views of the same turns share them and never differ, and StrictMode reads nothing twice', async () => {
  const store = await storeOf(30);
  const calls = watchCalls(store, 'listTurns');
  const seen: string[] = [];
  const Count = () => {
    const { turns } = useTurns(threadId);
    useLayoutEffect(() => {
      seen.push([...document.querySelectorAll('output')].map((output) => output.textContent).join());
    });
    return h('output', null, turns.length);
  };
  const { page } = show(store, h('div', null, h(Count), h(Count), h('p', null, h(Count))));
  await waitFor(() => expect(page.textContent).toBe('202020'));
  expect(calls).toHaveLength(1);

  const thread = await LiveThread.resume(store, { threadId, writeIntervalMs: 0 });
  for (let number = 0; number < 10; number++) await (await thread.startTurn(`${number}`)).complete();
  await thread.close();
  await waitFor(() => expect(page.textContent).toBe('303030'));
  expect(seen.length).toBeGreaterThan(10);
  for (const counts of seen) expect(new Set(counts.split(',')).size).toBe(1);
});

test('[U7] what changes while React renders many views bit by bit, all of them show or none', async () => {
  const store = await storeOf(30);
  let loadOlder = () => {};
  const First = () => {
    const view = useTurns(threadId);
    useLayoutEffect(() => {
      ({ loadOlder } = view);
    });
    return view.turns.length;
  };
  // In a root of its own: an update in the other one would begin its rendering anew.
  const { page: first } = show(store, h(First));
  await waitFor(() => expect(first.textContent).toBe('20'));

  const rendered: number[] = [];
  const shown: string[] = [];
  const Slow = () => {
    const { turns } = useTurns(threadId);
    useLayoutEffect(() => {
      shown.push([...document.querySelectorAll('output')].map((output) => output.textContent).join());
    });
    if (rendered.push(turns.length) === 3) queueMicrotask(loadOlder);
    beSlow();
    return h('output', null, turns.length);
  };
  const { page, root } = mount();
  const views = Array.from({ length: 8 }, (_, key) => h(Slow, { key }));
  startTransition(() => root.render(h(StrictMode, null, h(ThreadStoreProvider, { store }, views))));
  await waitFor(() => expect(page.textContent).toBe('30'.repeat(8)));
  // The first ones were rendered before the change, and the others after it.
  expect(rendered.slice(0, 3)).toEqual([20, 20, 20]);
  expect(rendered.indexOf(30)).toBeLessThan(2 * views.length);
  for (const counts of shown) expect(new Set(counts.split(',')).size).toBe(1);
});

test('[U1] the hooks read threads, turns and items, and follow what is written', async () => {
  const store = createMemoryThreadStore();
  const Items = ({ turnId }: { turnId: string }) => {
    const { items } = useItems(threadId, { turnId });
    return h(
      'ul',
      null,
      items.map(({ itemId, item }) => h('li', { key: itemId }, String(Reflect.get(item, 'text')))),
    );
  };
  const Threads = () => {
    const { threads, loaded } = useThreads();
    const { turns } = useTurns(threadId);
    if (!loaded) return 'reading';
    return h(
      'main',
      null,
      `${threads.length} threads`,
      turns.map(({ turnId }) => h(Items, { key: turnId, turnId })),
    );
  };
  const { page } = show(store, h(Threads));
  expect(page.textContent).toBe('reading');
  await waitFor(() => expect(page.textContent).toBe('0 threads'));
  const thread = await LiveThread.start(store, { threadId, modelProvider: 'mock', writeIntervalMs: 0 });
  const turn = await thread.startTurn([]);
  for (const text of ['a', 'ab', 'abc']) turn.upsert({ type: 'agentMessage', id: 'answer', text });
  await waitFor(() => expect(page.textContent).toBe('1 threadsabc'));
  await thread.close();
});

test('[U5] the threads stay the same array while only a page of them is on its way', async () => {
  const store = await storeOf(1);
  for (const end of [2, 3]) await importTurns(store, 1, `${threadId.slice(0, -1)}${end}`);
  const seen: { count: number; isLoading: boolean; array: unknown }[] = [];
  const View = () => {
    const { threads, loadingOlder, loadOlder } = useThreads({ pageSize: 2 });
    useLayoutEffect(() => {
      seen.push({ count: threads.length, isLoading: loadingOlder, array: threads });
    });
    return h('button', { onClick: loadOlder }, threads.length);
  };
  const { page } = show(store, h(View));
  await waitFor(() => expect(page.textContent).toBe('2'));
  page.querySelector('button')?.click();
  await waitFor(() => expect(page.textContent).toBe('3'));
  const two = seen.filter(({ count }) => count === 2);
  expect(two.map(({ isLoading }) => isLoading)).toContain(true);
  expect(new Set(two.map(({ array }) => array)).size).toBe(1);
});

test('[U3] turns that nobody shows any more are let go, and begin anew at the newest', async () => {
  const store = await storeOf(50);
  const subscribe = store.subscribe.bind(store);
  let subscribers = 0;
  store.subscribe = (listener) => {
    const unsubscribe = subscribe(listener);
    subscribers++;
    return () => {
      subscribers--;
      unsubscribe();
    };
  };
  const View = () => {
    const { turns, loadOlder } = useTurns(threadId);
    return h('button', { onClick: loadOlder }, turns.length);
  };
  const { page, render } = show(store, h(View));
  await waitFor(() => expect(page.textContent).toBe('20'));
  page.querySelector('button')?.click();
  await waitFor(() => expect(page.textContent).toBe('40'));
  expect(subscribers).toBe(1);
  render('nothing');
  await waitFor(() => expect(subscribers).toBe(0));
  render(h(View));
  await waitFor(() => expect(page.textContent).toBe('20'));
});

test('[U8] a view that suspends waits for the first page, and renders it at once', async () => {
  const store = await storeOf(30);
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  const listTurns = store.listTurns.bind(store);
  store.listTurns = (params) => asked.then(() => listTurns(params));
  const rendered: number[] = [];
  const View = () => {
    const { turns } = useTurns(threadId, { suspense: true });
    rendered.push(turns.length);
    return turns.length;
  };
  const { page } = show(store, h(Suspense, { fallback: 'waiting' }, h(View)));
  expect(page.textContent).toBe('waiting');
  answer();
  await waitFor(() => expect(page.textContent).toBe('20'));
  expect(new Set(rendered)).toEqual(new Set([20]));
});

test('[U8] an error of a view that suspends goes to the next boundary, from which it can begin anew', async () => {
  const store = createMemoryThreadStore();
  const View = () => useTurns(threadId, { suspense: true }).turns.length;
  const boundary = h(Boundary, null, h(Suspense, { fallback: 'waiting' }, h(View)));
  const { page } = show(store, boundary);
  await waitFor(() => expect(page.textContent).toBe('thread_not_found'));
  await importTurns(store, 3);
  await waitFor(() => {
    page.querySelector('button')?.click();
    expect(page.textContent).toBe('3');
  });
});

test('[U9] the provider opens a store and closes it, and tries again when it is told to', async () => {
  const opened: ThreadStoreClient[] = [];
  let fails = true;
  const open = async ({ signal }: { signal: AbortSignal }) => {
    await Promise.resolve();
    signal.throwIfAborted();
    if (fails) throw new ThreadStoreError('unavailable', 'not now');
    const store = createMemoryThreadStore();
    opened.push(store);
    return store;
  };
  const View = () => (opened.at(-1) === useThreadStore() ? 'open' : 'another');
  const renderError = (error: ThreadStoreError, retry: () => void) =>
    h('button', { onClick: retry }, error.code);
  const { page, render } = mount();
  render(h(ThreadStoreProvider, { open, fallback: 'opening', renderError }, h(View)));
  expect(page.textContent).toBe('opening');
  await waitFor(() => expect(page.textContent).toBe('unavailable'));
  fails = false;
  page.querySelector('button')?.click();
  await waitFor(() => expect(page.textContent).toBe('open'));
  expect(opened).toHaveLength(1);
  render('nothing');
  await waitFor(async () => {
    await expect(opened[0]?.status()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

class Boundary extends Component<{ children?: ReactNode }, { error?: unknown }> {
  override state: { error?: unknown } = {};

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const code = error instanceof ThreadStoreError ? error.code : 'another error';
    return h('button', { onClick: () => this.setState({ error: undefined }) }, code);
  }
}

async function storeOf(count: number): Promise<ThreadStoreClient> {
  const store = createMemoryThreadStore();
  await importTurns(store, count);
  return store;
}

/** Renders below a provider of a store. */
function show(store: ThreadStoreClient, node: ReactNode) {
  const { page, render } = mount();
  const renderBelow = (below: ReactNode) => render(h(ThreadStoreProvider, { store }, below));
  renderBelow(node);
  return { page, render: renderBelow };
}

/** Takes longer than React renders before it lets others work. */
function beSlow(): void {
  const end = performance.now() + 10;
  while (performance.now() < end);
}

/** A place in the page to render to, in StrictMode. */
function mount() {
  const page = document.body.appendChild(document.createElement('div'));
  const root = createRoot(page, { onCaughtError: () => undefined });
  onTestFinished(() => {
    root.unmount();
    page.remove();
  });
  return { page, root, render: (node: ReactNode) => flushSync(() => root.render(h(StrictMode, null, node))) };
}
