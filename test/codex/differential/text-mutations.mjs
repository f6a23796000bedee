/** @typedef {import('./random.mjs').Random} Random */

/**
 * What can happen to the text of a file. The lines' ordinals stay as they are.
 * @type {Record<string, (text: string, random: Random) => string>}
 */
export const textMutations = {
  'cut off': (text, random) => text.slice(0, random.between(text.length >> 1, text.length)),
  'last newline gone': (text) => text.slice(0, -1),
  'Windows line ends': (text) => text.replaceAll('\n', '\r\n'),
  'blank lines': (text) => text.replaceAll('\n', '\n\n  \n'),
  'byte order mark': (text) => `\uFEFF${text}`,
  'no lines between': (text, random) => {
    const lines = text.trimEnd().split('\n');
    const at = random.between(1, lines.length);
    lines.splice(
      at,
      0,
      '{"timestamp":"2026-11-22T16:00:00.000Z","type":"event_msg"',
      'null',
      '[]',
      '{}',
      'oops',
    );
    return `${lines.join('\n')}\n`;
  },
  'half a line within': (text, random) => {
    const lines = text.trimEnd().split('\n');
    const at = random.between(1, lines.length);
    lines[at] = lines[at]?.slice(0, random.between(1, 80)) ?? '';
    return `${lines.join('\n')}\n`;
  },
  'two lines in one': (text, random) => {
    const lines = text.trimEnd().split('\n');
    const at = random.between(2, lines.length);
    lines.splice(at - 1, 2, `${lines[at - 1]}${lines[at]}`);
    return `${lines.join('\n')}\n`;
  },
  'line repeated with its ordinal': (text, random) => {
    const lines = text.trimEnd().split('\n');
    const at = random.between(1, lines.length);
    lines.splice(at, 0, lines[at] ?? '');
    return `${lines.join('\n')}\n`;
  },
  'line lost with its ordinal': (text, random) => {
    const lines = text.trimEnd().split('\n');
    lines.splice(random.between(1, lines.length), 1);
    return `${lines.join('\n')}\n`;
  },
};
