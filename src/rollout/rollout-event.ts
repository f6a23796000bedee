import * as z from 'zod/mini';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { filePath } from './file-path.ts';
import { duration, json, maybeInt, maybeText, texts } from './line-values.ts';
import { turnItem } from './turn-item.ts';
import { textElements } from './user-input.ts';
import {
  agentState,
  commandAction,
  fileChanges,
  mcpResult,
  memoryCitation,
  reviewOutput,
  webSearchAction,
} from './work-values.ts';

/** A turn's id; older recordings leave it out or empty where they mean the turn in work. */
const turnIdOrNone = z._default(z.string(), '');
const callId = { call_id: z.string() };
const workStatus = z.enum(['completed', 'failed', 'declined']);
const message = { message: z.string() };
const text = { text: z.string() };

const command = {
  ...callId,
  turn_id: turnIdOrNone,
  process_id: maybeText,
  command: z.array(z.string()),
  cwd: filePath,
  parsed_cmd: z.array(commandAction),
  source: z._default(z.string(), 'agent'),
};
const patch = { ...callId, turn_id: turnIdOrNone, changes: z._default(fileChanges, []) };
const mcpCall = {
  ...callId,
  invocation: z.object({ server: z.string(), tool: z.string(), arguments: z.nullish(json) }),
};
const collab = { ...callId, sender_thread_id: z.string() };
const spawn = { ...collab, prompt: z.string(), model: maybeText, reasoning_effort: maybeText };
const receiver = { ...collab, receiver_thread_id: z.string() };

/** Why a turn ended badly. */
const failure = z.object({ ...message, codex_error_info: z.nullish(json) });

const turnEnd = {
  root_turn_id: maybeText,
  started_at: maybeInt,
  completed_at: maybeInt,
  duration_ms: maybeInt,
  error: z.nullish(failure),
};

/** The schema of the events of some types, which have the same fields. */
function event<const Type extends string, Shape extends z.core.$ZodShape>(
  types: Type | Type[],
  shape: Shape,
): z.ZodMiniObject<{ type: z.ZodMiniLiteral<Type> } & Shape> {
  return z.object({ type: z.literal(Array.isArray(types) ? types : [types]), ...shape });
}

