import { expect, test } from 'vitest';
import { type Browser, freshSite } from './drivers/browsers.ts';
import { type Tab, until } from './drivers/driver.ts';

/** What holds of the list of threads. */
export function threads(browser: Browser): void {
  test('a thread is found, renamed, archived and deleted by keyboard, and each of it is taken back', async () => {
    const site = await freshSite();
    const tab = await browser.driver.newTab();
    await tab.goto(site.url);
    await until(tab, hasRows, 7);
    await until(tab, write, 'input[aria-label="Search titles and folders"]', 'LISBON');
    await until(tab, hasRows, 1);

    await tab.run(press, 'r');
    await until(tab, write, 'dialog[open] input', 'A weekend in Lisbon');
    await tab.run(() => document.querySelector<HTMLElement>('dialog[open] [type="submit"]')?.click());
    await until(tab, () => document.querySelector('.thread-title')?.textContent === 'A weekend in Lisbon');

    for (const [key, takeBack] of [
      ['e', undo],
      ['Delete', undoByKey],
    ] as const) {
      await tab.run(press, key);
      await until(tab, hasRows, 0);
      await until(tab, takeBack);
      await until(tab, hasRows, 1);
    }

    await tab.run(press, 'e');
    await until(tab, hasRows, 0);
    await show(tab, 'archived');
    await until(tab, hasRows, 1);
    expect(await tab.run(() => document.querySelector('.thread-title')?.textContent)).toBe(
      'A weekend in Lisbon',
    );
    await tab.close();
  });
}

async function show(tab: Tab, value: string): Promise<void> {
  await until(tab, () => {
    const filters = document.querySelector('.list-filters');
    if (filters === null) document.querySelector<HTMLElement>('.list-search button')?.click();
    return filters !== null;
  });
  await tab.run((wanted) => {
    const select = [...document.querySelectorAll<HTMLSelectElement>('.list-filters select')].at(-1);
    if (select === undefined) throw new Error('there are no filters');
    select.value = wanted;
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }, value);
}

function hasRows(count: number): boolean {
  return document.querySelectorAll('.thread-row').length === count;
}

function press(key: string): void {
  const row = document.querySelector<HTMLElement>('.thread-row');
  row?.focus();
  row?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
}

function undo(): boolean {
  const button = [...document.querySelectorAll<HTMLElement>('.toasts button')].at(-1);
  button?.click();
  return button !== undefined;
}

/** Presses the keys for it, until there is nothing left to undo. */
function undoByKey(): boolean {
  const nothingLeft = document.querySelector('.toasts button') === null;
  const options = { key: 'z', ctrlKey: true, bubbles: true, cancelable: true };
  document.body.dispatchEvent(new KeyboardEvent('keydown', options));
  return nothingLeft;
}

/** Writes into a field as one does: React listens to the event, and knows what it has set itself. */
function write(selector: string, text: string): boolean {
  const input = document.querySelector<HTMLInputElement>(selector);
  if (input === null) return false;
  const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  own?.set?.call(input, text);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}
