/** @typedef {import('./walk.mjs').Answered} Answered */
/** @typedef {{ where: string, label: string, path: string, ours: unknown, theirs: unknown }} Difference */

/** What of an answer must be equal: opaque cursors are only there or not, and no store here has receipts of what was read. @param {any} value @returns {any} */
export function comparable(value) {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value)
    .filter(([key]) => key !== 'readStates' && key !== 'readState')
    .map(([key, field]) => [key, key.endsWith('Cursor') && field !== null ? 'a cursor' : comparable(field)]);
  return Object.fromEntries(fields);
}

/**
 * Everything in which two answers differ. Arrays of another length differ as a whole, objects field by field.
 * @param {any} ours @param {any} theirs @param {string} [path]
 * @returns {{ path: string, ours: unknown, theirs: unknown }[]}
 */
export function differencesOf(ours, theirs, path = '') {
  if (Object.is(ours, theirs)) return [];
  if (haveIds(ours) && haveIds(theirs)) {
    // Rows that are missing or out of place do not make all others differ.
    const [mine, real] = [byId(ours), byId(theirs)];
    const both = [...mine.keys()].filter((id) => real.has(id));
    return [
      ...differencesOf(lacking(mine, real), lacking(real, mine), `${path}.onlyHere`),
      ...differencesOf(both.join(), [...real.keys()].filter((id) => mine.has(id)).join(), `${path}.order`),
      ...both.flatMap((id) => differencesOf(mine.get(id), real.get(id), `${path}[${id}]`)),
    ];
  }
  const areArrays = Array.isArray(ours) && Array.isArray(theirs) && ours.length === theirs.length;
  if (!areArrays && !(isObject(ours) && isObject(theirs))) return [{ path, ours, theirs }];
  const keys = new Set([...Object.keys(ours), ...Object.keys(theirs)]);
  return [...keys].flatMap((key) => differencesOf(ours[key], theirs[key], `${path}.${key}`));
}

/** @param {unknown} value */
function haveIds(value) {
  return Array.isArray(value) && value.every((row) => isObject(row) && typeof idOf(row) === 'string');
}

/** The id of a thread, a turn or an item; an entry of a list of items has its item's. @param {any} row */
function idOf(row) {
  return row.id ?? row.item?.id;
}

/** The ids that only the first side has. @param {Map<string, unknown>} rows @param {Map<string, unknown>} others */
function lacking(rows, others) {
  return [...rows.keys()].filter((id) => !others.has(id)).join();
}

/** Rows by their id; the same id again has a number. @param {unknown[]} rows */
function byId(rows) {
  const found = new Map();
  for (const row of rows) {
    let id = idOf(row);
    for (let count = 2; found.has(id); count++) id = `${idOf(row)} ${count}`;
    found.set(id, row);
  }
  return found;
}

/** @param {any} value */
function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
