import type { LineMeaning } from './line.ts';
import type { RolloutEvent } from './rollout-event.ts';

/** The events that Codex's limited policy keeps in a rollout (contract §5.3). `item_completed` only for plans. */
export const limitedEvents: ReadonlySet<RolloutEvent['type']> = new Set<RolloutEvent['type']>([
  'task_started',
  'task_complete',
  'turn_aborted',
  'thread_rolled_back',
  'user_message',
  'agent_message',
  'agent_reasoning',
  'agent_reasoning_raw_content',
  'context_compacted',
  'entered_review_mode',
  'exited_review_mode',
  'mcp_tool_call_end',
  'patch_apply_end',
  'web_search_end',
  'image_generation_end',
  'token_count',
]);

const limitedResponseItems = new Set([
  'message',
  'reasoning',
  'local_shell_call',
  'function_call',
  'function_call_output',
  'tool_search_call',
  'tool_search_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'web_search_call',
  'image_generation_call',
  'compaction',
  'compaction_summary',
  'context_compaction',
]);

/**
 * Whether Codex's limited policy keeps a line. Its server reads a legacy thread as if the other lines were not
 * there, and numbers the lines without them.
 */
export function isLimited(meaning: LineMeaning): boolean {
  switch (meaning.kind) {
    case 'event': {
      const { event } = meaning;
      if (event.type === 'item_completed') return event.item.known && event.item.item.type === 'plan';
      return limitedEvents.has(event.type);
    }
    case 'responseItem':
      return limitedResponseItems.has(meaning.itemType);
    case 'turnContext':
      // Before 0.5x a sandbox was told by its `mode`; such a line does not count any more.
      return 'type' in meaning.context.sandbox_policy;
    case 'other':
      return false;
    default:
      return true;
  }
}
