import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const tsc = new URL('../../node_modules/.bin/tsc', import.meta.url).pathname;

/** @typedef {{ method: string, result: object }} Answer */

/**
 * Compiles answers against the types of their methods: what is missing, and what is too much, is an error. One answer
 * is spoiled on purpose, to know that the compiler looked. One fault of the printed types is left out and counted: they
 * do not allow the `null` that 0.169 itself answers for the `detail` of an image.
 * @param {string} types the folder of the protocol's types
 * @param {{ answers: Answer[], notifications: Answer[] }} told
 */
export function compile(types, { answers, notifications }) {
  const folder = mkdtempSync(join(types, '..', 'answers-'));
  try {
    const all = [
      ...answers.map(({ method, result }) => ({ type: responseType(method), value: result })),
      ...notifications.map(({ method, result }) => ({
        type: notificationType(types, method),
        value: result,
      })),
    ];
    const from = relative(folder, types);
    const imports = [...new Set(['InitializeResponse', ...all.map(({ type }) => type)])].map((type) => {
      const file = type === 'InitializeResponse' ? type : `v2/${type}`;
      return `import type { ${type} } from '${from}/${file}';`;
    });
    let faults = 0;
    /** @param {string} key @param {unknown} value */
    const withoutFaults = (key, value) => {
      if (key !== 'detail' || value !== null) return value;
      faults++;
      return undefined;
    };
    const constants = all.map(
      ({ type, value }, index) =>
        `export const a${index}: ${type} = ${JSON.stringify(value, withoutFaults)};`,
    );
    const spoiled = `// @ts-expect-error\nexport const spoiled: InitializeResponse = { userAgent: 5 };`;
    writeFileSync(join(folder, 'answers.ts'), [...imports, ...constants, spoiled, ''].join('\n'));
    const options = ['--ignoreConfig', '--strict', '--noEmit', '--target', 'es2022', '--module', 'esnext'];
    execFileSync(
      tsc,
      [...options, '--moduleResolution', 'bundler', '--types', '', join(folder, 'answers.ts')],
      {
        stdio: 'pipe',
      },
    );
    return { compiled: all.length, types: imports.length, faults, errors: '' };
  } catch (error) {
    const errors = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    return { compiled: 0, types: 0, faults: 0, errors };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} method */
function responseType(method) {
  if (method === 'initialize') return 'InitializeResponse';
  if (method === 'thread/name/set') return 'ThreadSetNameResponse';
  return `${pascal(method)}Response`;
}

/**
 * The name of a notification's type, as the protocol itself says it.
 * @param {string} types @param {string} method
 */
function notificationType(types, method) {
  const text = readFileSync(join(types, 'ServerNotification.ts'), 'utf8');
  const match = new RegExp(`"method": "${method}", "params": (\\w+)`).exec(text);
  if (!match?.[1]) throw new Error(`the protocol has no notification ${method}`);
  return match[1];
}

/** @param {string} method */
function pascal(method) {
  return method
    .split(/[/_]/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join('');
}
