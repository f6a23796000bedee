/**
 * Prints what was measured: one line for each operation.
 * @param {import('./rows.mjs').Row[]} rows
 * @param {import('./measure.mjs').Options} options
 */
export function printTable(rows, { turns, size, quick }) {
  const stores = [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
  const head = ['', 'operation', ...stores, 'ratio', 'spread', 'target', 'met'];
  const lines = rows.map(({ operation, what, unit, values, ratio, spread, target, met }) => [
    operation,
    what,
    ...stores.map((name) => (values[name] === undefined ? '' : `${figure(values[name])} ${unit}`)),
    ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
    spread === undefined ? '' : `±${Math.round(spread * 100)} %`,
    target ?? '',
    met === undefined ? '' : met ? 'yes' : 'NO',
  ]);
  console.log(`\n${turns.toLocaleString('en')} turns, ${size}${quick ? ', quick' : ''}\n`);
  const all = [head, head.map(() => '---'), ...lines];
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]?.length ?? 0)));
  for (const line of all) {
    const cells = line.map((cell, column) =>
      cell === '---' ? '-'.repeat(widths[column] ?? 3) : cell.padEnd(widths[column] ?? 0),
    );
    console.log(`| ${cells.join(' | ')} |`);
  }
}

/** @param {number} value */
function figure(value) {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
