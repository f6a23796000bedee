import { createMemoryThreadStore } from 'idb-thread-store/memory';
import { describe, expect, test } from 'vitest';
import { serveAppServer, type WebSocketLike } from '../../../src/app-server/serve-app-server.ts';
import { aMoment, until } from './clients.ts';
import { rolloutFile, threadIdOf } from './rollout-text.ts';

/** One end of a connection that carries text both ways. */
class FakeSocket extends EventTarget implements WebSocketLike {
  peer: FakeSocket | undefined;

  send(text: string): void {
    if (typeof text !== 'string') throw new TypeError('only text');
    queueMicrotask(() => this.peer?.dispatchEvent(new MessageEvent('message', { data: text })));
  }

  static pair(): [FakeSocket, FakeSocket] {
    const [one, other] = [new FakeSocket(), new FakeSocket()];
    one.peer = other;
    other.peer = one;
    return [one, other];
  }
}

const threadId = threadIdOf(1);
const initialize = { id: 0, method: 'initialize', params: { clientInfo: { name: 'test', version: '1' } } };

async function servedStore() {
  const store = createMemoryThreadStore();
  await store.importRollouts([rolloutFile({ threadId })]);
  return store;
}

describe.each(['MessagePort', 'WebSocket'] as const)('a client at the other end of a %s', (kind) => {
  async function open() {
    const store = await servedStore();
    const heard: { id?: unknown; method?: string; error?: { code: number }; result?: object }[] = [];
    if (kind === 'MessagePort') {
      const { port1, port2 } = new MessageChannel();
      const stop = serveAppServer(store, port1);
      port2.addEventListener('message', ({ data }) => heard.push(data));
      port2.start();
      const close = () => (port1.close(), port2.close());
      return { store, heard, stop, close, send: (message: unknown) => port2.postMessage(message) };
    }
    const [here, there] = FakeSocket.pair();
    const stop = serveAppServer(store, here);
    there.addEventListener('message', (event) => {
      if (event instanceof MessageEvent) heard.push(JSON.parse(String(event.data)));
    });
    return {
      store,
      heard,
      stop,
      close: () => here.dispatchEvent(new Event('close')),
      send: (message: unknown) => there.send(typeof message === 'string' ? message : JSON.stringify(message)),
    };
  }

  test('[A18] gets the answer to each request by its id', async () => {
    const { heard, send, stop, close } = await open();
    send(initialize);
    send({ method: 'initialized' });
    send({ id: 'one', method: 'thread/list', params: {} });
    send({ id: 2, method: 'thread/read', params: { threadId } });
    await until(() => heard.length === 3);
    expect(new Set(heard.map(({ id }) => id))).toEqual(new Set([0, 2, 'one']));
    expect(heard.find(({ id }) => id === 'one')).toMatchObject({ result: { data: [{ id: threadId }] } });
    stop();
    close();
  });

  test('[A18] hears of changes until it is stopped', async () => {
    const { store, heard, send, stop, close } = await open();
    send(initialize);
    send({ id: 1, method: 'thread/list', params: {} });
    await until(() => heard.length === 2);
    await store.archiveThread({ threadId });
    await until(() => heard.length === 3);
    expect(heard[2]).toMatchObject({ method: 'thread/archived', params: { threadId } });
    expect(heard[2]).not.toHaveProperty('id');
    stop();
    await store.unarchiveThread({ threadId });
    send({ id: 3, method: 'thread/list', params: {} });
    await aMoment();
    expect(heard).toHaveLength(3);
    close();
  });

  test('[A18] gets an error for what is no request, and nothing for what wants no answer', async () => {
    const { heard, send, stop, close } = await open();
    for (const message of ['garbage', '', 5, null, [], {}, { id: 7 }, { id: 1.5, method: 'x' }])
      send(message);
    await until(() => heard.length === 8);
    expect(heard.every(({ error }) => error?.code === -32600)).toBe(true);
    expect(heard.map(({ id }) => id)).toEqual([null, null, null, null, null, null, 7, null]);
    for (const message of [{ method: 'initialized' }, { id: 5, result: {} }, { id: 5, error: {} }])
      send(message);
    await aMoment();
    expect(heard).toHaveLength(8);
    stop();
    close();
  });
});

test('[A18] a socket that closes is served no more', async () => {
  const store = await servedStore();
  const [here, there] = FakeSocket.pair();
  let heard = 0;
  there.addEventListener('message', () => heard++);
  serveAppServer(store, here);
  there.send(JSON.stringify(initialize));
  await until(() => heard === 1);
  here.dispatchEvent(new Event('close'));
  there.send(JSON.stringify(initialize));
  await aMoment();
  expect(heard).toBe(1);
});
