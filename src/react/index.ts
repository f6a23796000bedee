export {
  ThreadStoreProvider,
  type ThreadStoreProviderProps,
  useThreadStore,
} from './thread-store-provider.ts';
export { type Items, useItems, type UseItemsOptions } from './use-items.ts';
export { type Threads, useThreads, type UseThreadsOptions } from './use-threads.ts';
export { type Turns, useTurns, type UseTurnsOptions } from './use-turns.ts';
export type { ListEnd, ListPlace } from './list-pages.ts';
export type { ListState, WindowLimits } from './list-state.ts';
export type { ListOptions, ListView } from './use-window.ts';
