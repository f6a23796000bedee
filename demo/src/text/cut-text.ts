/** How far back a cut looks for the end of a line. */
const lineSearch = 1000;

/**
 * Where to end a piece of `text` that begins at `start` and has about `length` code units: at the end of a line if one
 * is near, and never inside a character.
 */
function cutText(text: string, start: number, length: number): number {
  const end = start + length;
  if (end >= text.length) return text.length;
  const from = Math.max(start + 1, end - lineSearch);
  const line = text.slice(from, end).lastIndexOf('\n');
  if (line !== -1) return from + line + 1;
  const before = text.charCodeAt(end - 1);
  return before >= 0xd8_00 && before <= 0xdb_ff ? end - 1 : end;
}

/** The first `count` pieces of `text`, the first of them about `first` code units long, the others `rest`. */
export function cutPieces(text: string, count: number, first: number, rest: number): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length && pieces.length < count;) {
    const end = cutText(text, start, pieces.length === 0 ? first : rest);
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}
