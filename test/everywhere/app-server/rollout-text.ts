import type { JsonObject, RolloutFile, RolloutItem } from 'idb-thread-store';

/** A small thread to be made into a file. */
export interface ThreadText {
  threadId: string;
  source?: unknown;
  cwd?: string;
  /** More of what its session_meta says. */
  more?: JsonObject;
  historyMode?: 'legacy' | 'paginated';
  /** The user's messages, one a turn; the agent answers each. */
  messages?: string[];
  /** Seconds after noon at which it began. */
  second?: number;
}

/** A UUID that ends with this number. */
export function threadIdOf(number: number): string {
  return `01a30000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

/** The id of a thread's turn, counted from 1. */
export function turnIdOf(threadId: string, turn: number): string {
  return `turn-${threadId.slice(-4)}-${turn}`;
}

/** The rollout file of a small thread. */
export function rolloutFile(thread: ThreadText): RolloutFile {
  const {
    threadId,
    source = 'vscode',
    cwd = '/work',
    historyMode = 'paginated',
    messages = ['hello'],
  } = thread;
  const { second = 0, more = {} } = thread;
  const timestamp = new Date(Date.UTC(2026, 9, 1, 12, 0, second)).toISOString();
  const paginated = historyMode === 'paginated';
  const meta = {
    type: 'session_meta',
    payload: {
      id: threadId,
      timestamp,
      cwd,
      originator: 'test',
      cli_version: '0.169.0',
      source,
      model_provider: 'mock',
      ...(paginated ? { history_mode: 'paginated' } : {}),
      ...more,
    },
  };
  const lines = [meta, ...messages.flatMap((text, index) => turnLines(threadId, index + 1, text, paginated))];
  const data = lines
    .map((line, ordinal) => JSON.stringify({ timestamp, ...(paginated ? { ordinal } : {}), ...line }))
    .join('\n');
  return { name: `rollout-2026-10-01T12-00-00-${threadId}.jsonl`, data: `${data}\n` };
}

/** The lines of one whole turn, to be appended or put into a file. */
export function turnLines(threadId: string, turn: number, text: string, paginated: boolean): RolloutItem[] {
  const turn_id = turnIdOf(threadId, turn);
  const event = (payload: JsonObject) => ({ type: 'event_msg', payload });
  const completed = (item: JsonObject) =>
    event({ type: 'item_completed', thread_id: threadId, turn_id, item });
  return [
    event({ type: 'task_started', turn_id }),
    ...(paginated
      ? [
          completed({
            type: 'UserMessage',
            id: `${turn_id}-user`,
            content: [{ type: 'text', text, text_elements: [] }],
          }),
          completed({
            type: 'AgentMessage',
            id: `${turn_id}-agent`,
            content: [{ type: 'Text', text: `answer to ${text}` }],
            phase: 'final_answer',
          }),
        ]
      : [
          event({ type: 'user_message', message: text, images: [], local_images: [], text_elements: [] }),
          event({ type: 'agent_message', message: `answer to ${text}` }),
        ]),
    event({ type: 'task_complete', turn_id, last_agent_message: `answer to ${text}` }),
  ];
}
