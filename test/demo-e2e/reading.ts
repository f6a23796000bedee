import type { AxeResults } from 'axe-core';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hostileTexts } from '../demo/hostile-text.ts';
import { type Browser, freshSite } from './drivers/browsers.ts';
import { type Tab, until } from './drivers/driver.ts';

/** What holds of a conversation that is read. */
export function reading(browser: Browser): void {
  test('a link to a turn survives a reload', async () => {
    const tab = await openSite(browser);
    await until(tab, openThread, '130 turns');
    const hash = `${await tab.run(() => location.hash)}/46`;
    await tab.run((to) => {
      location.hash = to;
    }, hash);
    expect(await until(tab, linkedTurn)).toBe('Turn 46');
    await tab.run(() => location.reload());
    expect(await until(tab, linkedTurn)).toBe('Turn 46');
    expect(await tab.run(() => location.hash)).toBe(hash);
    await tab.close();
  });

  test('the map goes to a turn that was not read, by key', async () => {
    const tab = await openSite(browser);
    await until(tab, openThread, '130 turns');
    await until(tab, mapSays, 'Turn 1');
    await tab.run(pressOnMap, 'Home');
    await until(tab, mapSays, 'Turn 1,');
    await tab.run(pressOnMap, 'PageDown');
    await until(tab, mapSays, 'Turn 11,');
    await tab.close();
  });

  test('finding opens what a hit is folded in, and marks it', async () => {
    const tab = await openSite(browser);
    await until(tab, openThread, 'Please move this from webpack');
    await until(tab, openBy, 'Find', '.find-bar');
    await until(tab, typeInto, 'input[aria-label="Find"]', 'WEBPACK.CONFIG');
    const count = await until(tab, findCount);
    expect(count).toMatch(/^(\d+) of \1$/);
    for (let step = 0; step < 3; step++) {
      await tab.run(clickNamed, 'Previous find');
      expect(await until(tab, markedText)).toBe('webpack.config');
    }
    await tab.close();
  });

  test('a hostile conversation is shown, and does nothing', async () => {
    const tab = await openSite(browser);
    await tab.run(listen);
    await tab.choose('input[aria-label="Rollout files"]', [hostileRollout()]);
    await until(tab, openThread, 'nothing to fear');
    await until(tab, () => document.querySelector('[role="feed"]')?.textContent.includes('onerror'));
    await tab.run(() => document.querySelector('[role="feed"]')?.scrollTo({ top: 0 }));
    await until(tab, () => document.querySelector('[role="feed"]')?.textContent.includes('<script>'));
    expect(await tab.run(heard)).toEqual([]);
    await tab.close();
  });

  test('axe finds nothing', async () => {
    const tab = await openSite(browser);
    await until(tab, openThread, '130 turns');
    await until(tab, mapSays, 'Turn');
    expect(await tab.run(findFaults)).toEqual([]);
    await until(tab, openThread, 'Please move this from webpack');
    await until(tab, () => {
      const [bar] = document.querySelectorAll<HTMLElement>('.steps-bar button[aria-expanded="false"]');
      bar?.click();
      return document.querySelectorAll('.step').length > 3;
    });
    await until(tab, openBy, 'Find', '.find-bar');
    await until(tab, openBy, 'Filter', '.list-filters');
    expect(await tab.run(findFaults)).toEqual([]);
    await until(tab, () => {
      if (document.querySelector('dialog[open].help')) return true;
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '?', bubbles: true }));
      return false;
    });
    expect(await tab.run(findFaults)).toEqual([]);
    await tab.close();
  });
}

async function openSite(browser: Browser): Promise<Tab> {
  const site = await freshSite();
  const tab = await browser.driver.newTab();
  await tab.goto(site.url);
  await until(tab, () => document.querySelectorAll('.thread-row').length === 7);
  return tab;
}

/** Opens the thread whose row has this text; whether it is open, with its turns. */
function openThread(text: string): boolean {
  const row = [...document.querySelectorAll<HTMLElement>('.thread-row')].find((one) =>
    one.textContent.includes(text),
  );
  if (row?.getAttribute('aria-current') === 'page') return document.querySelector('[data-turn]') !== null;
  row?.click();
  return false;
}

function clickNamed(name: string): boolean {
  const button = [...document.querySelectorAll('button')].find(
    (one) => one.textContent.trim() === name || one.ariaLabel === name,
  );
  button?.click();
  return button !== undefined;
}

