import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { zip } from '../support/zip.ts';
import { type Browser, freshSite } from './drivers/browsers.ts';
import { until } from './drivers/driver.ts';
import { click, sampleTitles, says, type } from './page-code.ts';

const corpus = join(import.meta.dirname, '../fixtures/corpus');
/** Every recording, and beside them files of lines that are none. */
const files = readdirSync(corpus, { recursive: true, encoding: 'utf8' })
  .filter((path) => /(?:legacy|paginated)\/.*\.jsonl$/.test(path))
  .map((path) => join(corpus, path));
const rollouts = files.filter((path) => basename(path).startsWith('rollout-'));
const samples = join(import.meta.dirname, '../../demo/conversations');
const [sample = ''] = readdirSync(samples);

/** What holds of histories that are read. */
export function history(browser: Browser): void {
  test('a first visit shows conversations, the newest one open', async () => {
    const site = await freshSite();
    const tab = await browser.driver.newTab();
    await tab.goto(site.url);
    const titles = await until(tab, sampleTitles);
    expect(titles).toContain(
      'Three days in Lisbon with children of 6 and 9, in May, no car. Make it relaxed.',
    );
    expect(await until(tab, () => document.querySelector('.conversation h2')?.textContent.trim())).toBe(
      titles[0],
    );
    await tab.close();
  });

  test('the corpus is imported, and told file by file', async () => {
    const site = await freshSite();
    const tab = await browser.driver.newTab();
    await tab.goto(site.url);
    await until(tab, sampleTitles);
    await tab.choose('input[aria-label="Rollout files"]', [...files, join(samples, sample)]);
    await until(
      tab,
      says,
      `${rollouts.length} imported, 1 unchanged, ${files.length - rollouts.length} failed`,
    );
    const reported = await tab.run(() => document.querySelectorAll('.report-files > li').length);
    expect(reported).toBe(files.length + 1);
    await tab.close();
  });

  test('an archive is imported, without what is no rollout', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-zip-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const archived = rollouts.filter((path) => /legacy.(?:basic|rich)/.test(path));
    const content = archived.map((path) => [`sessions/2026/${basename(path)}`, readFileSync(path, 'utf8')]);
    const archive = join(folder, 'sessions.zip');
    writeFileSync(archive, zip({ ...Object.fromEntries(content), 'sessions/notes.txt': 'none' }));

    const site = await freshSite();
    const tab = await browser.driver.newTab();
    await tab.goto(site.url);
    await until(tab, sampleTitles);
    await tab.choose('input[aria-label="Rollout files"]', [archive]);
    await until(tab, says, '2 imported');
    await until(tab, says, '1 other file passed over');
    await tab.close();
  });

  test('scrolling up pages through 130 turns, and nothing jumps', () => readUpward(browser));

  test('nothing jumps where the browser never came to render turns ahead', () =>
    readUpward(browser, () => {
      globalThis.requestIdleCallback = () => 0;
    }));

  test('finds a text in all of a conversation, and goes there', async () => {
    const site = await freshSite();
    const tab = await browser.driver.newTab();
    await tab.goto(site.url);
    await until(tab, sampleTitles);
    await until(tab, openLongest);
    await until(tab, click, 'Find');
    await until(tab, type, 'Find', 'GIT');
    const count = await until(tab, () => {
      const text = document.querySelector('.find-count')?.textContent ?? '';
      // Without "in … turns" it has looked through all of them.
      return /^(\d+) of \1$/.test(text) && Number(text.split(' ')[0]);
    });
    // In what was asked and in what was answered, also within words, as in "digits".
    expect(count).toBeGreaterThan(20);
    await until(tab, click, 'Previous find');
    await until(tab, says, `${count - 1} of ${count}`);

    await until(tab, type, 'Find', 'four people joined');
    await until(tab, says, '1 of 1');
    await until(tab, () => document.querySelector('.turn-feed')?.textContent.includes('four people joined'));
    await tab.close();
  });

  test.skipIf(browser.name === 'webkit')(
    'a phone shows the list or a conversation, each as wide as it is',
    async () => {
      const site = await freshSite();
      const tab = await browser.driver.newTab({ width: 390, height: 844 });
      await tab.goto(site.url);
      await until(tab, sampleTitles);
      expect(await tab.run(panes)).toEqual({ list: true, conversation: false, overflow: 0 });
      await until(tab, openLongest);
      await until(tab, shows, 129);
      expect(await tab.run(panes)).toEqual({ list: false, conversation: true, overflow: 0 });
      await until(tab, click, 'Back to the conversations');
      await until(tab, () => document.activeElement?.classList.contains('thread-row'));
      expect(await tab.run(panes)).toEqual({ list: true, conversation: false, overflow: 0 });
      await tab.close();
    },
  );
}

