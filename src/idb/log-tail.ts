/** Packs of the log are put together up to this many bytes: Chromium makes a file of a value of more than 64 KB. */
const LOG_PACK_BYTES = 48 * 1024;

/** The end of a thread's log, which grows by one small pack with every commit until these are sealed into one. */
export class LogTail {
  #loose: { at: number; bytes: Uint8Array<ArrayBuffer> }[] = [];
  #looseBytes = 0;

  /**
   * Writes the next bytes.
   * @param at their offset in the log
   * @param seal puts all loose packs into one: a turn has ended
   */
  write(store: IDBObjectStore, log: number, at: number, bytes: Uint8Array<ArrayBuffer>, seal: boolean): void {
    if (this.#looseBytes + bytes.length > LOG_PACK_BYTES) this.#seal(store, log);
    store.put(bytes, [log, at]);
    this.#loose.push({ at, bytes });
    this.#looseBytes += bytes.length;
    if (seal) this.#seal(store, log);
  }

  #seal(store: IDBObjectStore, log: number): void {
    const [first, ...others] = this.#loose;
    if (first && others.length > 0) {
      const whole = new Uint8Array(this.#looseBytes);
      for (const { at, bytes } of this.#loose) whole.set(bytes, at - first.at);
      for (const { at } of others) store.delete([log, at]);
      store.put(whole, [log, first.at]);
    }
    this.#loose = [];
    this.#looseBytes = 0;
  }
}
