import type { Json, JsonObject } from '../contract/json.ts';
import type {
  CollabAgentToolCallItem,
  FileChangeItem,
  KnownThreadItem,
  ThreadItem,
  UserInput,
  WorkStatus,
} from '../contract/thread-item.ts';
import { camelCase, present } from './line-values.ts';
import type { Surface } from './projection.ts';
import type { EventOf, RolloutEvent } from './rollout-event.ts';
import { joinShellWords } from './shell-words.ts';
import { commandActionsOf } from './work-values.ts';

/** An item that an event of a legacy thread is about. */
export interface LegacyItem {
  item: ThreadItem;
  /** The turn it belongs to; `''` is the one in work. */
  turnId: string;
}

/** The item that a tool's event is about (contract §5.4), or `undefined` for an event of another kind. */
export function legacyItemOf(event: RolloutEvent): LegacyItem | undefined {
  switch (event.type) {
    case 'exec_command_begin':
    case 'exec_command_end':
      return { item: commandExecution(event), turnId: event.turn_id };
    case 'patch_apply_begin':
    case 'apply_patch_approval_request':
      return { item: fileChange(event, 'inProgress'), turnId: event.turn_id };
    case 'patch_apply_end':
      return { item: fileChange(event, event.status), turnId: event.turn_id };
    case 'mcp_tool_call_begin':
    case 'mcp_tool_call_end':
      return { item: mcpToolCall(event), turnId: '' };
    case 'dynamic_tool_call_request':
      return { item: dynamicToolCall(event, event.callId, { status: 'inProgress' }), turnId: event.turnId };
    case 'dynamic_tool_call_response':
      return {
        item: dynamicToolCall(event, event.call_id, {
          status: event.success ? 'completed' : 'failed',
          contentItems: event.content_items,
          success: event.success,
          durationMs: event.duration,
        }),
        turnId: event.turn_id,
      };
    case 'guardian_assessment': {
      const item = guardedCommand(event);
      return item && { item, turnId: event.turn_id };
    }
    case 'item_started':
    case 'item_completed':
      return turnItem(event);
    default: {
      const item = itemOfTurnInWork(event);
      return item && { item, turnId: '' };
    }
  }
}

function itemOfTurnInWork(event: RolloutEvent): KnownThreadItem | undefined {
  switch (event.type) {
    case 'web_search_begin':
      return { type: 'webSearch', id: event.call_id, query: '' };
    case 'web_search_end':
      return { type: 'webSearch', id: event.call_id, query: event.query, action: event.action };
    case 'view_image_tool_call':
      return { type: 'imageView', id: event.call_id, path: event.path };
    case 'image_generation_begin':
      return { type: 'imageGeneration', id: event.call_id, status: '', result: '' };
    case 'image_generation_end':
      return present({
        type: 'imageGeneration' as const,
        id: event.call_id,
        status: event.status,
        revisedPrompt: event.revised_prompt,
        result: event.result,
        savedPath: event.saved_path,
      });
    case 'sub_agent_activity':
      return {
        type: 'subAgentActivity',
        id: event.event_id,
        kind: camelCase(event.kind),
        agentThreadId: event.agent_thread_id,
        agentPath: event.agent_path,
      };
    case 'collab_agent_spawn_begin':
      return collab(event, 'spawnAgent', {});
    case 'collab_agent_spawn_end': {
      const { new_thread_id: threadId, status } = event;
      return collab(event, 'spawnAgent', threadId ? { [threadId]: status } : {}, !threadId || isLost(status));
    }
    case 'collab_agent_interaction_begin':
      return collab(event, 'sendInput', {});
    case 'collab_agent_interaction_end':
      return collab(event, 'sendInput', { [event.receiver_thread_id]: event.status }, isLost(event.status));
    case 'collab_close_begin':
      return collab(event, 'closeAgent', {});
    case 'collab_close_end':
      return collab(event, 'closeAgent', { [event.receiver_thread_id]: event.status }, isLost(event.status));
    case 'collab_resume_begin':
      return collab(event, 'resumeAgent', {});
    case 'collab_resume_end':
      return collab(event, 'resumeAgent', { [event.receiver_thread_id]: event.status }, isLost(event.status));
    case 'collab_waiting_begin':
      return collab(event, 'wait', {});
    case 'collab_waiting_end':
      return collab(event, 'wait', event.statuses, Object.values(event.statuses).some(isLost));
    default:
      return undefined;
  }
}

/**
 * What a user sent; a text of blanks only is no part of it. The limited surface is that of a server which does not
 * know the images' details yet.
 */
export function userContent(event: EventOf<'user_message'>, surface: Surface): UserInput[] {
  const content: UserInput[] = [];
  if (event.message.trim() !== '') {
    content.push({ type: 'text', text: event.message, text_elements: event.text_elements });
  }
  const detailsOf = (details: (Json | null)[] | null | undefined) =>
    surface === 'extended' ? (details ?? []) : [];
  const imageDetails = detailsOf(event.image_details);
  for (const [index, url] of (event.images ?? []).entries()) {
    content.push(present({ type: 'image' as const, url, detail: imageDetails[index] }));
  }
  const localDetails = detailsOf(event.local_image_details);
  for (const [index, path] of event.local_images.entries()) {
    content.push(present({ type: 'localImage' as const, path, detail: localDetails[index] }));
  }
  return content;
}

