/** Joins words into a command line as one would type it in a POSIX shell: what is not plain is quoted. */
export function joinShellWords(words: readonly string[]): string {
  // A NUL cannot be typed at all.
  return words.some((word) => word.includes('\0')) ? words.join(' ') : words.map(quote).join(' ');
}

/** What a part may hold: bare; in single quotes, where only the first may be a `^`; in double quotes. */
const kinds: { fits: RegExp; quote: (part: string) => string }[] = [
  { fits: /[\w+\-./:@\]]*/y, quote: (part) => part },
  { fits: /\^?[^'^\\]*/y, quote: (part) => `'${part}'` },
  { fits: /[^`$!^]*/y, quote: (part) => `"${part.replaceAll(/["\\]/g, '\\$&')}"` },
];

/** Quotes one word in parts, each as long as one way of quoting allows; of equal ones the simplest is taken. */
function quote(word: string): string {
  let quoted = '';
  for (let at = 0; at < word.length || quoted === '';) {
    let best = { part: '', text: "''" };
    for (const kind of kinds) {
      kind.fits.lastIndex = at;
      const part = kind.fits.exec(word)?.[0] ?? '';
      if (part.length > best.part.length) best = { part, text: kind.quote(part) };
    }
    quoted += best.text;
    at += best.part.length;
  }
  return quoted;
}

/**
 * Takes a command line apart into words: the other way round than {@link joinShellWords}.
 * @returns `undefined` for a line that joining would not give: only a shell knows what it means
 */
export function splitShellWords(line: string): string[] | undefined {
  const words = Array.from(line.matchAll(WORD), ([word]) =>
    word.replaceAll(PART, (part) => {
      if (part.startsWith("'")) return part.slice(1, -1);
      return part.startsWith('"') ? part.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : part;
    }),
  );
  return joinShellWords(words) === line ? words : undefined;
}

const WORD = /(?:'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"])+/gs;
const PART = /'[^']*'|"(?:\\.|[^"\\])*"|[^\s'"]+/gs;
