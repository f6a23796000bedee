export { describeThreadStore } from './describe-thread-store.ts';
export type { OpenStore } from './store-test.ts';
