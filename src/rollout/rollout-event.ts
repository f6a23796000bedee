import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { filePath } from './file-path.ts';
import { duration, json, maybeInt, maybeText, texts } from './line-values.ts';
import { turnItem } from './turn-item.ts';
import { textElements } from './user-input.ts';
import {
  agentState,
  agentStates,
  commandAction,
  fileChanges,
  mcpResult,
  memoryCitation,
  reviewOutput,
  webSearchAction,
} from './work-values.ts';

/** A turn's id; older recordings leave it out or empty where they mean the turn in work. */
const turnIdOrNone = v.optional(v.string(), '');
const callId = { call_id: v.string() };
const workStatus = v.picklist(['completed', 'failed', 'declined']);
const message = { message: v.string() };
const text = { text: v.string() };

const command = {
  ...callId,
  turn_id: turnIdOrNone,
  process_id: maybeText,
  command: v.array(v.string()),
  cwd: filePath,
  parsed_cmd: v.array(commandAction),
  source: v.optional(v.string(), 'agent'),
};
const patch = { ...callId, turn_id: turnIdOrNone, changes: v.optional(fileChanges, {}) };
const mcpCall = {
  ...callId,
  invocation: v.object({ server: v.string(), tool: v.string(), arguments: v.nullish(json) }),
};
const collab = { ...callId, sender_thread_id: v.string() };
const spawn = { ...collab, prompt: v.string(), model: maybeText, reasoning_effort: maybeText };
const receiver = { ...collab, receiver_thread_id: v.string() };

/** Why a turn ended badly. */
const failure = v.object({ ...message, codex_error_info: v.nullish(json) });

const turnEnd = {
  root_turn_id: maybeText,
  started_at: maybeInt,
  completed_at: maybeInt,
  duration_ms: maybeInt,
  error: v.nullish(failure),
};

/** The schema of the events of some types, which have the same fields. */
function event<const Type extends string, Entries extends v.ObjectEntries>(
  types: Type | Type[],
  entries: Entries,
): v.ObjectSchema<{ type: v.PicklistSchema<Type[], undefined> } & Entries, undefined> {
  return v.object({ type: v.picklist(Array.isArray(types) ? types : [types]), ...entries });
}

