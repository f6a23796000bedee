import { Marked, type MarkedToken, type Token, type Tokens } from 'marked';
import { firstLine } from './format.ts';

/** A part of a Markdown text: one that is laid out on its own, or one of a line. */
export type MarkdownToken = MarkedToken;

/** Line breaks count, as in every chat. HTML is never read as such: see `markdown-view.tsx`. */
const marked = new Marked({ gfm: true, breaks: true });

/** Code whose fence opens in the middle of a line: not Markdown, but often written, and never meant as a line's part. */
const fenceInLine = /([^\n`])(`{3,})([\w+#.-]*)\n([^]*?)\n\2[ \t]*/g;

/** Parses Markdown; a text that would take too long, or nests too deep, becomes one paragraph of plain text. */
export function parseMarkdown(markdown: string): MarkdownToken[] {
  if (!isTangled(markdown)) {
    try {
      return knownTokens(marked.lexer(markdown.replaceAll(fenceInLine, '$1\n$2$3\n$4\n$2\n')));
    } catch {
      // Too deep for the parser's recursion.
    }
  }
  const text: Tokens.Text = { type: 'text', raw: markdown, text: markdown };
  return [{ type: 'paragraph', raw: markdown, text: markdown, tokens: [text] }];
}

/** The tokens without those of extensions, of which there are none. */
export function knownTokens(tokens: Token[] | undefined): MarkdownToken[] {
  return (tokens ?? []).filter(isMarkdownToken);
}

const kinds: Record<MarkdownToken['type'], true> = {
  blockquote: true,
  br: true,
  checkbox: true,
  code: true,
  codespan: true,
  def: true,
  del: true,
  em: true,
  escape: true,
  heading: true,
  hr: true,
  html: true,
  image: true,
  link: true,
  list: true,
  list_item: true,
  paragraph: true,
  space: true,
  strong: true,
  table: true,
  text: true,
};

function isMarkdownToken(token: Token): token is MarkdownToken {
  return Object.hasOwn(kinds, token.type);
}

const fencedCode = /^ {0,3}(`{3,}|~{3,})[^]*?(?:^ {0,3}\1|$(?![^]))/gm;
const longestWord = 4000;
const mostMarks = 400;

/** Whether what nobody writes, and what takes a parser seconds, is in a text: a history is untrusted. */
function isTangled(markdown: string): boolean {
  const prose = markdown.replaceAll(fencedCode, '');
  if (new RegExp(`\\S{${longestWord}}`).test(prose)) return true;
  return prose.split(/\n\s*\n/).some((part) => (part.match(/[*_~[\]<]/g)?.length ?? 0) > mostMarks);
}

const opening = /^ {0,3}(`{3,}|~{3,})(?!.*`)[^\n]*$/;

/** The line that opened the fenced code which is still open at the end of `markdown`; `''` when none is. */
export function openFence(markdown: string): string {
  let open = '';
  let mark = '';
  for (const line of markdown.split('\n')) {
    const fence = opening.exec(line);
    if (mark === '') {
      if (fence === null) continue;
      open = `${line.trim()}\n`;
      mark = fence[1] ?? '';
    } else if (line.trim().startsWith(mark) && line.trim().replaceAll(mark.charAt(0), '') === '') {
      open = '';
      mark = '';
    }
  }
  return open;
}

/** The first line of a Markdown text that says something, without its marks: a title. */
export function plainTitle(markdown: string): string {
  const [block] = parseMarkdown(firstLine(markdown));
  return block === undefined ? '' : plainText(block).trim();
}

function plainText(token: MarkdownToken): string {
  if (token.type === 'list') return token.items.map((item) => plainTexts(item.tokens)).join(' ');
  if ('tokens' in token && token.tokens !== undefined) return plainTexts(token.tokens);
  return 'text' in token ? decodeEntities(token.text) : '';
}

function plainTexts(tokens: Token[]): string {
  return knownTokens(tokens).map(plainText).join('');
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Characters that are written by name or number. */
export function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,5}));/gi, (match, decimal, hex, name) => {
    if (name !== undefined) return entities[String(name)] ?? match;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code > 0x1f && code <= 0x10_ff_ff ? String.fromCodePoint(code) : match;
  });
}
