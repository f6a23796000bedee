const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Content as rows hold it: JSON in UTF-8. Engines clone a text with two bytes for each of its characters as soon as one
 * of them is beyond Latin-1, as a curly quote or an arrow is, and how long rows take to be read goes by their bytes.
 */
export function toJsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return encoder.encode(JSON.stringify(value));
}

/** What a row holds; `undefined` where it is damaged. Rows of earlier days hold content as it is. */
export function fromJsonBytes(stored: unknown): unknown {
  if (!(stored instanceof Uint8Array)) return stored;
  try {
    return JSON.parse(decoder.decode(stored));
  } catch {
    return undefined;
  }
}
