/** @import { CDPSession, Page } from 'playwright' */

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
 * @param {number} speed CSS pixels a second
 */
export async function measureListScroll(page, speed) {
  const figures = await whileScrolling(page, '.thread-list', -speed);
  const rows = await page.evaluate(() => {
    const list = document.querySelector('.thread-list');
    const height = list?.querySelector('li')?.offsetHeight ?? 1;
    const passed = Math.round(((list?.scrollTop ?? 0) + (list?.clientHeight ?? 0)) / height);
    list?.scrollTo(0, 0);
    return passed;
  });
  return { ...figures, rows };
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
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`there is no ${selector}`);
  const session = await page.context().newCDPSession(page);
  const endTasks = await watchTasks(session);
  await page.evaluate(watch, { selector, up: speed > 0 });
  await session.send('Input.synthesizeScrollGesture', {
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    yDistance: speed * 10,
    speed: Math.abs(speed),
    gestureSourceType: 'mouse',
  });
  const figures = await page.evaluate(() =>
    /** @type {Watching} */ (/** @type {unknown} */ (globalThis)).endWatch(),
  );
  const tasks = await endTasks();
  await session.detach();
  return { ...figures, ...tasks };
}

/**
 * Watches the tasks of the page's thread. A task is as long as the clock says, and as what it took of a processor: where
 * the first is much longer, the machine had something else to do.
 * @param {CDPSession} session
 */
async function watchTasks(session) {
  /** @type {TraceEvent[]} */
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(.../** @type {TraceEvent[]} */ (/** @type {unknown} */ (value)));
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    categories: 'disabled-by-default-devtools.timeline',
  });
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    const threads = new Set(
      events.filter(({ args }) => args?.name === 'CrRendererMain').map(({ pid, tid }) => `${pid} ${tid}`),
    );
    const tasks = events.filter(
      ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && threads.has(`${pid} ${tid}`),
    );
    if (tasks.length === 0) throw new Error('the trace has no tasks');
    const longest = (/** @type {'dur' | 'tdur'} */ time) =>
      Math.round(tasks.reduce((most, task) => Math.max(most, task[time] ?? 0), 0) / 1000);
    return { longestTask: longest('dur'), longestTaskCpu: longest('tdur') };
  };
}

/**
 * What a trace tells of a task, times in microseconds, or of a thread's name.
 * @typedef {{ name: string, ph: string, pid: number, tid: number, dur?: number, tdur?: number, args?: { name?: string } }} TraceEvent
 */
/** @typedef {{ frames: number, seconds: number, gapsOver34: number, longestGap: number, waited: number }} Figures */
/** @typedef {{ endWatch: () => Figures }} Watching */

/**
 * Begins to watch frames, and whether one has to wait for what is being read.
 * @param {{ selector: string, up: boolean }} where
 */
function watch({ selector, up }) {
  /** @type {number[]} */
  const times = [];
  let waited = 0;
  const scroller = document.querySelector(selector);
  const { port1, port2 } = new MessageChannel();
  // After the frame, when the layout is known: asking before would make the page lay out twice.
  port1.addEventListener('message', () => {
    if (!scroller) return;
    const { scrollTop, scrollHeight, clientHeight } = scroller;
    if (up ? scrollTop <= 0 : scrollHeight - scrollTop - clientHeight < 1) waited++;
  });
  port1.start();
  let handle = requestAnimationFrame(function look(time) {
    times.push(time);
    port2.postMessage(undefined);
    handle = requestAnimationFrame(look);
  });
  /** @type {Watching} */ (/** @type {unknown} */ (globalThis)).endWatch = () => {
    cancelAnimationFrame(handle);
    port1.close();
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
    return {
      frames: times.length,
      seconds: Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 100) / 10,
      gapsOver34: gaps.filter((gap) => gap > 34).length,
      longestGap: Math.round(Math.max(...gaps)),
      // Frames at the end of what is read.
      waited,
    };
  };
}
