import { setTimeout as sleep } from 'node:timers/promises';
import { damageTold, startBrowser } from './browser-process.mjs';
import { serveSite } from './site.mjs';

/** A page that says nothing for so long hangs. */
const PATIENCE_MS = 60_000;

/** A kill comes at a random moment of so long a time from when the page began to write. */
const LIFE_MS = 900;

/** How many lives a set of threads has; then new ones are begun. */
const LIVES = 8;

/** @typedef {{ threadId: string, numbers: number[], disagreements: string[] }} Inspection */

/**
 * Kills a browser again and again while a page of it writes; gives the number of losses.
 * @param {'chromium' | 'firefox'} name
 * @param {{ kills: number, site: string, profile: string, stops: boolean }} options
 */
export async function killBrowser(name, { kills, site, profile, stops }) {
  /** The last number that a page told it had flushed, by thread. @type {Map<string, number>} */
  const flushed = new Map();
  const count = { kills: 0, flushes: 0, items: 0, resumed: 0, unflushed: 0, losses: 0 };
  let life = 0;
  /** The page of this life has asked what to do. */
  let hasBegun = false;
  /** @type {string[]} */
  let threadIds = [];
  /** @type {Record<string, ((body: never) => void) | undefined>} */
  let on = {};

  /** @param {string} what */
  const lose = (what) => {
    count.losses++;
    console.log(`LOSS in ${name}, life ${life}: ${what}`);
  };
  const server = await serveSite(site, (path, text) => {
    if (text === '') return {};
    const body = JSON.parse(text);
    if (path === '/orders') {
      // Firefox loads pages that it has seen often again, for pictures of them, with a storage of their own.
      if (body.life !== life || hasBegun) return { isStrange: true };
      hasBegun = true;
      return { threadIds, known: [...flushed.keys()] };
    }
    // What a page sent before it was killed counts, whenever it is read.
    if (path === '/flushed') {
      count.flushes++;
      flushed.set(body.threadId, Math.max(body.last, flushed.get(body.threadId) ?? -1));
    } else if (body.life === life) on[path]?.(/** @type {never} */ (body));
    return {};
  });

  /** @param {Inspection[]} inspections */
  function inspect(inspections) {
    for (const [threadId, last] of flushed) {
      const found = inspections.find((one) => one.threadId === threadId);
      if (!found) {
        lose(`thread ${threadId} is gone, ${last + 1} items were flushed`);
        // Once is enough; what comes after stands on its own.
        flushed.delete(threadId);
        continue;
      }
      const wrong = found.numbers.findIndex((number, place) => number !== place);
      if (wrong >= 0) lose(`thread ${threadId}: item ${wrong} is ${found.numbers[wrong]}`);
      if (found.numbers.length <= last)
        lose(`thread ${threadId}: ${found.numbers.length} of ${last + 1} flushed items`);
      count.unflushed += Math.max(0, found.numbers.length - 1 - last);
      // From now on these count, no more and no less.
      flushed.set(threadId, found.numbers.length - 1);
    }
    for (const { threadId, disagreements } of inspections)
      for (const what of disagreements) lose(`thread ${threadId}: ${what} do not agree`);
  }

  /** One life: the page looks at what is there, and writes until the end; the last life only looks. */
  async function liveOnce(isLast = false) {
    life++;
    hasBegun = false;
    if ((life - 1) % LIVES === 0) {
      threadIds = ['legacy', 'paginated', 'paginated-too'].map((kind) => `${kind}-${life}`);
    }
    const known = threadIds.filter((threadId) => flushed.has(threadId)).length;
    const writing = new Promise((resolve, reject) => {
      on = {
        '/inspected': (
          /** @type {{ inspections: Inspection[], storage: string }} */ { inspections, storage },
        ) => {
          const { losses } = count;
          inspect(inspections);
          if (count.losses > losses) console.log(`the browser says: ${storage}`);
        },
        '/writing': resolve,
        '/failed': (/** @type {{ reason: string }} */ { reason }) => reject(new Error(reason)),
      };
    });
    const browser = startBrowser(name, profile, `${server.origin}/index.html?life=${life}`);
    const end = new AbortController();
    try {
      const late = sleep(PATIENCE_MS, undefined, { signal: end.signal }).then(() => {
        throw new Error('the page says nothing');
      });
      late.catch(() => undefined);
      await Promise.race([writing, late]);
      count.resumed += known;
      if (!isLast) await sleep(Math.random() * LIFE_MS);
    } catch (error) {
      lose(`the page failed: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      end.abort();
      await browser.kill();
    }
  }

  while (count.kills < kills && !(stops && count.losses > 0)) {
    await liveOnce();
    count.kills++;
    if (count.kills % 10 === 0) console.log(`${name}: ${count.kills} kills, ${count.flushes} flushes`);
  }
  if (!stops || count.losses === 0) await liveOnce(true);
  server.close();
  count.items = [...flushed.values()].reduce((items, last) => items + last + 1, 0);
  console.log(
    `${name}: ${count.kills} kills, ${flushed.size} threads, ${count.flushes} flushes, ${count.items} items kept ` +
      `(${count.unflushed} of them written and not yet told as flushed), ${count.resumed} resumes at once, ${count.losses} losses`,
  );
  if (count.losses > 0) for (const line of damageTold(profile)) console.log(`${name} said: ${line}`);
  if (flushed.size === 0) lose('nothing was ever flushed: this tested nothing');
  return count.losses;
}
