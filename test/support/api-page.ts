/**
 * The page of the docs that says what the package exports, in Markdown.
 * @param report what `apiReport` gives
 */
export function apiPage(report: string): string {
  const [, ...sections] = report.split(/^# /m);
  const entries = sections.map((section) => {
    const [title = '', ...declarations] = section.trim().split(/\n\n+/);
    const others = declarations.flatMap(
      (text) => /^(\w+): as in (\S+)$/.exec(text)?.slice(1, 3).join(' of ') ?? [],
    );
    const own = declarations.filter((text) => !/^\w+: as in \S+$/.test(text));
    return [
      `## ${title}`,
      ...(others.length > 0
        ? [`Also ${others.map((name) => `\`${name.replace(' of ', '` of `')}\``).join(', ')}.`]
        : []),
      ...own.map(entryOf),
    ].join('\n\n');
  });
  return [
    '# API',
    'Made from the declarations and their doc comments by `npx vitest run --project node api-report`.',
    ...entries,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

/** A declaration: its name, what its comment says, and itself. */
function entryOf(text: string): string {
  const comment = /^\/\*\*(.*?)\*\/\n/s.exec(text);
  const code = comment ? text.slice(comment[0].length) : text;
  const [, name = ''] = /^(?:abstract )?\w+ (\w+)/.exec(code) ?? [];
  const prose = comment ? [proseOf(comment[1] ?? '')] : [];
  return [`### ${name}`, ...prose, `\`\`\`ts\n${code}\n\`\`\``].join('\n\n');
}

/** A doc comment as Markdown. */
function proseOf(comment: string): string {
  const text = comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim()
    .replaceAll(/\{@link ([^}]+)\}/g, '`$1`');
  const [about = '', ...tags] = text.split(/^@(?=\w)/m);
  return [
    about.trim(),
    ...tags.map((tag) => {
      const [, name = '', rest = ''] = /^(\w+)\s*(.*)$/s.exec(tag.trim()) ?? [];
      if (name === 'example') return `\`\`\`ts\n${rest}\n\`\`\``;
      const [, param = '', meaning = ''] = /^(\w+)\s*(.*)$/s.exec(rest) ?? [];
      return name === 'param' ? `- \`${param}\`: ${meaning}` : `- *${name}* ${rest}`;
    }),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}