function commandExecution(event: EventOf<'exec_command_begin' | 'exec_command_end'>): KnownThreadItem {
  const end = event.type === 'exec_command_end' ? event : undefined;
  return present({
    type: 'commandExecution' as const,
    id: event.call_id,
    command: joinShellWords(event.command),
    cwd: event.cwd,
    processId: event.process_id,
    source: camelCase(event.source),
    status: end?.status ?? ('inProgress' as const),
    commandActions: commandActionsOf(event.parsed_cmd, event.cwd),
    aggregatedOutput: end?.aggregated_output || undefined,
    exitCode: end?.exit_code,
    durationMs: end?.duration,
  });
}

function fileChange(
  event: EventOf<'patch_apply_begin' | 'apply_patch_approval_request' | 'patch_apply_end'>,
  status: WorkStatus,
): FileChangeItem {
  return { type: 'fileChange', id: event.call_id, changes: event.changes, status };
}

function mcpToolCall(event: EventOf<'mcp_tool_call_begin' | 'mcp_tool_call_end'>): KnownThreadItem {
  const end = event.type === 'mcp_tool_call_end' ? event : undefined;
  const gave = end && 'Ok' in end.result ? end.result.Ok : undefined;
  const message = end && 'Err' in end.result ? end.result.Err : undefined;
  return {
    type: 'mcpToolCall',
    id: event.call_id,
    server: event.invocation.server,
    tool: event.invocation.tool,
    status: !end ? 'inProgress' : gave && !gave.failed ? 'completed' : 'failed',
    arguments: event.invocation.arguments ?? null,
    ...present({
      mcpAppResourceUri: end?.mcp_app_resource_uri,
      result: gave?.result,
      error: message === undefined ? undefined : { message },
      durationMs: end?.duration,
    }),
  };
}

function dynamicToolCall(
  { namespace, tool, arguments: args }: EventOf<'dynamic_tool_call_request' | 'dynamic_tool_call_response'>,
  id: string,
  outcome: { status: WorkStatus; contentItems?: JsonObject[]; success?: boolean; durationMs?: number },
): KnownThreadItem {
  return { type: 'dynamicToolCall', id, tool, arguments: args, ...present({ namespace }), ...outcome };
}

const guarded: Record<string, WorkStatus> = {
  in_progress: 'inProgress',
  denied: 'declined',
  aborted: 'declined',
  timed_out: 'failed',
};

/** A command that a guardian looked at before it ran: what came of that stands in its own events. */
function guardedCommand(event: EventOf<'guardian_assessment'>): KnownThreadItem | undefined {
  const status = guarded[event.status];
  const { target_item_id: id, action } = event;
  if (!status || !id) return undefined;
  const command =
    action.type === 'execve'
      ? joinShellWords([action.program ?? '', ...(action.argv ?? []).slice(1)])
      : action.command;
  if (!['command', 'execve'].includes(action.type) || command === undefined || command === null)
    return undefined;
  return {
    type: 'commandExecution',
    id,
    command,
    cwd: action.cwd ?? '',
    source: 'agent',
    status,
    commandActions: [{ type: 'unknown', command }],
  };
}

const collabStatus = (lost: boolean | undefined): WorkStatus =>
  lost === undefined ? 'inProgress' : lost ? 'failed' : 'completed';

type CollabEvent = EventOf<Extract<RolloutEvent['type'], `collab_${string}`>>;

function collab(
  event: CollabEvent,
  tool: string,
  agentsStates: CollabAgentToolCallItem['agentsStates'],
  lost?: boolean,
): CollabAgentToolCallItem {
  const spawn = event.type === 'collab_agent_spawn_begin' || event.type === 'collab_agent_spawn_end';
  const receivers =
    event.type === 'collab_waiting_begin'
      ? event.receiver_thread_ids
      : 'receiver_thread_id' in event
        ? [event.receiver_thread_id]
        : Object.keys(agentsStates).sort();
  return present({
    type: 'collabAgentToolCall' as const,
    id: event.call_id,
    tool,
    status: collabStatus(lost),
    senderThreadId: event.sender_thread_id,
    receiverThreadIds: receivers,
    prompt: 'prompt' in event ? event.prompt : undefined,
    model: spawn ? event.model : undefined,
    reasoningEffort: spawn ? event.reasoning_effort : undefined,
    agentsStates,
  });
}

function isLost({ status }: JsonObject): boolean {
  return status === 'errored' || status === 'notFound';
}

/** The kinds of item that have events of their own in a legacy thread: theirs would come twice. */
const toldByEvents = new Set([
  'userMessage',
  'agentMessage',
  'reasoning',
  'webSearch',
  'imageGeneration',
  'imageView',
  'fileChange',
  'mcpToolCall',
  'contextCompaction',
  'enteredReviewMode',
  'exitedReviewMode',
]);

function turnItem(event: EventOf<'item_started' | 'item_completed'>): LegacyItem | undefined {
  const { item } = event.item;
  if (toldByEvents.has(item.type) || (item.type === 'plan' && item.text === '')) return undefined;
  return { item, turnId: event.turn_id };
}
