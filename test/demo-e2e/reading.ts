import { expect, test } from 'vitest';
import { hostileTexts } from '../demo/hostile-text.ts';
import { type Browser, openSite } from './drivers/browsers.ts';
import { until } from './drivers/driver.ts';
import { findFaults } from './faults.ts';
import { click, openBy, openThread, type } from './page-code.ts';
import { answered, asked, writeRollout } from './rollouts.ts';

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
    await until(tab, type, 'Find', 'WEBPACK.CONFIG');
    const count = await until(tab, findCount);
    expect(count).toMatch(/^(\d+) of \1$/);
    for (let step = 0; step < 3; step++) {
      await tab.run(click, 'Previous find');
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

/** A rollout file whose messages all try something. */
function hostileRollout(): string {
  const turns = hostileTexts.map((text, number) => [
    asked(`user-${number}`, number === 0 ? `nothing to fear ${text}` : text),
    answered(`agent-${number}`, text),
  ]);
  return writeRollout('<b>/app</b>', turns);
}
