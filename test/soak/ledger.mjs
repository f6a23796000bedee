/** @typedef {import('../kill/inspect-thread.ts').Inspection} Inspection */

/** What the tabs were promised, and what of it was not kept. */
export class Ledger {
  /** The last number that a tab was told to be flushed, by thread. @type {Map<string, number>} */
  #flushed = new Map();
  #counts = { flushes: 0, inspections: 0 };
  losses = 0;

  /**
   * Takes what a tab tells.
   * @param {string} path
   * @param {string} text
   */
  take(path, text) {
    if (text === '') return {};
    const body = JSON.parse(text);
    if (path === '/flushed') {
      this.#counts.flushes++;
      this.#flushed.set(body.threadId, Math.max(body.last, this.#flushed.get(body.threadId) ?? -1));
      // It is being rolled back or deleted.
    } else if (path === '/cut') this.#flushed.delete(body.threadId);
    else if (path === '/inspected') this.inspect(body.inspection);
    else if (path === '/failed') this.lose(`${body.name} failed: ${body.reason}`);
    return {};
  }

  /**
   * Holds a thread against what was promised of it.
   * @param {Inspection} inspection
   */
  inspect({ threadId, numbers, disagreements }) {
    this.#counts.inspections++;
    const last = this.#flushed.get(threadId) ?? -1;
    const wrong = numbers.findIndex((number, place) => number !== place);
    if (wrong >= 0) this.lose(`${threadId}: item ${wrong} is ${numbers[wrong]}`);
    if (numbers.length <= last) this.lose(`${threadId}: ${numbers.length} of ${last + 1} flushed items`);
    for (const what of disagreements) this.lose(`${threadId}: ${what} do not agree`);
  }

  /**
   * Looks for threads that are gone.
   * @param {Inspection[]} inspections of all threads
   */
  close(inspections) {
    for (const [threadId, last] of this.#flushed) {
      if (!inspections.some((one) => one.threadId === threadId))
        this.lose(`${threadId} is gone, ${last + 1} items were flushed`);
    }
  }

  /** @param {string} what */
  lose(what) {
    this.losses++;
    console.log(`LOSS: ${what}`);
  }

  inWords() {
    const { flushes, inspections } = this.#counts;
    return `${flushes} flushes, ${inspections} inspections, ${this.losses} losses`;
  }
}
