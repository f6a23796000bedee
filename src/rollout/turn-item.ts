import * as v from 'valibot';
import { isJsonObject, type Json } from '../contract/json.ts';
import type { OtherThreadItem, ThreadItem } from '../contract/thread-item.ts';
import { extensionKinds, turnItemKinds } from './turn-item-kinds.ts';

/** An item as an item event carries it, in the shape of the wire; one of an unknown kind as it stands on disk. */
export type TurnItem = { known: boolean; item: ThreadItem };

const otherItem = v.custom<OtherThreadItem>(
  (value) => isJsonObject(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string',
);

const unknownItem = v.pipe(
  otherItem,
  v.transform((item): TurnItem => ({ known: false, item })),
);
const kinds = knownItems(turnItemKinds);
const extensions = knownItems(extensionKinds);

/** Checks the `item` of an item event (contract §5.5). */
export const turnItem = v.lazy((raw) => (isJsonObject(raw) && kindOf(raw)) || unknownItem);

/** The same schemas by their words, in a form that takes names of either way of writing. */
function knownItems(schemas: Record<string, v.GenericSchema<unknown, ThreadItem>>) {
  return new Map<string, v.GenericSchema<unknown, TurnItem>>(
    Object.entries(schemas).map(([word, schema]) => [
      word,
      v.pipe(
        v.unknown(),
        v.transform(withSnakeCase),
        schema,
        v.transform((item) => ({ known: true, item })),
      ),
    ]),
  );
}

function kindOf({ type, kind }: Record<string, Json>): v.GenericSchema<unknown, TurnItem> | undefined {
  if (typeof type !== 'string') return undefined;
  return type === 'Extension' && typeof kind === 'string' ? extensions.get(kind) : kinds.get(type);
}

/** For a while Codex wrote the fields of some kinds of item in `camelCase`. */
function withSnakeCase(raw: unknown): unknown {
  if (!isJsonObject(raw)) return raw;
  const renamed = Object.entries(raw).filter(([name]) => /[A-Z]/.test(name));
  return renamed.length === 0 ? raw : { ...Object.fromEntries(renamed.map(snakeCaseEntry)), ...raw };
}

function snakeCaseEntry([name, value]: [string, Json]): [string, Json] {
  return [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value];
}
