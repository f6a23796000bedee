import { chromium } from 'playwright';
import { demand } from '../environments/browsers.mjs';
import { serveSite } from './site.mjs';

/** @typedef {{ tab: import('./tab.ts').Tab }} TabPage */

/**
 * Two tabs of one Chromium: a second writer is refused, changes are heard, and a tab that crashes or is closed gives
 * its threads to the other one at once. Gives the number of broken promises.
 * @param {string} site
 * @param {number} rounds
 */
export async function crashTabs(site, rounds) {
  const server = await serveSite(site, () => ({}));
  const [executablePath = ''] = demand('chromium');
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const context = await browser.newContext();
  const count = { conflicts: 0, crashes: 0, closes: 0, heard: 0, items: 0, takeOvers: 0, losses: 0 };
  /** @param {boolean} holds @param {string} what */
  const check = (holds, what) => {
    if (holds) return;
    count.losses++;
    console.log(`BROKEN: ${what}`);
  };
  const openTab = async () => {
    const page = await context.newPage();
    await page.goto(`${server.origin}/tab.html`);
    await page.evaluate(() => /** @type {TabPage} */ (/** @type {unknown} */ (globalThis)).tab.open());
    return page;
  };
  const survivor = await openTab();
  for (let round = 0; round < rounds; round++) {
    const writer = await openTab();
    const threadId = `paginated-tabs-${round}`;
    check((await call(writer, 'write', threadId)) === 'writing', 'a tab can create a thread');
    let last = Number(await call(writer, 'append', threadId, 5));
    for (const number of [undefined, last]) {
      const answer = String(await call(survivor, 'write', threadId, number));
      check(
        answer === `conflict: thread ${threadId} already has an active writer`,
        `a second writer got ${answer}`,
      );
      count.conflicts++;
    }
    // Readers are not blocked, and hear of what the other tab writes.
    const heard = call(survivor, 'hears', threadId, `item-${last + 3}`);
    last = Number(await call(writer, 'append', threadId, 3));
    await heard;
    count.heard++;
    const changed = /** @type {string[]} */ (await call(survivor, 'catchUp', threadId, 4));
    check(
      changed.join() === [5, 6, 7].map((number) => `item-${number}`).join(),
      `catching up gave ${changed.join()}`,
    );
    await call(writer, 'keepAppending', threadId);
    if (round % 2 === 0) {
      const session = await context.newCDPSession(writer);
      const crashed = new Promise((resolve) => writer.once('crash', resolve));
      // It never answers: the page is gone.
      session.send('Page.crash').catch(() => undefined);
      await crashed;
      count.crashes++;
    } else {
      await writer.close();
      count.closes++;
    }
    const { takenAfter, inspection } = await takeOver(survivor, threadId);
    check(takenAfter < 100, `the other tab could write only after ${takenAfter} tries`);
    count.takeOvers++;
    const { numbers, disagreements } = inspection;
    check(
      numbers.every((number, place) => number === place),
      `items are not in order: ${numbers.join()}`,
    );
    check(numbers.length > last, `${numbers.length} of ${last + 1} flushed items are there`);
    check(disagreements.length === 0, disagreements.join(', '));
    const after = Number(await call(survivor, 'append', threadId, 2));
    count.items += after + 1;
    if (round % 2 === 0) await writer.close();
  }
  await browser.close();
  server.close();
  console.log(
    `tabs: ${count.conflicts} conflicts, ${count.heard} changes heard, ${count.crashes} crashes and ${count.closes} ` +
      `closes taken over (${count.takeOvers}), ${count.items} items, ${count.losses} losses`,
  );
  return count.losses;
}

/**
 * Takes a dead tab's thread over. That the tab is dead is heard in this process before the browser has ended its
 * worker, so the first try may come too early.
 * @param {import('playwright').Page} page
 * @param {string} threadId
 */
async function takeOver(page, threadId) {
  for (let takenAfter = 1; ; takenAfter++) {
    const inspection = /** @type {import('./inspect-thread.ts').Inspection} */ (
      await call(page, 'inspect', threadId)
    );
    const answer = await call(page, 'write', threadId, inspection.numbers.length - 1);
    if (answer === 'writing' || takenAfter === 100) {
      return {
        takenAfter,
        inspection: /** @type {typeof inspection} */ (await call(page, 'inspect', threadId)),
      };
    }
  }
}

/**
 * Calls a method of a tab.
 * @param {import('playwright').Page} page
 * @param {keyof import('./tab.ts').Tab} method
 * @param {...unknown} args
 */
function call(page, method, ...args) {
  return page.evaluate(
    ([name, rest]) => {
      /** @typedef {Record<string, (...args: unknown[]) => Promise<unknown>>} Methods */
      const { tab } = /** @type {{ tab: Methods }} */ (/** @type {unknown} */ (globalThis));
      return tab[name]?.(...rest);
    },
    /** @type {[string, unknown[]]} */ ([method, args]),
  );
}
