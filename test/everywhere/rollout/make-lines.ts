import type { JsonObject } from '../../../src/contract/json.ts';
import { parseRolloutValue, type ParsedLine } from '../../../src/rollout/line.ts';

/** When the lines of {@link line} and {@link event} were written. */
export const LINE_TIME = Date.UTC(2026, 10, 22, 12);

/** A line of a type, parsed. Throws for one that cannot be understood. */
export function line(type: string, payload: JsonObject, more: JsonObject = {}): ParsedLine {
  const value = { timestamp: new Date(LINE_TIME).toISOString(), ...more, type, payload };
  const parsed = parseRolloutValue(value, JSON.stringify(value).length);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed;
}

/** An `event_msg` line. */
export function event(type: string, payload: JsonObject = {}): ParsedLine {
  return line('event_msg', { type, ...payload });
}

/** A `session_meta` line. */
export function meta(payload: JsonObject = {}): ParsedLine {
  return line('session_meta', {
    id: 'thread',
    timestamp: '2026-11-22T11:00:00.000Z',
    cwd: '/work',
    originator: 'test',
    cli_version: '0.130.0',
    source: 'cli',
    ...payload,
  });
}

export const started = (turnId: string, more: JsonObject = {}): ParsedLine =>
  event('task_started', { turn_id: turnId, ...more });
export const completed = (turnId: string, more: JsonObject = {}): ParsedLine =>
  event('task_complete', { turn_id: turnId, ...more });
export const aborted = (turnId: string | null, more: JsonObject = {}): ParsedLine =>
  event('turn_aborted', { turn_id: turnId, reason: 'interrupted', ...more });
export const asked = (message: string, more: JsonObject = {}): ParsedLine =>
  event('user_message', { message, ...more });
export const answered = (message: string, more: JsonObject = {}): ParsedLine =>
  event('agent_message', { message, ...more });
export const searched = (callId: string, query = 'q'): ParsedLine =>
  event('web_search_end', { call_id: callId, query, action: { type: 'search', query } });
export const patched = (callId: string, turnId: string, status = 'completed'): ParsedLine =>
  event('patch_apply_end', { call_id: callId, turn_id: turnId, success: true, changes: {}, status });
export const ran = (callId: string, turnId: string, more: JsonObject = {}): ParsedLine =>
  event('exec_command_end', {
    call_id: callId,
    turn_id: turnId,
    command: ['ls', '-l'],
    cwd: '/work',
    parsed_cmd: [{ type: 'unknown', cmd: 'ls -l' }],
    aggregated_output: 'out',
    exit_code: 0,
    duration: { secs: 1, nanos: 2_000_000 },
    status: 'completed',
    ...more,
  });
export const itemDone = (turnId: string, item: JsonObject, more: JsonObject = {}): ParsedLine =>
  event('item_completed', { turn_id: turnId, item, ...more });
export const question = (id: string, text: string): JsonObject => ({
  type: 'UserMessage',
  id,
  content: [{ type: 'text', text, text_elements: [] }],
});
export const answer = (id: string, text: string, phase: string | null = null): JsonObject => ({
  type: 'AgentMessage',
  id,
  content: [{ type: 'Text', text }],
  phase,
});
