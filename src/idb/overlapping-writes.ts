import type { Connection } from './connection.ts';
import type { StoreName } from './schema.ts';

/** For which part of the time that the last write took the next one waits while callers read. */
const REST = 0.5;

/** What is written in one transaction. It may run again, in the same order as the others. */
type Body = (transaction: IDBTransaction) => Promise<void>;

/**
 * Writes that nobody can see yet, two at a time: while one commits, the next one's requests are on their way. They come
 * out as if each had waited for the one before: where one had to be tried again, those after it are made once more.
 */
export class OverlappingWrites {
  readonly #connection: Connection;
  /** The last two, as far as they have not ended well: whether each came through in its order, at its first try. */
  #running: Promise<boolean>[] = [];
  /** How long the last one took, in milliseconds. */
  #took = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Begins a write, as soon as one at the most is under way; while callers read, none may be, so that they wait for no
   * more than one, and many for none.
   * @throws what made one before it fail
   */
  async add(stores: StoreName[], body: Body): Promise<void> {
    while (this.#running.length > (this.#connection.isRead ? 0 : 1)) await this.#running[0];
    await this.#connection.rest(REST * this.#took);
    const write = this.#write(stores, body, this.#running.at(-1));
    this.#running.push(write);
    write.then(
      () => this.#running.shift(),
      // Whoever comes next hears of it.
      () => undefined,
    );
  }

  /**
   * Resolves once all is written.
   * @throws what made one of them fail
   */
  async drained(): Promise<void> {
    // It ends after those before it, and as they did where they failed.
    await this.#running.at(-1);
  }

  async #write(stores: StoreName[], body: Body, former: Promise<boolean> | undefined): Promise<boolean> {
    const began = performance.now();
    let tries = 0;
    const write = () =>
      this.#connection.write(stores, 'relaxed', (transaction) => {
        tries++;
        return body(transaction);
      });
    const early = write();
    await Promise.allSettled([former, early]);
    const isInOrder = (await former) ?? true;
    await early;
    if (!isInOrder) await write();
    this.#took = performance.now() - began;
    return tries === 1;
  }
}
