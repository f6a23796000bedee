import type { ThreadStore } from '../contract/thread-store.ts';
import { createAppServer, type AppServerOptions } from './create-app-server.ts';
import { wantsNoAnswer } from './read-message.ts';

/** What messages arrive at. */
interface MessageTarget {
  addEventListener(type: 'message' | 'close', listener: (event: Event) => void): void;
  removeEventListener(type: 'message' | 'close', listener: (event: Event) => void): void;
}

/** A MessagePort, a Worker, or a worker's own global scope: messages are objects. */
export interface MessagePortLike extends MessageTarget {
  postMessage(message: unknown): void;
  /** A MessagePort gives nothing before it is started. */
  start?(): void;
}

/** A WebSocket, or what looks like one: messages are JSON text. */
export interface WebSocketLike extends MessageTarget {
  send(text: string): void;
}

/**
 * Serves a store to the client at the other end of a port or socket, which gets answers and notifications as from the
 * real app-server. Each end needs a call of its own.
 * @returns ends it; the port stays open
 */
export function serveAppServer(
  store: ThreadStore,
  port: MessagePortLike | WebSocketLike,
  options?: AppServerOptions,
): () => void {
  const server = createAppServer(store, options);
  const isSocket = !('postMessage' in port);
  const send = (message: object) => {
    try {
      if (isSocket) port.send(JSON.stringify(message));
      else port.postMessage(message);
    } catch (error) {
      // A socket that is closing takes no more; whoever is gone needs no answer.
      globalThis.reportError?.(error);
    }
  };
  const receive = async (event: Event) => {
    const data: unknown = 'data' in event ? event.data : undefined;
    const message = typeof data === 'string' ? parseJson(data) : data;
    if (!wantsNoAnswer(message)) send(await server.handle(message));
  };
  const onMessage = (event: Event) => void receive(event);
  const stopTelling = server.onNotification(send);
  const stop = () => {
    stopTelling();
    port.removeEventListener('message', onMessage);
    port.removeEventListener('close', stop);
  };
  port.addEventListener('message', onMessage);
  port.addEventListener('close', stop);
  if ('postMessage' in port) port.start?.();
  return stop;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
