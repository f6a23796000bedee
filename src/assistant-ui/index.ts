export {
  createThreadHistoryAdapter,
  type HistoryThread,
  type ThreadHistoryOptions,
} from './thread-history.ts';
export { createThreadListAdapter, type ThreadListOptions } from './thread-list.ts';
