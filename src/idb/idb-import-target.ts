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
import { result } from './requests.ts';
import { PROJECTION_VERSION, type RolloutRow, type ThreadRow } from './schema.ts';

/** How many packs of the log are read at once: about 4 MB. */
const LOG_READ_PACKS = 16;

/** The IndexedDB store, as the import sees it. */
export class IdbImportTarget implements ImportTarget {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  rollout(rolloutId: string): Promise<RolloutRecord | undefined> {
    return this.#connection.read(['rollouts'], (transaction) =>
      result<RolloutRow | undefined>(transaction.objectStore('rollouts').get(rolloutId)),
    );
  }

  rolloutsOfThread(threadId: string): Promise<RolloutRecord[]> {
    return this.#rolloutsBy('threadId', threadId);
  }

  rolloutsOn(baseRolloutId: string): Promise<RolloutRecord[]> {
    return this.#rolloutsBy('baseId', baseRolloutId);
  }

  async thread(threadId: string): Promise<KnownThread | undefined> {
    const row = await this.#connection.read(['threads'], (transaction) =>
      result<ThreadRow | undefined>(transaction.objectStore('threads').get(threadId)),
    );
    return row && { ...row, outdated: row.projectionVersion !== PROJECTION_VERSION };
  }

  async *readLog({ rolloutId, bytes }: RolloutRecord): AsyncGenerator<Uint8Array, void, undefined> {
    yield* readLog(this.#connection, rolloutId, bytes);
  }

  stage(options: StageOptions): Promise<ImportStage> {
    return Promise.resolve(new IdbImportStage(this.#connection, options));
  }

  #rolloutsBy(index: 'threadId' | 'baseId', value: string): Promise<RolloutRecord[]> {
    return this.#connection.read(['rollouts'], (transaction) =>
      result<RolloutRow[]>(transaction.objectStore('rollouts').index(index).getAll(value)),
    );
  }
}

/** The first `bytes` bytes of a rollout, a few packs in a transaction. */
export async function* readLog(
  connection: Connection,
  rolloutId: string,
  bytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = 0;
  while (at < bytes) {
    const packs = await connection.read(['rollouts', 'log'], async (transaction) => {
      const row = await result<RolloutRow | undefined>(transaction.objectStore('rollouts').get(rolloutId));
      if (!row) return [];
      const range = ordinalRange(connection.keyRange, row.log, at);
      return result<Uint8Array[]>(transaction.objectStore('log').getAll(range, LOG_READ_PACKS));
    });
    if (packs.length === 0) return;
    for (const pack of packs) {
      yield pack.subarray(0, bytes - at);
      at += pack.length;
    }
  }
}
