import { findPattern } from './find-pattern.ts';

/** More places than this are not marked in one item: nobody sees so many at once. */
const mostRanges = 2000;

/** The places of a text in what an element shows, in the order of the page. */
export function rangesOf(element: Element, term: string): Range[] {
  const pattern = findPattern(term);
  if (pattern === undefined) return [];
  // Text that is coloured or emphasised lies in several nodes: they are searched as one, block by block.
  const ranges: Range[] = [];
  let nodes: { node: Text; start: number }[] = [];
  let text = '';
  const flush = () => {
    for (const match of text.matchAll(pattern)) {
      if (ranges.length >= mostRanges) break;
      const range = document.createRange();
      const [from, to] = [match.index, match.index + match[0].length];
      const first = nodes.findLast(({ start }) => start <= from);
      const last = nodes.findLast(({ start }) => start < to);
      if (first === undefined || last === undefined) continue;
      range.setStart(first.node, from - first.start);
      range.setEnd(last.node, to - last.start);
      ranges.push(range);
    }
    nodes = [];
    text = '';
  };
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text) {
      if (node.parentElement?.closest('button.copy, .is-hidden')) continue;
      nodes.push({ node, start: text.length });
      text += node.data;
    } else if (node instanceof Element && !inline.has(node.localName)) {
      flush();
    }
  }
  flush();
  return ranges;
}

/** Elements that do not begin a new line. */
const inline = new Set(['a', 'code', 'strong', 'em', 'del', 'span']);

/** Whether this browser can mark text without changing the page. */
const canMark = 'highlights' in CSS;

/** Marks ranges, as `::highlight(find)` and `::highlight(find-current)` show them. */
export function showMarks(ranges: readonly Range[], current: Range | undefined): void {
  if (!canMark) return;
  CSS.highlights.set('find', new Highlight(...ranges));
  CSS.highlights.set('find-current', new Highlight(...(current === undefined ? [] : [current])));
}

/** Takes all marks away. */
export function clearMarks(): void {
  if (!canMark) return;
  CSS.highlights.delete('find');
  CSS.highlights.delete('find-current');
}
