export { openThreadStore, type ThreadStoreOptions } from './client/page-thread-store.ts';
export { requestPersistence } from './client/request-persistence.ts';
export {
  ThreadStoreError,
  type ThreadStoreErrorCode,
  type ThreadStoreErrorOptions,
} from './contract/thread-store-error.ts';
export { UnsupportedThreadStore } from './contract/unsupported-thread-store.ts';
export type { Json, JsonObject } from './contract/json.ts';
export type * from './contract/records.ts';
export type * from './contract/requests.ts';
export type * from './contract/rollout-import.ts';
export {
  LiveThread,
  type ResumeThreadOptions,
  type StartThreadOptions,
  type StartTurnOptions,
} from './live/live-thread.ts';
export type { LiveTurn } from './live/live-turn.ts';
export { isItemOf } from './contract/thread-item.ts';
export type * from './contract/thread-item.ts';
export type * from './contract/thread-store-client.ts';
export type * from './contract/thread-store.ts';
