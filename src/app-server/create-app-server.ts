import type * as v from 'valibot';
import type { ThreadStore } from '../contract/thread-store.ts';
import { ChangeTeller } from './change-teller.ts';
import { methods0130 } from './dialect-0130.ts';
import { methodsLatest } from './dialect-latest.ts';
import { toRpcFailure } from './errors-to-rpc.ts';
import type { RpcNotification, RpcRequest, RpcResponse } from './json-rpc.ts';
import { parseRequest } from './read-message.ts';
import { initializeAnswer, initializeParams } from './methods/initialize.ts';
import { checkParams, describeIssue } from './params.ts';
import type { Method, MethodContext } from './method.ts';
import type { Protocol } from './protocol.ts';
import { invalidRequest } from './rpc-failure.ts';
import { can } from './store-capabilities.ts';

/** How to answer. */
export interface AppServerOptions {
  /** Whose words and shapes: 0.130's, or today's. Default `latest`. */
  protocol?: Protocol | undefined;
  /** What `initialize` calls the home of Codex, and what stands before paths. Default `/home/user/.codex`. */
  codexHome?: string | undefined;
}

/** The app-server's history, for ONE client: what it says of itself in `initialize` holds for all that follows. */
export interface AppServer {
  /**
   * Answers a message. Whatever comes in, it gives one answer and never throws; a message that is no request gets an
   * error, with its `id` where it has one and `null` where not.
   */
  handle(message: unknown): Promise<RpcResponse>;
  /**
   * Calls `listener` with what the client is to be told without asking, from `initialize` on (contract §3.3). Only a
   * store with `subscribe` tells what others change; without it the client hears of its own changes.
   * @returns ends it
   */
  onNotification(listener: (notification: RpcNotification) => void): () => void;
}

const DEFAULT_HOME = '/home/user/.codex';

/**
 * Answers the history part of the app-server's protocol over any store (contract §3).
 * @example
 * const server = createAppServer(store);
 * await server.handle({ id: 0, method: 'initialize', params: { clientInfo: { name: 'viewer', version: '1' } } });
 * await server.handle({ id: 1, method: 'thread/list', params: { limit: 10 } });
 */
export function createAppServer(store: ThreadStore, options: AppServerOptions = {}): AppServer {
  return new StoreAppServer(store, options.protocol ?? 'latest', options.codexHome ?? DEFAULT_HOME);
}

type Client = v.InferOutput<typeof initializeParams>;

class StoreAppServer implements AppServer {
  readonly #store: ThreadStore;
  readonly #protocol: Protocol;
  readonly #home: string;
  readonly #methods: ReadonlyMap<string, Method>;
  readonly #changes: ChangeTeller;
  readonly #listeners = new Set<(notification: RpcNotification) => void>();
  #client: Client | undefined;
  #unsubscribe: (() => void) | undefined;

  constructor(store: ThreadStore, protocol: Protocol, home: string) {
    this.#store = store;
    this.#protocol = protocol;
    this.#home = home;
    const methods = protocol === '0.130' ? methods0130 : methodsLatest;
    this.#methods = new Map(methods.map((method) => [method.name, method]));
    this.#changes = new ChangeTeller(store, protocol, (notification) => this.#notify(notification));
  }

  async handle(message: unknown): Promise<RpcResponse> {
    let id: RpcResponse['id'] = null;
    try {
      const parsed = parseRequest(message);
      if (!('request' in parsed)) {
        id = parsed.id;
        throw describeIssue(parsed.issue, message);
      }
      id = parsed.request.id;
      return { id, result: await this.#answer(parsed.request) };
    } catch (error) {
      const words = {
        method: 'the request',
        protocol: this.#protocol,
        unknownThread: () => invalidRequest('unknown thread'),
      };
      return { id, error: toRpcFailure(error, words).toRpcError() };
    }
  }

  onNotification(listener: (notification: RpcNotification) => void): () => void {
    // A function of its own, so that the same listener may be added twice and removed once.
    const own = (notification: RpcNotification) => listener(notification);
    this.#listeners.add(own);
    if (can(this.#store, 'subscribe'))
      this.#unsubscribe ??= this.#store.subscribe((event) => this.#changes.take(event));
    return () => {
      this.#listeners.delete(own);
      if (this.#listeners.size > 0) return;
      this.#unsubscribe?.();
      this.#unsubscribe = undefined;
    };
  }

  #answer({ method, params }: RpcRequest): Promise<object> | object {
    if (method === 'initialize') return this.#initialize(params);
    const known = this.#methods.get(method);
    if (!known) {
      const names = ['initialize', ...this.#methods.keys()].join(', ');
      throw invalidRequest(
        `Invalid request: unknown method \`${method.slice(0, 100)}\`; this server has ${names}`,
      );
    }
    return known.answer(this.#context(), params);
  }

  #initialize(params: unknown): object {
    const client = checkParams(initializeParams, params);
    if (this.#client) throw invalidRequest('Already initialized');
    this.#client = client;
    return initializeAnswer(client, this.#home);
  }

  #context(): MethodContext {
    if (!this.#client) throw invalidRequest('Not initialized');
    return {
      store: this.#store,
      protocol: this.#protocol,
      home: this.#home,
      experimentalApi: this.#client.capabilities?.experimentalApi ?? false,
      clientName: this.#client.clientInfo.name,
      changes: this.#changes,
    };
  }

  #notify(notification: RpcNotification): void {
    const optedOut = this.#client?.capabilities?.optOutNotificationMethods ?? [];
    if (!this.#client || optedOut.includes(notification.method)) return;
    const dated = this.#protocol === '0.130' ? notification : { ...notification, emittedAtMs: Date.now() };
    for (const listener of this.#listeners) {
      try {
        listener(dated);
      } catch (error) {
        globalThis.reportError?.(error);
      }
    }
  }
}
