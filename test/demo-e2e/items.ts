import { expect, test } from 'vitest';
import { type Browser, openSite } from './drivers/browsers.ts';
import { type Tab, until } from './drivers/driver.ts';
import { click, openBy, openThread } from './page-code.ts';
import { answered, asked, type RecordedItem, writeRollout } from './rollouts.ts';

const outputLength = 3_000_000;

/** What holds of the items of a turn that is opened. */
export function items(browser: Browser): void {
  test('output of megabytes opens in pieces', async () => {
    const tab = await openTurn(browser);
    await until(tab, openFold, 'npm test');
    const first = await until(tab, outputShown);
    expect(first).toBeLessThan(10_000);
    await until(tab, click, 'Show 32.8 kB more of 3 MB');
    const second = await until(
      tab,
      (before) => {
        const length = document.querySelector('[aria-label="Output"]')?.textContent.length ?? 0;
        return length > before && length;
      },
      first + 1000,
    );
    expect(second).toBeLessThan(50_000);
    await tab.close();
  });

  test('a diff is shown line by line, and an item of an unknown type as JSON', async () => {
    const tab = await openTurn(browser);
    await until(tab, openFold, 'lamp.ts');
    const lines = await until(tab, () => {
      const all = [...document.querySelectorAll<HTMLElement>('.diff [data-line]')];
      return all.length > 0 && all.map((line) => `${line.dataset['line']} ${line.textContent}`);
    });
    expect(lines).toEqual(['hunk @@ -1 +1 @@', 'delete -let lamp = 0;', 'add +let lamp = 1;']);
    await until(tab, openFold, 'Hologram');
    const json = await until(tab, () => document.querySelector('[aria-label="Hologram"]')?.textContent);
    expect(JSON.parse(json)).toMatchObject({ light: 'green' });
    await tab.close();
  });

  test('languages from right to left, and of many characters, are written as they are', async () => {
    const tab = await openTurn(browser);
    const directions = await until(tab, () => {
      const paragraphs = [...document.querySelectorAll('.agent-message p')];
      return paragraphs.length === 3 && paragraphs.map((one) => getComputedStyle(one).direction);
    });
    expect(directions).toEqual(['rtl', 'ltr', 'ltr']);
    await tab.close();
  });

  test('what is copied is what was written', async () => {
    const tab = await openTurn(browser);
    // A page in the background may not write to the clipboard, so this one is asked what it would write.
    await tab.run(() => {
      Object.defineProperty(navigator, 'clipboard', {
        value: { writeText: (text: string) => Promise.resolve(Reflect.set(globalThis, 'copied', text)) },
      });
    });
    await until(tab, click, 'Copy code');
    expect(await until(tab, () => String(Reflect.get(globalThis, 'copied') ?? ''))).toBe(
      'const lamp = "on";',
    );
    await until(tab, click, 'Copy answer');
    expect(
      await until(tab, () => {
        const text = String(Reflect.get(globalThis, 'copied'));
        return text.includes('```') && text;
      }),
    ).toBe(answer);
    await tab.close();
  });
}

const answer = `سؤال جيد عن المصباح\n\nランプはもう点いています。\n\nIt burns now:\n\n\`\`\`ts\nconst lamp = "on";\n\`\`\``;

const work: RecordedItem[] = [
  asked('asked', 'Why is the lamp dark?'),
  {
    type: 'CommandExecution',
    id: 'ran',
    command: ['npm', 'test'],
    cwd: 'file:///app',
    parsed_cmd: [{ type: 'unknown', cmd: 'npm test' }],
    source: 'unified_exec_startup',
    status: 'completed',
    aggregated_output: 'one more line of the output of a test\n'.repeat(outputLength / 38),
    exit_code: 0,
    duration: { secs: 1, nanos: 0 },
  },
  {
    type: 'FileChange',
    id: 'changed',
    changes: {
      '/app/lamp.ts': {
        type: 'update',
        unified_diff: '@@ -1 +1 @@\n-let lamp = 0;\n+let lamp = 1;\n',
        move_path: null,
      },
    },
    status: 'completed',
  },
  { type: 'Hologram', id: 'shown', light: 'green' },
  answered('answered', answer),
];

/** A tab in which a turn of items of many kinds is open. */
async function openTurn(browser: Browser): Promise<Tab> {
  const tab = await openSite(browser);
  await tab.choose('input[aria-label="Rollout files"]', [writeRollout('/app', [work])]);
  await until(tab, openThread, 'Why is the lamp dark?');
  await until(tab, openBy, '3 steps', '.step');
  return tab;
}

/** Opens the line that has this text; whether it is open. */
function openFold(text: string): boolean {
  const line = [...document.querySelectorAll<HTMLElement>('.fold > button')].find((one) =>
    one.textContent.includes(text),
  );
  if (line?.ariaExpanded === 'true') return true;
  line?.click();
  return false;
}

function outputShown(): number | undefined {
  return document.querySelector('[aria-label="Output"]')?.textContent.length;
}