/**
 * Opens the longest conversation and scrolls to its start: every turn is seen, and none jumps.
 * @param prepare what is done to the page before that
 */
async function readUpward(browser: Browser, prepare: () => void = () => undefined): Promise<void> {
  const site = await freshSite();
  const tab = await browser.driver.newTab();
  await tab.goto(site.url);
  await until(tab, sampleTitles);
  await tab.run(prepare);
  await until(tab, openLongest);
  await until(tab, shows, 129);
  const seen = new Set<number>();
  for (let isThere = false; !isThere;) {
    const part = await tab.run(scrollUp);
    expect(part.jumps).toEqual([]);
    for (const number of part.seen) seen.add(number);
    isThere = part.isThere;
  }
  // Turn by turn, none left out.
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 130 }, (_, index) => index));
  await tab.close();
}

/** Which panes can be seen, and by how many pixels something is wider than the window. */
function panes(): { list: boolean; conversation: boolean; overflow: number } {
  const isSeen = (selector: string) =>
    document.querySelector(selector)?.checkVisibility({ visibilityProperty: true });
  return {
    list: isSeen('.list-pane') ?? false,
    conversation: isSeen('.conversation') ?? false,
    overflow: document.documentElement.scrollWidth - innerWidth,
  };
}

/** Whether the turn with this ordinal is rendered. */
function shows(ordinal: number): boolean {
  return document.querySelector(`[data-turn][aria-posinset="${ordinal + 1}"]`) !== null;
}

/** Opens the conversation of 130 turns that comes with the viewer; whether it is open. */
function openLongest(): boolean {
  const row = [...document.querySelectorAll<HTMLElement>('.thread-row')].find((one) =>
    one.textContent.includes('130 turns'),
  );
  if (row?.getAttribute('aria-current') === 'page') return true;
  row?.click();
  return false;
}

/**
 * Scrolls up as one does, a part of the window each time, for a while. Gives the numbers of the turns that were seen,
 * and by how much a turn in sight was painted beyond the scroll, or the other way. One step may be held back where
 * pages come in: then nothing moves.
 */
async function scrollUp(): Promise<{ seen: number[]; jumps: number[]; isThere: boolean }> {
  // Where a frame painted it: sizes are seen to between the animation frame's callbacks and this.
  const painted = (element: Element) =>
    new Promise<number>((resolve) => {
      const observer = new IntersectionObserver(([entry]) => {
        observer.disconnect();
        resolve(entry?.boundingClientRect.top ?? 0);
      });
      observer.observe(element);
    });
  const scroller = document.querySelector('.turn-feed');
  if (!scroller) throw new Error('there are no turns');
  const turns = () => [...scroller.querySelectorAll<HTMLElement>('[data-turn]')];
  const seen = new Set<number>();
  const jumps: number[] = [];
  const isThere = () => seen.has(0) && scroller.scrollTop <= 0;
  const step = scroller.clientHeight * 0.6;
  for (let count = 0; count < 30 && !isThere(); count++) {
    for (const turn of turns()) {
      seen.add(Number(turn.ariaPosInSet) - 1);
    }
    const top = scroller.getBoundingClientRect().top;
    const inSight = turns().find((turn) => turn.getBoundingClientRect().top >= top);
    if (!inSight) continue;
    const before = await painted(inSight);
    const moved = Math.min(step, scroller.scrollTop);
    scroller.scrollTop -= moved;
    for (let frame = 0; frame < 2; frame++) {
      const by = (await painted(inSight)) - before;
      if (inSight.isConnected && (by < -2 || by > moved + 2)) jumps.push(Math.round(by));
    }
  }
  return { seen: [...seen], jumps, isThere: isThere() };
}
