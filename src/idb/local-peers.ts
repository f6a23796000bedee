import type { ThreadEvent } from '../contract/thread-store-client.ts';
import type { Peers, Work } from './peers.ts';

/** What the stores on one database of one factory share. */
interface Neighbourhood {
  written: Map<string, LocalPeers>;
  stores: Map<LocalPeers, (event: ThreadEvent) => void>;
  /** The last of each work. */
  last: Record<Work, Promise<unknown>>;
}

const neighbourhoods = new WeakMap<IDBFactory, Map<string, Neighbourhood>>();

/** Peers in this thread only: where the platform has no Web Locks, and for an IndexedDB that is injected. */
export class LocalPeers implements Peers {
  readonly #neighbours: Neighbourhood;

  constructor(factory: IDBFactory, databaseName: string, onEvent: (event: ThreadEvent) => void) {
    const ofFactory = neighbourhoods.get(factory) ?? new Map<string, Neighbourhood>();
    neighbourhoods.set(factory, ofFactory);
    const last = { import: Promise.resolve(), sweep: Promise.resolve() };
    const fresh: Neighbourhood = { written: new Map(), stores: new Map(), last };
    this.#neighbours = ofFactory.get(databaseName) ?? fresh;
    ofFactory.set(databaseName, this.#neighbours);
    this.#neighbours.stores.set(this, onEvent);
  }

  lockWriter(threadId: string): Promise<(() => void) | undefined> {
    const { written } = this.#neighbours;
    if (written.has(threadId)) return Promise.resolve(undefined);
    written.set(threadId, this);
    return Promise.resolve(() => {
      if (written.get(threadId) === this) written.delete(threadId);
    });
  }

  isWritten(threadId: string): Promise<boolean> {
    return Promise.resolve(this.#neighbours.written.has(threadId));
  }

  exclusively<T>(work: Work, body: () => Promise<T>): Promise<T> {
    const { last } = this.#neighbours;
    const turn = last[work].then(body, body);
    last[work] = turn.catch(() => undefined);
    return turn;
  }

  post(event: ThreadEvent): void {
    for (const [peer, onEvent] of this.#neighbours.stores) if (peer !== this) onEvent(event);
  }

  close(): void {
    this.#neighbours.stores.delete(this);
    for (const [threadId, peer] of this.#neighbours.written) {
      if (peer === this) this.#neighbours.written.delete(threadId);
    }
  }
}
