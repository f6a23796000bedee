import { Ours } from '../stores/ours.ts';
import { remoteStore } from '../stores/remote-store.ts';
import type { BenchStore } from './bench-store.ts';

/** What only a store with live writers and cursors has. */
const LIVE = ['prepareDeep', 'beginTurn', 'endTurn', 'remove', 'isCleared'];

/** The stores by name. Each has a worker of its own, from which it is called as ours is. */
const makers: Record<string, () => BenchStore> = {
  ours: () => new Ours(),
  // The same with a short thread, for what length costs.
  short: () => new Ours('bench-short'),
  floor: () =>
    remoteStore(
      () => new Worker(new URL('../stores/floor-worker.ts', import.meta.url), { type: 'module' }),
      LIVE,
    ),
  json: () =>
    remoteStore(
      () => new Worker(new URL('../stores/json-worker.ts', import.meta.url), { type: 'module' }),
      [...LIVE, 'threads', 'importText'],
    ),
  sqlite: () =>
    remoteStore(
      () => new Worker(new URL('../peers/sqlite-worker.ts', import.meta.url), { type: 'module' }),
      LIVE,
    ),
  dexie: () =>
    remoteStore(
      () =>
        new Worker(new URL('../peers/dexie-worker.ts', import.meta.url), { type: 'module', name: 'dexie' }),
      LIVE,
    ),
  'dexie-embedded': () =>
    remoteStore(
      () =>
        new Worker(new URL('../peers/dexie-worker.ts', import.meta.url), {
          type: 'module',
          name: 'dexie-embedded',
        }),
      LIVE,
    ),
  rxdb: () =>
    remoteStore(
      () => new Worker(new URL('../peers/rxdb-worker.ts', import.meta.url), { type: 'module' }),
      [...LIVE, 'importText'],
    ),
  pglite: () =>
    remoteStore(
      () => new Worker(new URL('../peers/pglite-worker.ts', import.meta.url), { type: 'module' }),
      LIVE,
    ),
};

/** Makes a store that is not open yet. */
export function makeStore(name: string): BenchStore {
  const make = makers[name];
  if (!make) throw new Error(`there is no store ${name}`);
  return make();
}
