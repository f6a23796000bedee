import { isJsonObject, type Json } from './json.ts';
import type { ThreadItem } from './thread-item.ts';

/** Items of more bytes than this are large: `deferOutput` leaves their content out of a page. */
export const LARGE_ITEM_BYTES = 64 * 1024;

/** A field of a large item is left out when its JSON text is longer than this. */
const LARGE_FIELD_LENGTH = 4096;

/**
 * A large item without what makes it so: its long texts and lists are empty, of its long objects the long fields are.
 * `deferredFields` names them; without it nothing was left out.
 */
export function withoutLargeFields(item: ThreadItem): ThreadItem {
  const deferredFields: string[] = [];
  const fields = Object.entries(item).map(([field, value]): [string, Json | undefined] => {
    if (field === 'id' || field === 'type' || !isLong(value)) return [field, value];
    deferredFields.push(field);
    return [field, emptied(value)];
  });
  if (deferredFields.length === 0) return item;
  return { ...Object.fromEntries(fields), type: item.type, id: item.id, deferredFields };
}

function emptied(value: Json): Json {
  if (typeof value === 'string') return '';
  if (Array.isArray(value)) return [];
  if (!isJsonObject(value)) return value;
  const rest = Object.fromEntries(
    Object.entries(value).map(([field, part]) => [field, isLong(part) ? emptied(part) : part]),
  );
  return isLong(rest) ? {} : rest;
}

function isLong(value: Json | undefined): value is Json {
  return value !== undefined && JSON.stringify(value).length > LARGE_FIELD_LENGTH;
}
