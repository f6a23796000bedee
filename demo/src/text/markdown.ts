import { firstLine } from './format.ts';

/** A part of a text that is laid out on its own. */
export type Block =
  | { type: 'paragraph'; text: string }
  | { type: 'heading'; level: number; text: string }
  | { type: 'list'; ordered: boolean; start: number; items: string[] }
  | { type: 'code'; text: string }
  | { type: 'table'; head: string[]; rows: string[][] };

/** A part of a line. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'strong' | 'emphasis'; parts: Inline[] }
  | { type: 'link'; text: string; href: string };

const fence = /^ {0,3}(`{3,}|~{3,})[ \t]*[\w+#.-]*[ \t]*(?:\{.*\}|\S+=.*)?$/;
const heading = /^(#{1,6})\s+(.+?)\s*#*$/;
const bullet = /^\s{0,3}[-*+•]\s+(.*)$/;
const ordered = /^\s{0,3}(\d{1,9})[.)]\s+(.*)$/;
const tableRule = /^\s*\|?(?:\s*:?-+:?\s*\|)+\s*(?::?-+:?\s*)?$/;
const inlineCode = /(`+)([^]+?)\1(?!`)/;
const strong = /\*\*(?=\S)([^]+?\S)\*\*/;
const emphasis = /(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])/;
const link = /\[([^[\]]+)\]\((https?:\/\/[^\s()]+(?:\([^\s()]*\)[^\s()]*)*|mailto:[^\s()]+)\)/;
const inline = new RegExp([inlineCode, strong, emphasis, link].map(({ source }) => source).join('|'), 'g');

/** Code whose fence opens in the middle of a line: not Markdown, but often written, and never meant as a line's part. */
const fenceInLine = /([^\n`])(`{3,})([\w+#.-]*)\n([^]*?)\n\2[ \t]*/g;

/**
 * Splits Markdown into blocks: fenced code, headings, flat lists, tables, and paragraphs that keep their line breaks.
 * Everything else stays the text that it is.
 */
export function parseBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = () => {
    if (paragraph.length > 0) blocks.push({ type: 'paragraph', text: paragraph.join('\n') });
    paragraph = [];
  };

  const lines = markdown.replaceAll(fenceInLine, '$1\n$2$3\n$4\n$2\n').split(/\r?\n/);
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const opening = fence.exec(line);
    if (opening !== null) {
      endParagraph();
      const mark = opening[1] ?? '';
      const code: string[] = [];
      while (++index < lines.length && !isClosingFence(lines[index] ?? '', mark))
        code.push(lines[index] ?? '');
      blocks.push({ type: 'code', text: code.join('\n') });
      continue;
    }
    if (line.includes('|') && tableRule.test(lines[index + 1] ?? '')) {
      endParagraph();
      const table: Block = { type: 'table', head: tableCells(line), rows: [] };
      index++;
      while (lines[index + 1]?.includes('|')) table.rows.push(tableCells(lines[++index] ?? ''));
      blocks.push(table);
      continue;
    }
    const title = heading.exec(line);
    if (title !== null) {
      endParagraph();
      blocks.push({ type: 'heading', level: title[1]?.length ?? 1, text: title[2] ?? '' });
      continue;
    }
    const item = listItem(line);
    if (item !== undefined) {
      endParagraph();
      const last = blocks.at(-1);
      if (last?.type === 'list' && last.ordered === item.ordered && lines[index - 1]?.trim() !== '')
        last.items.push(item.text);
      else blocks.push({ type: 'list', ordered: item.ordered, start: item.start, items: [item.text] });
      continue;
    }
    const list = blocks.at(-1);
    if (list?.type === 'list' && paragraph.length === 0 && /^\s+\S/.test(line)) {
      list.items.push(`${list.items.pop() ?? ''}\n${line.trim()}`);
    } else if (line.trim() === '') {
      endParagraph();
    } else {
      paragraph.push(line);
    }
  }
  endParagraph();
  return blocks;
}

function isClosingFence(line: string, mark: string): boolean {
  const text = line.trim();
  return text.startsWith(mark) && text.replaceAll(mark.charAt(0), '') === '';
}

function tableCells(line: string): string[] {
  const cells = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return cells.split('|').map((cell) => cell.trim());
}

function listItem(line: string): { ordered: boolean; start: number; text: string } | undefined {
  const point = bullet.exec(line);
  if (point !== null) return { ordered: false, start: 1, text: point[1] ?? '' };
  const numbered = ordered.exec(line);
  if (numbered !== null) return { ordered: true, start: Number(numbered[1]), text: numbered[2] ?? '' };
  return undefined;
}

/** Splits a block's text into inline code, strong and slanted text, links that are safe to follow, and the rest. */
export function parseInline(text: string): Inline[] {
  const parts: Inline[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    if (match.index > end) parts.push({ type: 'text', text: text.slice(end, match.index) });
    end = match.index + match[0].length;
    const [, , code, bold, slanted, label, href] = match;
    if (code !== undefined) parts.push({ type: 'code', text: code });
    else if (bold !== undefined) parts.push({ type: 'strong', parts: parseInline(bold) });
    else if (slanted !== undefined) parts.push({ type: 'emphasis', parts: parseInline(slanted) });
    else if (label !== undefined && href !== undefined) parts.push({ type: 'link', text: label, href });
  }
  if (end < text.length) parts.push({ type: 'text', text: text.slice(end) });
  return parts;
}

/** The first line of a Markdown text that says something, without its marks: a title. */
export function plainTitle(markdown: string): string {
  return withoutMarks(parseInline(firstLine(markdown).replace(/^#+\s+/, '')));
}

function withoutMarks(parts: Inline[]): string {
  return parts.map((part) => ('parts' in part ? withoutMarks(part.parts) : part.text)).join('');
}
