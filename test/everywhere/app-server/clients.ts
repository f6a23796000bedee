import type { ThreadStore, ThreadStoreClient } from 'idb-thread-store';
import { createMemoryThreadStore } from 'idb-thread-store/memory';
import {
  createAppServer,
  type AppServer,
  type AppServerOptions,
} from '../../../src/app-server/create-app-server.ts';
import type { RpcError, RpcNotification } from '../../../src/app-server/json-rpc.ts';
import { openFreshDirectStore } from '../../support/stores.ts';

/** Every store that the face is tried over. */
export const stores: { name: string; open: () => Promise<ThreadStoreClient> }[] = [
  { name: 'memory', open: () => Promise.resolve(createMemoryThreadStore()) },
  { name: 'IndexedDB', open: openFreshDirectStore },
];

/** An answer, in a form that tests can look into. */
export interface Answer {
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into results of every method.
  result?: any;
  error?: RpcError;
}

/** A client that has introduced itself. */
export interface Client {
  server: AppServer;
  call: (method: string, params?: unknown) => Promise<Answer>;
  /** What it was told so far, by method, with the parameters; oldest first. */
  told: RpcNotification[];
}

/** Makes a client of a store. */
export async function connect(
  store: ThreadStore,
  {
    experimentalApi = true,
    optOut,
    ...options
  }: AppServerOptions & { experimentalApi?: boolean; optOut?: string[] } = {},
): Promise<Client> {
  const server = createAppServer(store, options);
  const told: RpcNotification[] = [];
  server.onNotification((notification) => told.push(notification));
  let id = 0;
  const call = async (method: string, params?: unknown): Promise<Answer> => {
    const answer = await server.handle({ id: ++id, method, params });
    if (answer.id !== id) throw new Error(`answer ${String(answer.id)} to request ${id}`);
    return answer;
  };
  const capabilities = { experimentalApi, optOutNotificationMethods: optOut };
  await call('initialize', { clientInfo: { name: 'test', title: null, version: '1' }, capabilities });
  return { server, call, told };
}

/** Waits until something is so, at most about a second. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !isSo(); tries++) await new Promise((done) => setTimeout(done, 5));
  if (!isSo()) throw new Error('it did not become so');
}

/** Waits a moment, for what should not come. */
export function aMoment(): Promise<void> {
  return new Promise((done) => setTimeout(done, 50));
}
