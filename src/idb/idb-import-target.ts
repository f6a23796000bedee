import { ThreadStoreError } from '../contract/errors.ts';
import { addGivenName, type GivenName } from '../contract/thread-edits.ts';
import type {
  ImportStage,
  ImportTarget,
  KnownThread,
  RolloutRecord,
  StageOptions,
} from '../import/import-target.ts';
import type { Connection } from './connection.ts';
import { IdbImportStage } from './idb-import-stage.ts';
import { ordinalRange } from './ordinal-range.ts';
import type { Peers } from './peers.ts';
import { result } from './requests.ts';
import { upToDate } from './rollout-rows.ts';
import { PROJECTION_VERSION, type RolloutRow } from './schema.ts';
import { isSoundThread, mustBeSound } from './sound-rows.ts';
import { putThreadRow, readThreadRow, threadRowIn, toThreadRow } from './thread-rows.ts';
import { activeWriter, rolloutIsGone } from '../contract/writer-errors.ts';

/** How many packs of the log are read at once: about 4 MB. */
const LOG_READ_PACKS = 16;

/** How many threads are named in one transaction: others that write wait for no longer. */
const NAMED_AT_ONCE = 64;

/** The IndexedDB store, as the import sees it. */
export class IdbImportTarget implements ImportTarget {
  readonly #connection: Connection;
  readonly #peers: Peers;

  constructor(connection: Connection, peers: Peers) {
    this.#connection = connection;
    this.#peers = peers;
  }

  rollout(rolloutId: string): Promise<RolloutRecord | undefined> {
    return this.#row(rolloutId);
  }

  rolloutsOfThread(threadId: string): Promise<RolloutRecord[]> {
    return this.#rolloutsBy('threadId', threadId);
  }

  rolloutsOn(baseRolloutId: string): Promise<RolloutRecord[]> {
    return this.#rolloutsBy('baseId', baseRolloutId);
  }

  async thread(threadId: string): Promise<KnownThread | undefined> {
    const row = await readThreadRow(this.#connection, threadId);
    if (!row) return undefined;
    mustBeSound(row);
    return {
      ...row,
      preview: row.metadata.preview,
      rolloutId: row.rollout.rolloutId,
      outdated: row.projectionVersion !== PROJECTION_VERSION,
    };
  }

  async nameThreads(names: ReadonlyMap<string, GivenName>): Promise<ReadonlySet<string>> {
    const changed = new Set<string>();
    const all = [...names];
    for (let first = 0; first < all.length; first += NAMED_AT_ONCE) {
      const some = all.slice(first, first + NAMED_AT_ONCE);
      await this.#connection.write(['threads'], 'strict', (transaction) =>
        Promise.all(
          some.map(async ([threadId, name]) => {
            const row = await threadRowIn(transaction, threadId);
            if (!row || !isSoundThread(row)) return;
            const edits = addGivenName(row.edits, name);
            if (edits === row.edits) return;
            putThreadRow(transaction, toThreadRow({ ...row, edits }));
            changed.add(threadId);
          }),
        ),
      );
    }
    return changed;
  }

  async withThread<T>(threadId: string, operation: string, body: () => Promise<T>): Promise<T> {
    const release = await this.#peers.lockWriter(threadId);
    if (!release) throw activeWriter(threadId, operation);
    try {
      return await body();
    } finally {
      release();
    }
  }

  async *readLog({ rolloutId, bytes }: RolloutRecord): AsyncGenerator<Uint8Array, void, undefined> {
    const row = await this.#row(rolloutId);
    if (!row) throw rolloutIsGone(rolloutId);
    let at = 0;
    while (at < bytes) {
      const chunks = await this.#connection.read(['log'], (transaction) =>
        readLogFrom(transaction.objectStore('log'), this.#connection.keyRange, row.log, at),
      );
      if (chunks.length === 0)
        throw (await this.#row(rolloutId))?.log === row.log
          ? damagedLog(rolloutId, at)
          : rolloutIsGone(rolloutId);
      for (const chunk of chunks) {
        if (at >= bytes) return;
        yield chunk.subarray(0, bytes - at);
        at += chunk.length;
      }
    }
  }

  stage(options: StageOptions): Promise<ImportStage> {
    return Promise.resolve(new IdbImportStage(this.#connection, options));
  }

  #row(rolloutId: string): Promise<RolloutRow | undefined> {
    return this.#connection.read(['rollouts', 'threads'], async (transaction) =>
      upToDate(
        transaction,
        await result<RolloutRow | undefined>(transaction.objectStore('rollouts').get(rolloutId)),
      ),
    );
  }

  #rolloutsBy(index: 'threadId' | 'baseId', value: string): Promise<RolloutRecord[]> {
    return this.#connection.read(['rollouts', 'threads'], async (transaction) => {
      const rows = await result<RolloutRow[]>(transaction.objectStore('rollouts').index(index).getAll(value));
      const known = await Promise.all(rows.map((row) => upToDate(transaction, row)));
      return known.filter((row) => row !== undefined);
    });
  }
}

/** The error for a log with a hole: nothing is made of the rest as if that were all. */
function damagedLog(rolloutId: string, at: number): ThreadStoreError {
  return new ThreadStoreError(
    'internal',
    `the log of rollout ${rolloutId} is damaged from byte ${at} on; its pages can still be read`,
  );
}

/**
 * The next bytes of a log. Between two reads a live writer may have put small packs together, so that the next byte lies
 * within one that begins before it.
 */
async function readLogFrom(
  store: IDBObjectStore,
  keyRange: typeof IDBKeyRange,
  log: number,
  at: number,
): Promise<Uint8Array[]> {
  const rest = ordinalRange(keyRange, log, at);
  const [keys, packs] = await Promise.all([
    result(store.getAllKeys(rest, LOG_READ_PACKS)),
    result<Uint8Array[]>(store.getAll(rest, LOG_READ_PACKS)),
  ]);
  const [first] = keys;
  if (Array.isArray(first) && first[1] === at) {
    // Where a pack is cut off or lost, what comes after it does not follow.
    let end = at;
    const gap = packs.findIndex((pack, index) => {
      const key = keys[index];
      const follows = Array.isArray(key) && key[1] === end && pack instanceof Uint8Array;
      if (follows) end += pack.length;
      return !follows;
    });
    return gap < 0 ? packs : packs.slice(0, gap);
  }
  const before = await result(store.openCursor(ordinalRange(keyRange, log, 0, at), 'prev'));
  if (!before || !Array.isArray(before.key) || !(before.value instanceof Uint8Array)) return [];
  const within = before.value.subarray(at - Number(before.key[1]));
  return within.length === 0 ? [] : [within];
}
