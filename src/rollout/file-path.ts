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
