import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';

/** Any JSON value; its inside is not looked at. */
export const json = v.custom<Json>((value) => value !== undefined);

/** A text that may be missing or `null`. */
export const maybeText = v.nullish(v.string());

/** A whole number that may be missing or `null`. */
export const maybeInt = v.nullish(wholeNumber);

/** Texts; missing is none. */
export const texts = v.optional(v.array(v.string()), []);

/** How long something took, as Codex writes it: gives whole milliseconds. */
export const duration = v.pipe(
  v.object({ secs: v.pipe(wholeNumber, v.minValue(0)), nanos: v.pipe(wholeNumber, v.minValue(0)) }),
  v.transform(({ secs, nanos }) => secs * 1000 + Math.floor(nanos / 1_000_000)),
);

/** The entries of an object whose values are of one kind. A record would leave out names such as `constructor`. */
export function entriesOf<Output>(value: v.GenericSchema<unknown, Output>) {
  return v.pipe(
    v.custom<JsonObject>(isJsonObject),
    v.transform(Object.entries),
    v.array(v.strictTuple([v.string(), value])),
  );
}

/** An object without the fields that are `undefined` or `null` in `Fields`. */
export type Present<Fields> = {
  [
    Key in keyof Fields as null extends Fields[Key] ? never : undefined extends Fields[Key] ? never : Key
  ]: Fields[Key];
} & {
  [
    Key in keyof Fields as null extends Fields[Key] ? Key : undefined extends Fields[Key] ? Key : never
  ]?: NonNullable<Fields[Key]>;
};

/** Leaves out the fields that say nothing: `undefined` and `null` mean the same in a rollout. */
export function present<Fields extends object>(fields: Fields): Present<Fields> {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined && value !== null) result[key] = value;
  }
  return result as Present<Fields>;
}

/** `snake_case` to `camelCase`: how a word of a rollout is written on the wire. */
export function camelCase(word: string): string {
  return word.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Unix milliseconds of a time as JSON writes it, or `undefined` when it is none. */
export function timeMs(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
