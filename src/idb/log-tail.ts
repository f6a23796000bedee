/** Loose packs of the log are put together once they have this many bytes. */
const LOG_PACK_BYTES = 256 * 1024;

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
    const all = [...this.#loose, { at, bytes }];
    const total = this.#looseBytes + bytes.length;
    if (!seal && total < LOG_PACK_BYTES) {
      store.put(bytes, [log, at]);
      this.#loose = all;
      this.#looseBytes = total;
      return;
    }
    for (const pack of this.#loose) store.delete([log, pack.at]);
    const first = all[0]?.at ?? at;
    const whole = new Uint8Array(total);
    for (const pack of all) whole.set(pack.bytes, pack.at - first);
    store.put(whole, [log, first]);
    this.#loose = [];
    this.#looseBytes = 0;
  }
}
