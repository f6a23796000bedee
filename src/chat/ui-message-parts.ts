import { wordOf, type JsonObject } from '../contract/json.ts';
import type { WorkStatus } from '../contract/thread-item.ts';
import type { MessageShape } from './message-shape.ts';

const statuses: Record<string, WorkStatus> = {
  'output-available': 'completed',
  'output-error': 'failed',
  'output-denied': 'declined',
};

/** How the AI SDK has the parts of a `UIMessage`: a tool's are `tool-{name}`, or `dynamic-tool` with the name in it. */
export const uiMessageParts: Omit<MessageShape<unknown>, 'format' | 'dump' | 'revive'> = {
  parts: 'parts',
  text: 'text',
  thought: 'reasoning',
  callOf: ({ type, toolName, state }: JsonObject) => {
    const [, tool = ''] = /^tool-(.+)/.exec(wordOf(type)) ?? [];
    if (tool === '' && type !== 'dynamic-tool') return undefined;
    const status = statuses[wordOf(state)] ?? 'inProgress';
    const output = status === 'failed' ? 'errorText' : 'output';
    return { tool: tool || wordOf(toolName), status, input: 'input', output };
  },
  partOf: (item) => ({ type: `data-${item.type}`, id: item.id, data: JSON.parse(JSON.stringify(item)) }),
};