/** The events that turns, items and thread metadata depend on, as Codex writes them (contract §5.3, §5.4). */
const events = [
  event('task_started', { turn_id: v.string(), started_at: maybeInt, root_turn_id: maybeText }),
  event('task_complete', {
    turn_id: v.string(),
    ...turnEnd,
  }),
  event('turn_aborted', { turn_id: maybeText, reason: v.string(), ...turnEnd }),
  event('error', { ...message, codex_error_info: v.nullish(json) }),
  event('thread_rolled_back', { num_turns: v.pipe(wholeNumber, v.minValue(0)) }),
  event('token_count', { info: v.nullish(v.custom<JsonObject>(isJsonObject)) }),
  event('thread_settings_applied', {
    thread_settings: v.object({ model: v.string(), reasoning_effort: maybeText, cwd: maybeText }),
  }),
  event('user_message', {
    ...message,
    client_id: maybeText,
    images: v.nullish(v.array(v.string())),
    local_images: texts,
    text_elements: textElements,
    image_details: v.nullish(v.array(v.nullable(json))),
    local_image_details: v.nullish(v.array(v.nullable(json))),
  }),
  event('agent_message', { ...message, phase: maybeText, memory_citation: v.nullish(memoryCitation) }),
  event('agent_reasoning', text),
  event('agent_reasoning_raw_content', text),
  event('context_compacted', {}),
  event('entered_review_mode', { target: v.object({ type: v.string() }), user_facing_hint: maybeText }),
  event('exited_review_mode', { review_output: v.nullish(reviewOutput) }),
  event('exec_command_begin', command),
  event('exec_command_end', {
    ...command,
    aggregated_output: v.optional(v.string(), ''),
    exit_code: wholeNumber,
    duration,
    status: workStatus,
  }),
  event(['patch_apply_begin', 'apply_patch_approval_request'], patch),
  event('patch_apply_end', { ...patch, success: v.boolean(), status: workStatus }),
  event('mcp_tool_call_begin', mcpCall),
  event('mcp_tool_call_end', {
    ...mcpCall,
    mcp_app_resource_uri: maybeText,
    duration,
    result: v.union([v.strictObject({ Ok: mcpResult }), v.strictObject({ Err: v.string() })]),
  }),
  event('web_search_begin', callId),
  event('web_search_end', { ...callId, query: v.string(), action: webSearchAction }),
  event('view_image_tool_call', { ...callId, path: filePath }),
  event('image_generation_begin', callId),
  event('image_generation_end', {
    ...callId,
    status: v.string(),
    revised_prompt: maybeText,
    result: v.string(),
    saved_path: maybeText,
  }),
  event('dynamic_tool_call_request', {
    callId: v.string(),
    turnId: turnIdOrNone,
    namespace: maybeText,
    tool: v.string(),
    arguments: json,
  }),
  event('dynamic_tool_call_response', {
    ...callId,
    turn_id: turnIdOrNone,
    namespace: maybeText,
    tool: v.string(),
    arguments: json,
    content_items: v.array(v.custom<JsonObject>(isJsonObject)),
    success: v.boolean(),
    duration,
  }),
  event('guardian_assessment', {
    turn_id: turnIdOrNone,
    target_item_id: maybeText,
    status: v.string(),
    action: v.object({
      type: v.string(),
      command: maybeText,
      program: maybeText,
      argv: v.nullish(v.array(v.string())),
      cwd: v.nullish(filePath),
    }),
  }),
  event('collab_agent_spawn_begin', spawn),
  event('collab_agent_spawn_end', { ...spawn, new_thread_id: maybeText, status: agentState }),
  event('collab_agent_interaction_begin', { ...receiver, prompt: v.string() }),
  event('collab_agent_interaction_end', { ...receiver, prompt: v.string(), status: agentState }),
  event('collab_waiting_begin', { ...collab, receiver_thread_ids: v.array(v.string()) }),
  event('collab_waiting_end', { ...collab, statuses: agentStates }),
  event(['collab_close_begin', 'collab_resume_begin'], receiver),
  event(['collab_close_end', 'collab_resume_end'], { ...receiver, status: agentState }),
  event('sub_agent_activity', {
    event_id: v.string(),
    agent_thread_id: v.string(),
    agent_path: v.string(),
    kind: v.string(),
  }),
  event(['item_started', 'item_completed'], {
    turn_id: v.string(),
    item: turnItem,
    started_at_ms: maybeInt,
    completed_at_ms: v.optional(wholeNumber),
  }),
] as const;

type EventSchema = (typeof events)[number];

/** An event of a rollout that means something to turns, items or metadata. */
export type RolloutEvent = v.InferOutput<EventSchema>;

/** The events that may have one of some types. */
export type EventOf<Type extends RolloutEvent['type']> = RolloutEvent extends infer Event
  ? Event extends { type: infer Types }
    ? [Type & Types] extends [never]
      ? never
      : Event
    : never
  : never;

const schemas = new Map<string, EventSchema>(
  events.flatMap((schema) => schema.entries.type.options.map((type) => [type, schema] as const)),
);

/** Codex's newer names for two events, which it reads and does not write. */
const aliases: Record<string, string> = { turn_started: 'task_started', turn_complete: 'task_complete' };

/** Checks the payload of an `event_msg` line. Gives `undefined` for a type that means nothing here. */
export function parseEvent(type: string, payload: JsonObject): v.SafeParseResult<EventSchema> | undefined {
  const alias = aliases[type];
  if (alias !== undefined) return parseEvent(alias, { ...payload, type: alias });
  const schema = schemas.get(type);
  return schema && v.safeParse(schema, payload);
}