/** Whether what a button opens is open; if not, presses it. */
function openBy(name: string, selector: string): boolean {
  if (document.querySelector(selector) !== null) return true;
  const button = [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === name);
  button?.click();
  return false;
}

/** The turn that the address names, once it is in sight. */
function linkedTurn(): string | null {
  const turn = document.querySelector('.turn[aria-current]');
  const top = turn?.getBoundingClientRect().top ?? -1;
  return turn !== null && top >= 0 && top < innerHeight / 2 ? turn.ariaLabel : null;
}

function mapSays(text: string): boolean {
  return document.querySelector('.thread-map')?.ariaValueText?.startsWith(text) ?? false;
}

function pressOnMap(key: string): void {
  document.querySelector('.thread-map')?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
}

/** Types as one does: React listens to the event, and knows what it has set itself. */
function typeInto(selector: string, text: string): boolean {
  const input = document.querySelector<HTMLInputElement>(selector);
  if (input === null) return false;
  const own = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  own?.set?.call(input, text);
  input.dispatchEvent(new Event('input', { bubbles: true }));
  return true;
}

/** How many were found, once all of the thread was looked through. */
function findCount(): string | false {
  const text = document.querySelector('.find-count')?.textContent ?? '';
  return /^\d+ of \d+$/.test(text) && text;
}

/** The text of the hit that one is at, once it is marked and in sight. */
function markedText(): string | undefined {
  const [range] = CSS.highlights.get('find-current') ?? [];
  if (!(range instanceof Range)) return undefined;
  const { top, bottom } = range.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight ? range.toString() : undefined;
}

/** Hears of scripts that run and of things that would be fetched. */
function listen(): void {
  const heardOf: string[] = [];
  Reflect.set(globalThis, 'heardOf', heardOf);
  globalThis.alert = () => void heardOf.push('alert');
  addEventListener('securitypolicyviolation', (event) => {
    heardOf.push(`${event.violatedDirective} ${event.blockedURI}`);
  });
}

function heard(): unknown {
  return Reflect.get(globalThis, 'heardOf');
}

/** What axe finds in the page as it is: rule, how many times, and the first place. */
async function findFaults(): Promise<string[]> {
  if (!Reflect.has(globalThis, 'axe')) {
    const script = document.createElement('script');
    script.src = 'axe.min.js';
    await new Promise((resolve, reject) => {
      script.addEventListener('load', resolve);
      script.addEventListener('error', reject);
      document.head.append(script);
    });
  }
  const axe: { run: () => Promise<AxeResults> } = Reflect.get(globalThis, 'axe');
  const { violations } = await axe.run();
  return violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.target.join(' ')}`);
}

/** A rollout file whose messages all try something. */
function hostileRollout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'idb-thread-store-hostile-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const id = '01a20000-0000-7000-8000-0000000000ff';
  const timestamp = '2026-11-22T16:00:00.000Z';
  const meta = {
    id,
    timestamp,
    cwd: '<b>/app</b>',
    originator: 'test',
    cli_version: '0.169.0',
    source: 'cli',
  };
  const line = (type: string, payload: object) => ({ timestamp, type, payload });
  const messages = hostileTexts.flatMap((text, number) => {
    const turn_id = `turn-${number}`;
    const about = { thread_id: id, turn_id };
    const said = number === 0 ? `nothing to fear ${text}` : text;
    const content = [{ type: 'text', text: said, text_elements: [] }];
    return [
      line('event_msg', { type: 'task_started', turn_id }),
      line('event_msg', {
        type: 'item_completed',
        ...about,
        item: { type: 'UserMessage', id: `user-${number}`, content },
      }),
      line('event_msg', {
        type: 'item_completed',
        ...about,
        item: { type: 'AgentMessage', id: `agent-${number}`, content: [{ type: 'Text', text }] },
      }),
      line('event_msg', { type: 'task_complete', turn_id }),
    ];
  });
  const lines = [
    line('session_meta', { ...meta, model_provider: 'mock', history_mode: 'paginated' }),
    ...messages,
  ];
  const path = join(folder, `rollout-2026-11-22T16-00-00-${id}.jsonl`);
  writeFileSync(path, lines.map((one, ordinal) => `${JSON.stringify({ ...one, ordinal })}\n`).join(''));
  return path;
}
