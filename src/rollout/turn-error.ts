import { isJsonObject, type Json } from '../contract/json.ts';
import type { StoredTurnError } from '../contract/records.ts';
import { camelCase, present } from './line-values.ts';

/** Why a turn failed, from what an event says of it. */
export function turnErrorOf(failure: {
  message: string;
  codex_error_info?: Json | null | undefined;
}): StoredTurnError {
  return present({
    message: failure.message,
    codexErrorInfo: failure.codex_error_info && camelCaseDeep(failure.codex_error_info),
  });
}

/** Whether an error is the turn's: these two are about a request that the turn outlived. */
export function failsTurn(info: Json | null | undefined): boolean {
  const word = isJsonObject(info ?? null) ? Object.keys(info ?? {})[0] : info;
  return word !== 'thread_rollback_failed' && word !== 'active_turn_not_steerable';
}

function camelCaseDeep(value: Json): Json {
  if (typeof value === 'string') return camelCase(value);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [camelCase(key), camelCaseDeep(inner)]),
  );
}
