export { createAppServer, type AppServer, type AppServerOptions } from './create-app-server.ts';
export type { RequestId, RpcError, RpcNotification, RpcRequest, RpcResponse } from './json-rpc.ts';
export type { Protocol } from './protocol.ts';
export { serveAppServer, type MessagePortLike, type WebSocketLike } from './serve-app-server.ts';
export type { StoreCapabilities } from './store-capabilities.ts';
