import { expect, test } from 'vitest';
import { type Browser, freshSite, openSite } from './drivers/browsers.ts';
import { type Tab, until } from './drivers/driver.ts';
import { click, openBy, openThread } from './page-code.ts';

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
      await until(tab, () => document.activeElement?.classList.contains('thread-row'));
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

  test('one that was deleted while it was open is open again once that is undone', async () => {
    const tab = await openSite(browser);
    await until(tab, openThread, 'lisbon');
    await until(tab, openMenu);
    await until(tab, click, 'Delete Del');
    await until(tab, hasRows, 6);
    await until(tab, () => location.hash === '#/');
    await until(tab, undo);
    await until(tab, hasRows, 7);
    await until(tab, () => document.activeElement?.matches('.conversation-header .menu-button'));
    expect(await until(tab, () => document.querySelector('.conversation h2')?.textContent)).toContain(
      'Lisbon',
    );
    await tab.close();
  });

  test('a folder chooses what the list shows, and an order what comes first', async () => {
    const tab = await openSite(browser);
    await choose(tab, 'Folder', 'coffee-exports');
    await until(tab, hasRows, 1);
    await choose(tab, 'Folder', 'All');
    await until(tab, hasRows, 7);
    await until(tab, openThread, 'lisbon');
    await rename(tab, 'A weekend in Lisbon');
    expect(await tab.run(firstTitle)).not.toBe('A weekend in Lisbon');
    await choose(tab, 'Sort by', 'Latest change');
    await until(tab, hasFirst, 'A weekend in Lisbon');
    await tab.close();
  });

  test('a title from right to left is written so, and what is beside it stays', async () => {
    const tab = await openSite(browser);
    await until(tab, openThread, 'lisbon');
    await rename(tab, 'عطلة في لشبونة مع الأطفال');
    const sides = await until(tab, () => {
      const row = [...document.querySelectorAll('.thread-row')].find((one) =>
        one.textContent.includes('عطلة'),
      );
      const title = row?.querySelector('.thread-title');
      const time = row?.querySelector('.thread-time');
      if (!title || !time) return undefined;
      return {
        direction: getComputedStyle(title).direction,
        beside: title.getBoundingClientRect().right <= time.getBoundingClientRect().left,
      };
    });
    expect(sides).toEqual({ direction: 'rtl', beside: true });
    expect(
      await until(tab, () => {
        const heading = document.querySelector('.conversation h2');
        return heading?.textContent.includes('عطلة') && getComputedStyle(heading).direction;
      }),
    ).toBe('rtl');
    await tab.close();
  });
}

/** Opens the menu of the conversation that is open; whether it is. */
function openMenu(): boolean {
  if (document.querySelector('.conversation [role="menu"]')) return true;
  document.querySelector<HTMLElement>('.conversation-header .menu-button')?.click();
  return false;
}

/** Gives the conversation that is open another name. */
async function rename(tab: Tab, name: string): Promise<void> {
  await until(tab, openMenu);
  await until(tab, click, 'Rename… R');
  await until(tab, write, 'dialog[open] input', name);
  await tab.run(() => document.querySelector<HTMLElement>('dialog[open] [type="submit"]')?.click());
  await until(tab, (text) => document.querySelector('.conversation h2')?.textContent === text, name);
}

function firstTitle(): string | undefined {
  return document.querySelector('.thread-title')?.textContent;
}

function hasFirst(title: string): boolean {
  return document.querySelector('.thread-title')?.textContent === title;
}

/** Chooses an option of one of the filters, by a part of what it says, once it is there. */
async function choose(tab: Tab, filter: string, option: string): Promise<void> {
  await until(tab, openBy, 'Filter', '.list-filters');
  await until(
    tab,
    (name, word) => {
      const choice = [...document.querySelectorAll('.choice')].find((one) =>
        one.textContent.startsWith(name),
      );
      const select = choice?.querySelector('select');
      const wanted = [...(select?.options ?? [])].find((one) => one.textContent.includes(word));
      if (!select || !wanted) return false;
      select.value = wanted.value;
      select.dispatchEvent(new Event('change', { bubbles: true }));
      return true;
    },
    filter,
    option,
  );
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
