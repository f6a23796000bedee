/** The longest text that is looked for, in code units. */
const longestTerm = 500;

/**
 * What finds a text, word for word, in upper and lower case alike.
 * @returns nothing where there is nothing to look for
 */
export function findPattern(term: string): RegExp | undefined {
  if (term.trim() === '') return undefined;
  const literal = term.slice(0, longestTerm).replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
  // A line may end in either way, and may be broken where the page shows a space.
  return new RegExp(literal.replaceAll(/\s+/g, String.raw`\s+`), 'giu');
}
