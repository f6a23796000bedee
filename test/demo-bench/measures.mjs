/** @import { Page } from 'playwright' */

/** How often the longest thread is opened. */
const OPENINGS = 15;

/**
 * Opens the longest thread again and again, another one in between. Gives the milliseconds from the click until its
 * newest page has been painted.
 * @param {Page} page
 */
export async function measureOpening(page) {
  const times = [];
  for (let count = 0; count < OPENINGS; count++) {
    await page.evaluate(openAndWait, 1);
    times.push(await page.evaluate(openAndWait, 0));
  }
  const sorted = times.sort((a, b) => a - b).map(Math.round);
  return { median: sorted[Math.floor(OPENINGS / 2)], slowest: sorted.at(-1), all: sorted };
}

/**
 * Clicks a row of the list; gives how long it takes until its turns have been painted.
 * @param {number} index
 */
async function openAndWait(index) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const list = document.querySelector('.thread-list');
  list?.scrollTo(0, 0);
  await frame();
  await frame();
  const row = /** @type {HTMLElement | undefined} */ (document.querySelectorAll('.thread-row')[index]);
  if (!row) throw new Error('there is no such row');
  const before = new Set(document.querySelectorAll('[data-turn]'));
  const begin = performance.now();
  row.click();
  const isThere = () =>
    row.getAttribute('aria-current') === 'page' &&
    [...document.querySelectorAll('[data-turn]')].some((turn) => !before.has(turn));
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve));
  // The frame in which it is drawn, and the first task after it.
  await frame();
  await new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', resolve);
    port1.start();
    port2.postMessage(undefined);
  });
  const time = performance.now() - begin;
  await new Promise((resolve) => setTimeout(resolve, 300));
  return time;
}

/**
 * Scrolls up for ten seconds with the wheel.
 * @param {Page} page
 */
export async function measureTurnScroll(page) {
  const first = await firstTurn(page);
  const figures = await whileScrolling(page, '.turn-feed', 3000);
  return { ...figures, turns: first - (await firstTurn(page)) };
}

/**
 * Scrolls the list down for ten seconds with the wheel.
 * @param {Page} page
 */
export async function measureListScroll(page) {
  const { waited: _, ...figures } = await whileScrolling(page, '.thread-list', -3000);
  return figures;
}

/**
 * Pages up through 2,000 turns, and gives the megabytes of the page's heap on the way, after garbage was collected.
 * @param {Page} page
 */
export async function measureHeap(page) {
  const session = await page.context().newCDPSession(page);
  const heap = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return Math.round(usedSize / 100_000) / 10;
  };
  const begin = await firstTurn(page);
  const megabytes = [await heap()];
  for (const turns of [200, 500, 1000, 1500, 2000]) {
    await page.evaluate(scrollToTurn, begin - turns);
    megabytes.push(await heap());
  }
  const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
  await session.detach();
  return { turns: begin - (await firstTurn(page)), megabytes, nodes };
}

/**
 * Scrolls up, half a window a frame, until a turn of at most this number is in sight.
 * @param {number} number
 */
async function scrollToTurn(number) {
  const scroller = document.querySelector('.turn-feed');
  const first = () => Number(/Question (\d+)/.exec(scroller?.textContent ?? '')?.[1]);
  while (scroller && first() > Math.max(0, number)) {
    scroller.scrollTop -= scroller.clientHeight / 2;
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
}

/**
 * The number of the first turn that is rendered.
 * @param {Page} page
 */
function firstTurn(page) {
  return page.evaluate(() =>
    Number(/Question (\d+)/.exec(document.querySelector('.turn-feed')?.textContent ?? '')?.[1]),
  );
}

/**
 * What the frames and tasks are like during ten seconds of scrolling with the wheel.
 * @param {Page} page
 * @param {string} selector
 * @param {number} speed CSS pixels a second; positive: up
 */
async function whileScrolling(page, selector, speed) {
  await page.evaluate(watch);
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`there is no ${selector}`);
  const session = await page.context().newCDPSession(page);
  await session.send('Input.synthesizeScrollGesture', {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: speed * 10,
    speed: Math.abs(speed),
    gestureSourceType: 'mouse',
  });
  await session.detach();
  return page.evaluate(() => /** @type {Watching} */ (/** @type {unknown} */ (globalThis)).endWatch());
}

/** @typedef {{ frames: number, seconds: number, gapsOver34: number, longestGap: number, longestTask: number, waited: number }} Figures */
/** @typedef {{ endWatch: () => Figures }} Watching */

/** Begins to watch frames, tasks, and whether one has to wait for turns that are being read. */
function watch() {
  /** @type {number[]} */
  const times = [];
  let longestTask = 0;
  let waited = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) longestTask = Math.max(longestTask, duration);
  });
  observer.observe({ type: 'longtask' });
  let handle = requestAnimationFrame(function look(time) {
    times.push(time);
    const edge = document.querySelector('.feed-edge')?.getBoundingClientRect();
    const top = document.querySelector('.turn-feed')?.getBoundingClientRect().top ?? 0;
    if (edge && edge.bottom > top) waited++;
    handle = requestAnimationFrame(look);
  });
  /** @type {Watching} */ (/** @type {unknown} */ (globalThis)).endWatch = () => {
    cancelAnimationFrame(handle);
    observer.disconnect();
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
    return {
      frames: times.length,
      seconds: Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 100) / 10,
      gapsOver34: gaps.filter((gap) => gap > 34).length,
      longestGap: Math.round(Math.max(...gaps)),
      longestTask: Math.round(longestTask),
      // Frames in which the beginning of what is read was in sight.
      waited,
    };
  };
}
