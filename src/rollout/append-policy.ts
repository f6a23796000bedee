import type { StoredThread } from '../contract/records.ts';
import type { EventPersistenceMode } from '../contract/requests.ts';
import { isJsonObject } from '../contract/json.ts';
import type { ParsedLine } from './line.ts';
import { isLimited } from './persistence-policy.ts';

/** Events that threads of both kinds keep. */
const everyThreadsEvents = [
  'token_count',
  'thread_goal_updated',
  'thread_rolled_back',
  'thread_settings_applied',
  'turn_aborted',
  'task_started',
  'turn_started',
  'task_complete',
  'turn_complete',
];

/** Events that a paginated thread keeps: its items come whole, so the events that tell the same are left out. */
const paginatedEvents = new Set([...everyThreadsEvents, 'item_completed']);

/** Events that the extended mode keeps beside the limited ones. */
const extendedEvents = new Set([
  ...everyThreadsEvents,
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

/** Whether a live writer keeps a line (contract §5.3). Lines of types that are nobody's events are always kept. */
export function keepsLine(
  { item, meaning }: ParsedLine,
  historyMode: StoredThread['historyMode'],
  mode: EventPersistenceMode,
): boolean {
  if (item.type === 'response_item') return isLimited(meaning);
  if (item.type !== 'event_msg') return true;
  const event = isJsonObject(item.payload) ? item.payload['type'] : undefined;
  if (typeof event !== 'string') return false;
  if (historyMode === 'paginated') return paginatedEvents.has(event);
  return (
    isLimited(meaning) ||
    everyThreadsEvents.includes(event) ||
    (mode === 'extended' && extendedEvents.has(event))
  );
}
