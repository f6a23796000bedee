import { ThreadStoreError } from '../contract/errors.ts';
import type { ItemPage, TurnPage } from '../contract/records.ts';
import { rebuildThread } from '../import/rebuild-thread.ts';
import type { Connection } from './connection.ts';
import type { IdbImportTarget } from './idb-import-target.ts';
import type { Peers } from './peers.ts';
import { PROJECTION_VERSION, type ThreadRow } from './schema.ts';
import { isSoundThread, UNREADABLE_TURN } from './sound-rows.ts';
import { sweepSoon } from './sweep.ts';
import { readThreadRow } from './thread-rows.ts';

/** What repairs work with. */
export interface RepairsOptions {
  connection: Connection;
  peers: Peers;
  target: IdbImportTarget;
  /** Hears of a thread that was made anew. */
  onRepaired: (threadId: string) => void;
}

/**
 * Makes threads anew from their logs: those with damaged rows, and those whose rows were made when lines meant something
 * else. Nobody waits for it; what is there meanwhile is read as it is.
 */
export class Repairs {
  readonly #options: RepairsOptions;
  /** Threads for which it was tried: one whose log is damaged, too, stays as it is. */
  readonly #tried = new Set<string>();

  constructor(options: RepairsOptions) {
    this.#options = options;
  }

  /** Looks at a page that is read of a thread, and has the thread repaired later where that is needed. */
  looked<Page extends Partial<ItemPage> & Partial<TurnPage>>(row: ThreadRow, page: Page): Page {
    if (isOutdated(row) || isDamaged(page)) this.#soon(row.threadId);
    return page;
  }

  /** Repairs a thread once nobody imports. */
  #soon(threadId: string): void {
    if (this.#tried.has(threadId)) return;
    this.#tried.add(threadId);
    const { target, peers } = this.#options;
    const repair = () => target.withThread(threadId, 'repair', () => this.#rebuild(threadId));
    peers.exclusively('import', repair).catch((error: unknown) => {
      // Somebody writes it: the next read asks again.
      if (error instanceof ThreadStoreError && error.code === 'conflict') this.#tried.delete(threadId);
    });
  }

  /**
   * Brings a thread up to date before it is written. The caller has the right to write it.
   * @throws ThreadStoreError `unavailable` for one that a newer version of the app has written
   */
  async beforeWriting(row: ThreadRow): Promise<void> {
    if (row.projectionVersion > PROJECTION_VERSION) {
      throw new ThreadStoreError(
        'unavailable',
        `a newer version of this app has written thread ${row.threadId}; reload the page`,
        { threadId: row.threadId, retryable: false },
      );
    }
    if (isOutdated(row)) await this.#options.peers.exclusively('import', () => this.#rebuild(row.threadId));
  }

  async #rebuild(threadId: string): Promise<void> {
    const { connection, peers, target, onRepaired } = this.#options;
    connection.mustBeOpen();
    const row = await readThreadRow(connection, threadId);
    // How far its log goes only its own row tells for sure.
    if (!row || !isSoundThread(row)) return;
    await rebuildThread(target, row.rollout, row.surface);
    onRepaired(threadId);
    sweepSoon(connection, peers);
  }
}

function isOutdated({ projectionVersion }: ThreadRow): boolean {
  return projectionVersion < PROJECTION_VERSION;
}

function isDamaged({ turns = [], items = [] }: Partial<ItemPage> & Partial<TurnPage>): boolean {
  return (
    items.some(({ item }) => item.type === 'unreadable') ||
    turns.some(
      (turn) =>
        turn.error?.message === UNREADABLE_TURN || turn.items.some(({ type }) => type === 'unreadable'),
    )
  );
}
