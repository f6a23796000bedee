/** The same conversation as a rollout file: the lines that Codex writes for it, in the proportions in which it does. */
import { isItemOf, type ThreadItem } from 'idb-thread-store';
import { smallThread, turnOf, type TurnSize, type WorkTurn } from './workload.ts';

/** The name of a thread's rollout file. */
export function fileName(threadId: string): string {
  return `rollout-2026-01-01T00-00-00-${threadId}.jsonl`;
}

/** The first line of a thread's file. */
export function headText(threadId: string, startedAt: number): string {
  const timestamp = new Date(startedAt).toISOString();
  const meta = {
    id: threadId,
    timestamp,
    cwd: '/workspace/app',
    originator: 'bench',
    cli_version: '0.169.0',
  };
  const payload = { ...meta, source: 'cli', model_provider: 'openai', history_mode: 'paginated' };
  return `${JSON.stringify({ timestamp, ordinal: 0, type: 'session_meta', payload })}\n`;
}

/** The file of a small thread. */
export function smallThreadText(n: number): string {
  const { threadId, preview, createdAt } = smallThread(n);
  const turn = { ...turnOf(n, 'tiny'), startedAt: createdAt / 1000 };
  const [question, ...rest] = turn.items;
  const asked =
    question && isItemOf(question, 'userMessage') ? [{ ...question, content: [textInput(preview)] }] : [];
  return headText(threadId, createdAt) + turnText({ ...turn, items: [...asked, ...rest] }, threadId, 1).text;
}

function textInput(text: string) {
  return { type: 'text' as const, text, text_elements: [] };
}

/**
 * The lines of some turns, as chunks of text of about a megabyte.
 * @param from the first turn's number
 */
export function* turnTexts(threadId: string, from: number, turns: number, size: TurnSize): Generator<string> {
  let chunk = '';
  let ordinal = 1 + from * linesPerTurn(size);
  for (let n = from; n < from + turns; n++) {
    const { text, lines } = turnText(turnOf(n, size), threadId, ordinal);
    ordinal += lines;
    chunk += text;
    if (chunk.length < 1024 * 1024) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

/** How many lines a turn has. */
function linesPerTurn(size: TurnSize): number {
  return turnText(turnOf(0, size), '', 0).lines;
}

/** The lines of one turn. */
function turnText(turn: WorkTurn, threadId: string, ordinal: number): { text: string; lines: number } {
  const timestamp = new Date(turn.startedAt * 1000).toISOString();
  const { turnId } = turn;
  let next = ordinal;
  const line = (type: string, payload: object) =>
    `${JSON.stringify({ timestamp, ordinal: next++, type, payload })}\n`;
  const event = (payload: object) => line('event_msg', payload);
  const turn_attribution = {
    turn_id: turnId,
    turn_trigger: null,
    parent_turn_id: null,
    root_turn_id: turnId,
  };
  const started_at = turn.startedAt;
  let text = event({
    type: 'task_started',
    turn_attribution,
    turn_id: turnId,
    started_at,
    model_context_window: 258400,
  });
  const isTiny = turn.items.length === 2;
  if (!isTiny) text += line('turn_context', turnContext(turnId));
  for (const [index, item] of turn.items.entries()) {
    for (const said of responseItems(item, turnId)) text += line('response_item', said);
    text += event(itemCompleted(item, turnId, threadId));
    // The model is asked anew after every second command, and tells its tokens each time.
    if (!isTiny && index % 2 === 1) text += event(tokenCount(next));
  }
  const last = turn.items.at(-1);
  const last_agent_message = last && isItemOf(last, 'agentMessage') ? last.text : null;
  const { completedAt: completed_at, durationMs: duration_ms } = turn;
  text += event({
    type: 'task_complete',
    turn_id: turnId,
    last_agent_message,
    started_at,
    completed_at,
    duration_ms,
  });
  return { text, lines: next - ordinal };
}

/** What an item tells the model, beside the item itself. */
function responseItems(item: ThreadItem, turnId: string): object[] {
  const internal_chat_message_metadata_passthrough = { turn_id: turnId };
  const passed = { internal_chat_message_metadata_passthrough };
  if (isItemOf(item, 'userMessage')) {
    const content = item.content.map((part) => ({
      type: 'input_text',
      text: part.type === 'text' ? part.text : '',
    }));
    return [{ type: 'message', id: `msg_${item.id}`, role: 'user', content, ...passed }];
  }
  if (isItemOf(item, 'agentMessage')) {
    const content = [{ type: 'output_text', text: item.text }];
    return [{ type: 'message', id: item.id, role: 'assistant', content, phase: item.phase, ...passed }];
  }
  if (isItemOf(item, 'commandExecution')) {
    const { id: call_id, command, aggregatedOutput } = item;
    const output = `Wall time: 0.0000 seconds\nProcess exited with code 0\nOutput:\n${aggregatedOutput}`;
    const call = { type: 'function_call', id: `fc_${call_id}`, name: 'exec_command', call_id };
    return [
      { ...call, arguments: JSON.stringify({ cmd: command }), ...passed },
      { type: 'function_call_output', id: `fco_${call_id}`, call_id, output, ...passed },
    ];
  }
  return [];
}

/** The payload of the line that carries a whole item. */
export function itemCompleted(item: ThreadItem, turn_id: string, thread_id: string): object {
  const { startedAtMs: started_at_ms, completedAtMs: completed_at_ms } = item;
  return {
    type: 'item_completed',
    thread_id,
    turn_id,
    item: itemOnDisk(item),
    started_at_ms,
    completed_at_ms,
  };
}

function itemOnDisk(item: ThreadItem): object {
  const { id } = item;
  if (isItemOf(item, 'userMessage')) return { type: 'UserMessage', id, content: item.content };
  if (isItemOf(item, 'agentMessage'))
    return { type: 'AgentMessage', id, content: [{ type: 'Text', text: item.text }], phase: item.phase };
  if (isItemOf(item, 'commandExecution')) {
    return {
      type: 'CommandExecution',
      id,
      process_id: item.processId,
      command: item.command.split(' '),
      cwd: `file://${item.cwd}`,
      parsed_cmd: [{ type: 'unknown', cmd: item.command }],
      source: 'unified_exec_startup',
      status: item.status,
      aggregated_output: item.aggregatedOutput,
      exit_code: item.exitCode,
      duration: { secs: 0, nanos: 28_000_000 },
    };
  }
  throw new Error(`no lines for items of type ${item.type}`);
}

function turnContext(turn_id: string): object {
  return {
    turn_id,
    root_turn_id: turn_id,
    cwd: '/workspace/app',
    approval_policy: 'never',
    model: 'gpt-5.1-codex',
    collaboration_mode: { mode: 'default', settings: { model: 'gpt-5.1-codex', reasoning_effort: null } },
    summary: 'none',
    sandbox_policy: { type: 'danger-full-access' },
  };
}

function tokenCount(n: number): object {
  const usage = {
    input_tokens: 1000 + n,
    cached_input_tokens: n,
    output_tokens: 50,
    reasoning_output_tokens: 5,
  };
  const info = { total_token_usage: usage, last_token_usage: usage, model_context_window: 258400 };
  return { type: 'token_count', info, rate_limits: { limit_id: 'codex', primary: null, secondary: null } };
}
