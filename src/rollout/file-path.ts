import * as v from 'valibot';

/** A path, which newer recordings write as a `file:` URL. */
export const filePath = v.pipe(v.string(), v.transform(pathOf));

const FILE_URL = /^file:\/\/([^/]*)(.*)$/s;
const DRIVE = /^\/([a-z]):/i;

function pathOf(text: string): string {
  const [, host, encoded = ''] = FILE_URL.exec(text) ?? [];
  if (host === undefined) return text;
  const path = percentDecoded(encoded);
  if (host !== '') return `\\\\${host}${windowsPath(path)}`;
  const [, drive] = DRIVE.exec(path) ?? [];
  return drive === undefined ? path : `${drive.toUpperCase()}${windowsPath(path.slice(2))}`;
}

function windowsPath(path: string): string {
  return path.replaceAll('/', '\\');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const WINDOWS_ROOT = /^(?:[a-z]:|\\\\[^\\]+\\[^\\]+)/i;

/**
 * The whole path of what a path means in a folder, without `.`, `..` and slashes that say nothing. In a folder whose own
 * path is not whole it stays as it is.
 */
export function pathFrom(folder: string, path: string): string {
  const [root = ''] = WINDOWS_ROOT.exec(folder) ?? [];
  if (root === '' ? !folder.startsWith('/') : WINDOWS_ROOT.test(path)) return path;
  const [slash, slashes] = root === '' ? ['/', /\//] : ['\\', /[\\/]/];
  const whole = path.search(slashes) === 0 ? path : `${folder.slice(root.length)}/${path}`;
  const steps: string[] = [];
  for (const step of whole.split(slashes)) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return `${root}${slash}${steps.join(slash)}`;
}