/** The events that turns, items and thread metadata depend on, as Codex writes them (contract §5.3, §5.4). */
const events = [
  event('task_started', { turn_id: z.string(), started_at: maybeInt, root_turn_id: maybeText }),
  event('task_complete', {
    turn_id: z.string(),
    ...turnEnd,
  }),
  event('turn_aborted', { turn_id: maybeText, reason: z.string(), ...turnEnd }),
  event('error', { ...message, codex_error_info: z.nullish(json) }),
  event('thread_rolled_back', { num_turns: z.int().check(z.nonnegative()) }),
  event('token_count', { info: z.nullish(z.custom<JsonObject>(isJsonObject)) }),
  event('thread_settings_applied', {
    thread_settings: z.object({ model: z.string(), reasoning_effort: maybeText }),
  }),
  event('user_message', {
    ...message,
    client_id: maybeText,
    images: z.nullish(z.array(z.string())),
    local_images: texts,
    text_elements: textElements,
    image_details: z.nullish(z.array(z.nullable(json))),
    local_image_details: z.nullish(z.array(z.nullable(json))),
  }),
  event('agent_message', { ...message, phase: maybeText, memory_citation: z.nullish(memoryCitation) }),
  event('agent_reasoning', text),
  event('agent_reasoning_raw_content', text),
  event('context_compacted', {}),
  event('entered_review_mode', { target: z.object({ type: z.string() }), user_facing_hint: maybeText }),
  event('exited_review_mode', { review_output: z.nullish(reviewOutput) }),
  event('exec_command_begin', command),
  event('exec_command_end', {
    ...command,
    aggregated_output: z._default(z.string(), ''),
    exit_code: z.int(),
    duration,
    status: workStatus,
  }),
  event(['patch_apply_begin', 'apply_patch_approval_request'], patch),
  event('patch_apply_end', { ...patch, success: z.boolean(), status: workStatus }),
  event('mcp_tool_call_begin', mcpCall),
  event('mcp_tool_call_end', {
    ...mcpCall,
    mcp_app_resource_uri: maybeText,
    duration,
    result: z.union([z.strictObject({ Ok: mcpResult }), z.strictObject({ Err: z.string() })]),
  }),
  event('web_search_begin', callId),
  event('web_search_end', { ...callId, query: z.string(), action: webSearchAction }),
  event('view_image_tool_call', { ...callId, path: filePath }),
  event('image_generation_begin', callId),
  event('image_generation_end', {
    ...callId,
    status: z.string(),
    revised_prompt: maybeText,
    result: z.string(),
    saved_path: maybeText,
  }),
  event('dynamic_tool_call_request', {
    callId: z.string(),
    turnId: turnIdOrNone,
    namespace: maybeText,
    tool: z.string(),
    arguments: json,
  }),
  event('dynamic_tool_call_response', {
    ...callId,
    turn_id: turnIdOrNone,
    namespace: maybeText,
    tool: z.string(),
    arguments: json,
    content_items: z.array(z.custom<JsonObject>(isJsonObject)),
    success: z.boolean(),
    duration,
  }),
  event('guardian_assessment', {
    turn_id: turnIdOrNone,
    target_item_id: maybeText,
    status: z.string(),
    action: z.object({
      type: z.string(),
      command: maybeText,
      program: maybeText,
      argv: z.nullish(z.array(z.string())),
      cwd: z.nullish(filePath),
    }),
  }),
  event('collab_agent_spawn_begin', spawn),
  event('collab_agent_spawn_end', { ...spawn, new_thread_id: maybeText, status: agentState }),
  event('collab_agent_interaction_begin', { ...receiver, prompt: z.string() }),
  event('collab_agent_interaction_end', { ...receiver, prompt: z.string(), status: agentState }),
  event('collab_waiting_begin', { ...collab, receiver_thread_ids: z.array(z.string()) }),
  event('collab_waiting_end', { ...collab, statuses: z.record(z.string(), agentState) }),
  event(['collab_close_begin', 'collab_resume_begin'], receiver),
  event(['collab_close_end', 'collab_resume_end'], { ...receiver, status: agentState }),
  event('sub_agent_activity', {
    event_id: z.string(),
    agent_thread_id: z.string(),
    agent_path: z.string(),
    kind: z.string(),
  }),
  event(['item_started', 'item_completed'], {
    turn_id: z.string(),
    item: turnItem,
    started_at_ms: maybeInt,
    completed_at_ms: z.optional(z.int()),
  }),
] as const;

type EventSchema = (typeof events)[number];

/** An event of a rollout that means something to turns, items or metadata. */
export type RolloutEvent = z.output<EventSchema>;

/** The events that may have one of some types. */
export type EventOf<Type extends RolloutEvent['type']> = RolloutEvent extends infer Event
  ? Event extends { type: infer Types }
    ? [Type & Types] extends [never]
      ? never
      : Event
    : never
  : never;

const schemas = new Map<string, EventSchema>(
  events.flatMap((schema) => schema.shape.type.def.values.map((type) => [type, schema] as const)),
);

/** Codex's newer names for two events, which it reads and does not write. */
const aliases: Record<string, string> = { turn_started: 'task_started', turn_complete: 'task_complete' };

/** Checks the payload of an `event_msg` line. Gives `undefined` for a type that means nothing here. */
export function parseEvent(
  type: string,
  payload: JsonObject,
): z.core.util.SafeParseResult<RolloutEvent> | undefined {
  const alias = aliases[type];
  return alias === undefined
    ? schemas.get(type)?.safeParse(payload)
    : parseEvent(alias, { ...payload, type: alias });
}
