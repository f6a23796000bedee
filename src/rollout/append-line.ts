import { ThreadStoreError } from '../contract/errors.ts';
import { keepsLine, mayKeep, type AppendPolicy } from './append-policy.ts';
import { parseRolloutValue, type ParsedLine } from './line.ts';

/** A line that is to be appended, once its time and place are known. */
export interface PreparedLine {
  /** Its JSON text from `"type"` on. */
  readonly text: string;
  readonly parsed: ParsedLine;
}

/**
 * Makes lines of what a caller gave, of those items that are kept.
 * @throws ThreadStoreError `invalid_request` when one of them cannot be a line
 */
export function prepareLines(items: readonly object[], policy: AppendPolicy): PreparedLine[] {
  return items
    .map((item, index) => (mayKeep(item, policy) ? prepareLine(item, index) : undefined))
    .filter((line) => line !== undefined)
    .filter(({ parsed }) => keepsLine(parsed, policy));
}

/**
 * Makes a line of what a caller gave. It is a copy: what the caller does to it later does not matter.
 * @param index the item's place in the call, for the error
 * @throws ThreadStoreError `invalid_request` when it is not JSON, or a known event whose fields are wrong
 */
export function prepareLine(item: object, index: number): PreparedLine {
  const { timestamp: _timestamp, ordinal: _ordinal, ...rest } = item as Record<string, unknown>;
  const { type, payload, ...more } = rest;
  try {
    const text = JSON.stringify({ type, payload, ...more });
    const parsed = parseRolloutValue(JSON.parse(text), text.length);
    if (parsed.ok) return { text: text.slice(1), parsed };
    throw new Error(parsed.reason);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ThreadStoreError('invalid_request', `items.${index} cannot be a rollout line: ${reason}`, {
      operation: 'appendItems',
      cause: error,
    });
  }
}

/** A prepared line as it is written, in Codex's order of fields (contract §5.1). */
export function lineAt(
  { text, parsed }: PreparedLine,
  nowMs: number,
  ordinal: number | undefined,
): { text: string; line: ParsedLine } {
  const timestamp = new Date(nowMs).toISOString();
  const place = ordinal === undefined ? '' : `"ordinal":${ordinal},`;
  const whole = `{"timestamp":"${timestamp}",${place}${text}`;
  return { text: `${whole}\n`, line: { ...parsed, timestampMs: nowMs, ordinal, bytes: whole.length } };
}
