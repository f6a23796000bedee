import * as v from 'valibot';
import { describeIssue } from '../contract/describe-issue.ts';
import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { RolloutItem } from '../contract/records.ts';
import { BARE_LINE, bareMeaning, isBareLine, type BareHeader, type BareMessage } from './bare-line.ts';
import { isDeeperThan, MAX_LINE_DEPTH } from './line-depth.ts';
import { timeMs } from './line-values.ts';
import { responseItemMeaning, type ResponseItemMeaning } from './response-item.ts';
import { parseEvent, type RolloutEvent } from './rollout-event.ts';
import { sessionMeta, type SessionMeta } from './session-meta.ts';
import { turnContext, type TurnContext } from './turn-context.ts';

/** What a line says, as far as turns, items and thread metadata depend on it. */
export type LineMeaning =
  | { kind: 'sessionMeta'; meta: SessionMeta }
  | { kind: 'turnContext'; context: TurnContext }
  | { kind: 'compacted' }
  | ({ kind: 'responseItem' } & ResponseItemMeaning)
  | { kind: 'event'; event: RolloutEvent }
  | ({ kind: 'bareHeader' } & BareHeader)
  | ({ kind: 'bareMessage' } & BareMessage)
  /** Kept word for word, and means nothing to this version. */
  | { kind: 'other' };

/** A line that was understood. */
export interface ParsedLine {
  readonly ok: true;
  /** The line as it stood; a bare line of a G0 file is the `payload` of an item of type {@link BARE_LINE}. */
  readonly item: RolloutItem;
  /** Unix milliseconds. */
  readonly timestampMs: number | undefined;
  /** Only lines of paginated threads have one. */
  readonly ordinal: number | undefined;
  /** Length of the line's text, as a measure of size. */
  readonly bytes: number;
  readonly meaning: LineMeaning;
}

/** A line that could not be understood. It gives nothing to the history. */
export interface RejectedLine {
  readonly ok: false;
  /** Short, for a person. */
  readonly reason: string;
}

/** Parses one line of a rollout file, without its line break (contract §5.1). Never throws. */
export function parseRolloutLine(text: string): ParsedLine | RejectedLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return rejected('not JSON');
  }
  return parseRolloutValue(value, text.length);
}

/** Like {@link parseRolloutLine}, for a line that is no text any more; `bytes` is the length that its text has. */
export function parseRolloutValue(value: unknown, bytes: number): ParsedLine | RejectedLine {
  if (!isJsonObject(value)) return rejected('not a JSON object');
  if (isDeeperThan(MAX_LINE_DEPTH, value)) return rejected(`nests deeper than ${MAX_LINE_DEPTH} levels`);
  const item = isBareLine(value) ? { type: BARE_LINE, payload: value } : value;
  if (!isRolloutItem(item))
    return rejected(`has no ${typeof item['type'] === 'string' ? 'payload' : 'type'}`);
  const meaning = meaningOf(item.type, item.payload);
  if (typeof meaning === 'string') return rejected(meaning);
  const { ordinal } = item;
  return {
    ok: true,
    item,
    timestampMs: timeMs(item.timestamp),
    ordinal: typeof ordinal === 'number' ? ordinal : undefined,
    bytes,
    meaning,
  };
}

function isRolloutItem(value: JsonObject): value is JsonObject & RolloutItem {
  return typeof value['type'] === 'string' && value['payload'] !== undefined;
}

const OTHER: LineMeaning = { kind: 'other' };

/** Gives the meaning, or the reason why there is none. */
function meaningOf(type: string, payload: Json): LineMeaning | string {
  switch (type) {
    case 'session_meta': {
      const result = v.safeParse(sessionMeta, payload);
      return result.success ? { kind: 'sessionMeta', meta: result.output } : whyNot(type, result.issues);
    }
    case 'turn_context': {
      const result = v.safeParse(turnContext, payload);
      return result.success ? { kind: 'turnContext', context: result.output } : whyNot(type, result.issues);
    }
    case 'compacted':
      if (isJsonObject(payload) && typeof payload['message'] === 'string') return { kind: 'compacted' };
      return 'malformed compacted: message is not a text';
    case 'response_item':
      return responseItemMeaning(payload);
    case 'event_msg':
      return eventMeaning(payload);
    case BARE_LINE:
      return bareMeaning(payload);
    default:
      return OTHER;
  }
}

function eventMeaning(payload: Json): LineMeaning | string {
  if (!isJsonObject(payload) || typeof payload['type'] !== 'string') return 'event_msg has no type';
  const result = parseEvent(payload['type'], payload);
  if (!result) return OTHER;
  return result.success ? { kind: 'event', event: result.output } : whyNot(payload['type'], result.issues);
}

function whyNot(type: string, [issue]: [v.BaseIssue<unknown>, ...unknown[]]): string {
  return `malformed ${type}: ${describeIssue(issue, 'payload')}`;
}

function rejected(reason: string): RejectedLine {
  return { ok: false, reason };
}
