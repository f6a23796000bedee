import { isJsonObject } from '../contract/json.ts';
import type { StoredThread } from '../contract/records.ts';
import type { EventPersistenceMode } from '../contract/requests.ts';
import type { ParsedLine } from './line.ts';
import { isLimited, limitedEvents } from './persistence-policy.ts';

/** Events that a paginated thread keeps: its items come whole, so the events that tell the same are left out. */
const paginatedEvents: ReadonlySet<string> = new Set([
  'token_count',
  'thread_goal_updated',
  'thread_rolled_back',
  'thread_settings_applied',
  'turn_aborted',
  'task_started',
  'turn_started',
  'task_complete',
  'turn_complete',
  'item_completed',
]);

/** Events that a legacy thread keeps; of whole items only plans, which no other event tells. */
const legacyEvents: ReadonlySet<string> = new Set([...limitedEvents, ...paginatedEvents]);

/** Events that a legacy thread keeps in the extended mode. */
const extendedEvents: ReadonlySet<string> = new Set([
  ...legacyEvents,
  'error',
  'guardian_assessment',
  'exec_command_end',
  'view_image_tool_call',
  'collab_agent_spawn_end',
  'collab_agent_interaction_end',
  'collab_waiting_end',
  'collab_close_end',
  'collab_resume_end',
  'dynamic_tool_call_request',
  'dynamic_tool_call_response',
]);

/** What a live writer keeps of what is appended (contract §5.3). */
export interface AppendPolicy {
  historyMode: StoredThread['historyMode'];
  eventPersistenceMode: EventPersistenceMode;
}

/**
 * Whether lines like this one are kept, as far as their types tell: events that come and go while a turn runs are left
 * out, whatever they hold.
 */
export function mayKeep(item: { type?: unknown; payload?: unknown }, policy: AppendPolicy): boolean {
  if (item.type !== 'event_msg') return true;
  const event = isJsonObject(item.payload) ? item.payload['type'] : undefined;
  // What is no event at all is for the parser to refuse.
  return typeof event !== 'string' || keptEvents(policy).has(event);
}

/** Whether a line that {@link mayKeep} lets through is kept. Lines of types that are nobody's always are. */
export function keepsLine({ item, meaning }: ParsedLine, { historyMode }: AppendPolicy): boolean {
  if (item.type === 'response_item') return isLimited(meaning);
  const isWholeItem = meaning.kind === 'event' && meaning.event.type === 'item_completed';
  return !isWholeItem || historyMode === 'paginated' || isLimited(meaning);
}

function keptEvents({ historyMode, eventPersistenceMode }: AppendPolicy): ReadonlySet<string> {
  if (historyMode === 'paginated') return paginatedEvents;
  return eventPersistenceMode === 'extended' ? extendedEvents : legacyEvents;
}
