/** Any value that JSON text can hold. In a request it nests at most 120 levels. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  [key: string]: Json;
}

/** A value that is deeper holds itself, or would make a line too deep, whose levels are around it. */
const MAX_DEPTH = 120;

/** Whether a value is what JSON text can hold, all through. Fields that are `undefined` count as absent. */
export function isJson(value: unknown, depth = 0): value is Json {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean';
  if (value === null) return true;
  if (depth === MAX_DEPTH) return false;
  if (Array.isArray(value)) return value.every((inner) => isJson(inner, depth + 1));
  const isPlain = Object.prototype.toString.call(value) === '[object Object]';
  return isPlain && Object.values(value).every((inner) => inner === undefined || isJson(inner, depth + 1));
}

/** Whether a parsed JSON value is an object, not an array or `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON value that is text; of any other one, none. */
export function wordOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
