import { expect, test } from 'vitest';
import { type Browser, freshSite } from './drivers/browsers.ts';
import { until } from './drivers/driver.ts';
import { click, sampleTitles, says, send } from './page-code.ts';

/** What holds of conversations that are being written. */
export function live(browser: Browser): void {
  test('a second tab follows an answer, and goes on with the conversation once it is over', async () => {
    const { writer, reader } = await twoTabs(browser);
    await until(writer, click, 'Stop');
    await until(reader, says, 'Interrupted');

    // Nobody writes it now, so this tab may.
    await until(reader, send, 'And the day?', 'fails');
    await until(reader, says, 'stream disconnected');
    await until(reader, send, 'Go on', 'keepsWriting');
    await until(reader, click, 'Stop');
    await until(reader, () => document.querySelector('.composer button')?.textContent === 'Send');
    const statuses = await until(reader, () => {
      const all = [...document.querySelectorAll('.turn-status')].map((status) => status.textContent);
      return all.length === 3 && all;
    });
    expect(statuses.map((status) => status.slice(0, 6))).toEqual(['Interr', 'Failed', 'Interr']);
    await writer.close();
    await reader.close();
  });

  // Where a window closes in the middle of a write, WebKitGTK on a busy machine opens that database for nobody any more:
  // a bare `indexedDB.open` in another window does not return either.
  test.skipIf(browser.name === 'webkit')('an answer outlives the tab that writes it', async () => {
    const { writer, reader, address, length } = await twoTabs(browser);
    // The tab goes in the middle of a word; the turn is over for everybody, and what was written stays.
    await writer.close();
    await until(reader, says, 'Interrupted');
    await reader.goto('about:blank');
    await reader.goto(address);
    await until(reader, says, 'Interrupted');
    expect(await until(reader, answerLength)).toBeGreaterThan(length);
    await until(reader, send, 'And the day?', 'fails');
    await until(reader, says, 'stream disconnected');
    await reader.close();
  });
}

/** A tab in which an answer is being written, and one that follows it. */
async function twoTabs(browser: Browser) {
  const site = await freshSite();
  const writer = await browser.driver.newTab();
  await writer.goto(site.url);
  await until(writer, sampleTitles);
  await writer.goto(`${site.url}#/new`);
  await until(writer, send, 'How was the night?', 'keepsWriting');
  const address = await until(writer, () => location.hash.startsWith('#/thread/') && location.href);
  await until(writer, says, 'logbook');

  const reader = await browser.driver.newTab();
  await reader.goto(address);
  await until(reader, says, 'In progress');
  const length = await until(reader, answerLength);
  await until(reader, isLonger, length);
  return { writer, reader, address, length };
}

function isLonger(length: number): boolean {
  return (document.querySelector('.turn-body')?.textContent.length ?? 0) > length;
}

function answerLength(): number | undefined {
  return document.querySelector('.turn-body')?.textContent.length;
}
