import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { highlight } from '../../demo/src/text/highlight.ts';
import { MarkdownView } from '../../demo/src/text/markdown-view.tsx';
import { openFence, plainTitle } from '../../demo/src/text/markdown.ts';
import { hostileTexts, tangledTexts } from './hostile-text.ts';

const tags = new Set(
  'a blockquote br button code del em figcaption figure h4 h5 hr img input li ol p pre span strong table tbody td th thead tr ul div'.split(
    ' ',
  ),
);
const attributes = new Set(
  'alt aria-label aria-live checked class data-align decoding dir disabled href loading rel role src start tabindex target title type'.split(
    ' ',
  ),
);

describe('Markdown of a history', () => {
  test.each(hostileTexts)('stays text: %s', (text) => {
    for (const { tag, attribute, value } of markupOf(render(text))) {
      expect(tags).toContain(tag);
      if (attribute === undefined) continue;
      expect(attributes).toContain(attribute);
      if (attribute === 'href') expect(value).toMatch(/^(?:https?:\/\/|mailto:)/i);
      if (attribute === 'src') expect(value).toMatch(/^data:image\//i);
    }
  });

  test('shows the tags that somebody wrote', () => {
    expect(render('use <Suspense> & <b>')).toBe('<p dir="auto">use &lt;Suspense&gt; &amp; &lt;b&gt;</p>');
    expect(render('<script>alert(1)</script>')).toContain('&lt;script&gt;');
  });

  test.each(Object.keys(tangledTexts))('gives up on a tangle of %s, and shows it all', (name) => {
    const text = tangledTexts[name] ?? '';
    const shown = render(text).replaceAll(/<[^>]*>|\s/g, '');
    expect(shown.length).toBeGreaterThan(0);
  });

  test('keeps line breaks, nested lists, tasks, tables and the direction of each part', () => {
    expect(render('one\ntwo')).toContain('one<br/>two');
    expect(render('1. a\n   - b\n2. c')).toContain('<ol dir="ltr" start="1"><li>a<ul dir="ltr"><li>b</li>');
    expect(render('- [x] done')).toContain(
      '<input type="checkbox" disabled="" aria-label="Done" checked=""/>',
    );
    expect(render('| a |\n|:-:|\n| שלום |')).toContain('<td dir="auto" data-align="center">שלום</td>');
    expect(render('1. **مرحبا** a\n2. b')).toContain('<ol dir="rtl" start="1">');
    expect(render('> (שלום)')).toContain('<blockquote dir="rtl">');
    expect(render('你好\n\nمرحبا')).toBe('<p dir="auto">你好</p><p dir="auto">مرحبا</p>');
  });

  test('reads code whose fence opens in the middle of a line', () => {
    expect(render('So: ```js\nlet a;\n``` done')).toContain('<code>let a;</code>');
  });

  test('links to what is safe to follow, and names the rest', () => {
    expect(render('[a](https://a.example/b)')).toContain('href="https://a.example/b"');
    expect(render('[main.ts](/src/main.ts:10)')).toContain(
      '<span class="dead-link" title="/src/main.ts:10">main.ts</span>',
    );
  });

  test('goes on with code where a piece was cut in it', () => {
    expect(openFence('text\n```ts\nlet a')).toBe('```ts\n');
    expect(openFence('text\n```ts\nlet a\n```\n')).toBe('');
    expect(openFence('~~~~\n```\n')).toBe('~~~~\n');
  });

  test('has titles without marks', () => {
    expect(plainTitle('**Looking** at `a.ts` &amp; more\n\nThen')).toBe('Looking at a.ts & more');
    expect(plainTitle('## Plan')).toBe('Plan');
  });
});

describe('colours of code', () => {
  test('leave the text as it is', async () => {
    const text = 'const a = `<b>${1}</b>`; // "done"\n';
    const parts = await highlight(text, 'ts');
    expect(parts).toBeDefined();
    expect(textOf(parts ?? [])).toBe(text);
  });

  test('are not guessed', async () => {
    expect(await highlight('const a = 1;', '')).toBeUndefined();
    expect(await highlight('const a = 1;', 'constructor')).toBeUndefined();
  });
});

function textOf(parts: NonNullable<Awaited<ReturnType<typeof highlight>>>): string {
  return parts.map((part) => (typeof part === 'string' ? part : textOf(part.parts))).join('');
}

function render(markdown: string): string {
  return renderToStaticMarkup(createElement(MarkdownView, { markdown }));
}

const opening = /<([a-z\d]+)((?:\s[^\s=>/]+(?:="[^"]*")?)*)\s*\/?>/gi;

/** Every tag of React's markup, which escapes all else, and every attribute. */
function* markupOf(html: string): Generator<{ tag: string; attribute?: string; value?: string }> {
  expect(html.replaceAll(opening, '').replaceAll(/<\/[a-z\d]+>/g, '')).not.toContain('<');
  for (const [, tag = '', rest = ''] of html.matchAll(opening)) {
    yield { tag };
    for (const [, attribute = '', value = ''] of rest.matchAll(/\s([^\s=]+)(?:="([^"]*)")?/g))
      yield { tag, attribute, value };
  }
}
