/** A file with tests, and its text. */
export interface TestFile {
  path: string;
  text: string;
}

/**
 * The page of the docs that says which test holds which promise, in Markdown.
 * @param spec the text of SPEC.md
 */
export function promisesPage(spec: string, files: TestFile[]): string {
  const [, ...groups] = spec.split(/^## /m);
  const tables = groups.flatMap((group) => {
    const [title = ''] = group.split('\n');
    const rules = [...group.matchAll(/^- \*\*([A-Z]\d+)\*\* (.*)$/gm)];
    if (rules.length === 0) return [];
    const rows = rules.map(
      ([, rule = '', promise = '']) => `| ${rule} | ${cell(promise)} | ${testsOf(rule, files)} |`,
    );
    return [`## ${title}\n\n| rule | promise | tests |\n| --- | --- | --- |\n${rows.join('\n')}`];
  });
  return [
    '# What is promised, and which test holds it',
    'Made from [SPEC.md](../src/contract/SPEC.md), where the sources of the rules are explained, and from the titles of the tests by `npx vitest run --project node docs`.',
    ...tables,
  ]
    .join('\n\n')
    .concat('\n');
}

function testsOf(rule: string, files: TestFile[]): string {
  const holding = files.filter(({ text }) => text.includes(`[${rule}] `));
  return holding.map(({ path }) => `[${path.split('/').at(-1)}](../${path})`).join(', ');
}

/** A cell of a table must not hold what ends one. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
