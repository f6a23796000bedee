import * as z from 'zod/mini';
import { isJsonObject, type Json } from '../contract/json.ts';
import type { OtherThreadItem, ThreadItem } from '../contract/thread-item.ts';
import { extensionKinds, turnItemKinds } from './turn-item-kinds.ts';

/** An item as an item event carries it, in the shape of the wire; one of an unknown kind as it stands on disk. */
export type TurnItem = { known: boolean; item: ThreadItem };

const kinds = new Map<string, z.ZodMiniType<ThreadItem>>(Object.entries(turnItemKinds));
const extensions = new Map<string, z.ZodMiniType<ThreadItem>>(Object.entries(extensionKinds));

const otherItem = z.custom<OtherThreadItem>(
  (value) => isJsonObject(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string',
);

/** Checks the `item` of an item event (contract §5.5). */
export const turnItem = z.transform((raw: unknown, { issues }): TurnItem => {
  const schema = isJsonObject(raw) ? kindOf(raw) : undefined;
  const result = schema ? schema.safeParse(withSnakeCase(raw)) : otherItem.safeParse(raw);
  if (result.success) return { known: schema !== undefined, item: result.data };
  for (const { path, message } of result.error.issues)
    issues.push({ code: 'custom', path, message, input: raw });
  return z.NEVER;
});

function kindOf({ type, kind }: Record<string, Json>): z.ZodMiniType<ThreadItem> | undefined {
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
