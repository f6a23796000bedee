/** How long what runs on a handle that was closed may still take. */
const LAST_WORDS_MS = 2000;

/**
 * A handle to the database. What runs as it is closed ends by itself, but not in every engine: of a transaction that was
 * aborted on a connection which closes then, WebKit never tells the end. Nobody waits for that longer than for a while.
 */
export class Handle {
  readonly db: IDBDatabase;
  /** What ends the waiting of each that runs. */
  readonly #running = new Set<() => void>();
  #isClosed = false;
  /** Nobody need wait any more: nothing more is told. */
  #isOver = false;

  constructor(db: IDBDatabase) {
    this.db = db;
  }

  /**
   * Runs `body`, which uses the handle.
   * @throws DOMException `AbortError` when it takes too long after the handle was closed
   */
  async running<T>(body: () => Promise<T>): Promise<T> {
    let giveUp = () => {};
    const isOver = new Promise<never>((_, reject) => {
      giveUp = () => reject(new DOMException('the connection closed, and said no more', 'AbortError'));
    });
    this.#running.add(giveUp);
    if (this.#isClosed) this.#endSoon();
    try {
      return await Promise.race([body(), isOver]);
    } finally {
      this.#running.delete(giveUp);
    }
  }

  /** Closes it; what runs may end. */
  close(): void {
    this.db.close();
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#running.size > 0) this.#endSoon();
  }

  #endSoon(): void {
    const end = () => {
      this.#isOver = true;
      for (const giveUp of this.#running) giveUp();
    };
    if (this.#isOver) end();
    else setTimeout(end, LAST_WORDS_MS);
  }
}
