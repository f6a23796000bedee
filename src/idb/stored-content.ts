/** Texts of more UTF-16 units than this are stored as bytes: a shorter one is cloned as fast. */
const LONG_TEXT = 128;

const encoder = new TextEncoder();

/** Refuses damaged bytes, and leaves a text its byte order mark. */
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Content as rows hold it: each long text is UTF-8. Engines clone a text with two bytes for each of its characters as
 * soon as one of them is beyond Latin-1, as a curly quote or an arrow is, and how long rows take to be read goes by their
 * bytes. What has no long text is not copied.
 */
export function toStoredContent(content: unknown): unknown {
  // UTF-8 has no half of a pair, which is what a text may end with that was cut.
  if (typeof content === 'string')
    return content.length > LONG_TEXT && content.isWellFormed() ? encoder.encode(content) : content;
  if (!hasFields(content)) return content;
  let stored = content;
  for (const key of Object.keys(content)) {
    const field = toStoredContent(content[key]);
    if (field === content[key]) continue;
    // A field may be called `__proto__`, which `Object.assign` would take for the prototype.
    if (stored === content) stored = Array.isArray(content) ? Object.assign([], content) : { ...content };
    stored[key] = field;
  }
  return stored;
}

/** Content again, made of what was just read from a row. `undefined` where a text in it is damaged. */
export function fromStoredContent(stored: unknown): unknown {
  try {
    return withTexts(stored);
  } catch {
    return undefined;
  }
}

/** Changes what it is given: copies, and lists of its fields' names, take Firefox longer than its texts. */
function withTexts(stored: unknown): unknown {
  if (stored instanceof Uint8Array) return decoder.decode(stored);
  if (!hasFields(stored)) return stored;
  for (const key in stored) {
    const field = stored[key];
    // Most are numbers and short texts, which need not be written again.
    if (hasFields(field)) stored[key] = withTexts(field);
  }
  return stored;
}

/** Whether a value is an object or a list. */
function hasFields(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
