import type { ImportOptions, ImportProgress, ImportReport } from '../contract/rollout-import.ts';
import type { TurnsAnswer } from '../contract/known-turns.ts';
import type { StorageStatus, ThreadStoreClient, ThreadStoreEvent } from '../contract/thread-store-client.ts';
import type { STORE_METHODS } from './store-methods.ts';
import type { WireError } from './wire-error.ts';

/** What the page posts until the worker answers with {@link READY}: its script may take a while to load. */
export const HELLO = 'idb-thread-store:hello';

/** What the worker answers once it listens. */
export const READY = 'idb-thread-store:ready';

/** How a call ended. Errors travel as data, since Comlink's own way loses their fields. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; error: WireError };

/** A method that is one call. */
export type StoreMethod = (typeof STORE_METHODS)[number];

/** The methods that are one call. */
export type StoreCalls = Pick<ThreadStoreClient, StoreMethod>;

/** A file on its way to the worker. A stream stays with the page, which is asked for its chunks. */
export interface WireFile {
  name: string;
  /** Absent: a stream, or what the page unpacks. */
  data?: Blob | string;
}

/** What the worker asks of the page during an import: streams and functions cannot be sent. */
export interface ImportHost {
  /** The next file, if there is one. */
  next(): Promise<WireFile | undefined>;
  /** The next bytes of the stream that is the last file's data. */
  pull(): Promise<Uint8Array | undefined>;
  progress(progress: ImportProgress): void;
}

/** What the worker that unpacks zstd serves: one file at a time. */
export interface ZstdApi {
  /** Begins a file, of which nothing is unpacked yet. */
  begin(): Promise<Outcome<Uint8Array[]>>;
  /** Takes the next piece and gives what it unpacks to. */
  push(piece: Uint8Array, isLast?: boolean): Promise<Outcome<Uint8Array[]>>;
  /** Nothing more is asked. */
  close(): Promise<Outcome<void>>;
}

/** What the worker serves over Comlink. */
export interface WorkerApi {
  /** Opens the database, and tells `listener` of every change from then on. Gives the methods that `call` takes. */
  open(
    name: string | undefined,
    listener: (event: ThreadStoreEvent) => void | Promise<void>,
  ): Promise<Outcome<readonly StoreMethod[]>>;
  /**
   * @param params the method's own, without their signal, which cannot be sent
   * @param id names the call, for {@link WorkerApi.abort}; absent where it has no signal
   */
  call(method: StoreMethod, params: unknown, id?: number): Promise<Outcome<unknown>>;
  /**
   * A page of turns, unless it is known: a method of its own, since the contract's gives the page.
   * @param id as for {@link WorkerApi.call}
   */
  listTurns(params: unknown, known?: string, id?: number): Promise<Outcome<TurnsAnswer>>;
  /** @param id as for {@link WorkerApi.call} */
  importRollouts(
    host: ImportHost,
    options: Pick<ImportOptions, 'surface'>,
    id?: number,
  ): Promise<Outcome<ImportReport>>;
  /** Stops a call or an import. */
  abort(id: number): Promise<void>;
  status(): Promise<Outcome<StorageStatus>>;
  close(): Promise<Outcome<void>>;
}
