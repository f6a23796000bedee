import * as z from 'zod/mini';
import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { KnownThreadItem, OtherThreadItem } from '../contract/thread-item.ts';
import { camelCase, duration, json, maybeInt, maybeText, present, texts } from './line-values.ts';
import { joinShellWords } from './shell-words.ts';
import { userInput } from './user-input.ts';
import {
  agentState,
  commandAction,
  fileChanges,
  mcpResult,
  memoryCitation,
  NO_REVIEW,
  path,
  REVIEW_REQUESTED,
  reviewOutput,
  webSearchAction,
} from './work-values.ts';

/** An item as an `item_completed` event carries it, in the shape of the wire. */
export type TurnItem = { known: true; item: KnownThreadItem } | { known: false; item: OtherThreadItem };

const id = { id: z.string() };
const word = z.pipe(z.string(), z.transform(camelCase));
const workStatus = z.pipe(
  z.enum(['in_progress', 'inProgress', 'completed', 'failed', 'declined']),
  z.transform((status) => (status === 'in_progress' ? 'inProgress' : status)),
);

function kind<Shape extends z.core.$ZodShape>(
  shape: Shape,
  toItem: (value: z.output<z.ZodMiniObject<Shape, z.core.$strip>>) => KnownThreadItem,
) {
  return z.pipe(z.object(shape), z.transform(toItem));
}

/** The kinds of item on disk, by the word in `type` (contract §5.5), each with what it becomes on the wire (§4). */
const kinds = {
  UserMessage: kind({ ...id, client_id: maybeText, content: z.array(userInput) }, (item) =>
    present({ type: 'userMessage' as const, id: item.id, clientId: item.client_id, content: item.content }),
  ),
  HookPrompt: kind(
    { ...id, fragments: z.array(z.object({ text: z.string(), hookRunId: z.string() })) },
    (item) => ({ type: 'hookPrompt', ...item }),
  ),
  AgentMessage: kind(
    {
      ...id,
      content: z.array(z.object({ type: z.literal('Text'), text: z.string() })),
      phase: maybeText,
      memory_citation: z.nullish(memoryCitation),
    },
    (item) =>
      present({
        type: 'agentMessage' as const,
        id: item.id,
        text: item.content.map((part) => part.text).join(''),
        phase: item.phase,
        memoryCitation: item.memory_citation,
      }),
  ),
  Plan: kind({ ...id, text: z.string() }, (item) => ({ type: 'plan', ...item })),
  Reasoning: kind({ ...id, summary_text: z.array(z.string()), raw_content: texts }, (item) => ({
    type: 'reasoning',
    id: item.id,
    summary: item.summary_text,
    content: item.raw_content,
  })),
  CommandExecution: kind(
    {
      ...id,
      command: z.array(z.string()),
      cwd: path,
      process_id: maybeText,
      parsed_cmd: z.array(commandAction),
      source: word,
      status: workStatus,
      aggregated_output: maybeText,
      exit_code: maybeInt,
      duration: z.nullish(duration),
    },
    (item) =>
      present({
        type: 'commandExecution' as const,
        id: item.id,
        command: joinShellWords(item.command),
        cwd: item.cwd,
        processId: item.process_id,
        source: item.source,
        status: item.status,
        commandActions: item.parsed_cmd,
        aggregatedOutput: item.aggregated_output,
        exitCode: item.exit_code,
        durationMs: item.duration,
      }),
  ),
  FileChange: kind({ ...id, changes: fileChanges, status: z.nullish(workStatus) }, (item) => ({
    type: 'fileChange',
    id: item.id,
    changes: item.changes,
    status: item.status ?? 'inProgress',
  })),
  McpToolCall: kind(
    {
      ...id,
      server: z.string(),
      tool: z.string(),
      arguments: json,
      readOnlyHint: z.nullish(z.boolean()),
      status: workStatus,
      result: z.nullish(mcpResult),
      error: z.nullish(z.object({ message: z.string() })),
      duration: z.nullish(duration),
    },
    (item) =>
      ({
        type: 'mcpToolCall',
        id: item.id,
        server: item.server,
        tool: item.tool,
        status: item.status,
        arguments: item.arguments,
        ...present({
          readOnlyHint: item.readOnlyHint,
          result: item.result?.result,
          error: item.error,
          durationMs: item.duration,
        }),
      }),
  ),
  DynamicToolCall: kind(
    {
      ...id,
      namespace: maybeText,
      tool: z.string(),
      arguments: json,
      status: workStatus,
      content_items: z.nullish(z.array(z.custom<JsonObject>(isJsonObject))),
      success: z.nullish(z.boolean()),
      duration: z.nullish(duration),
    },
    (item) =>
      ({
        type: 'dynamicToolCall',
        id: item.id,
        tool: item.tool,
        arguments: item.arguments,
        status: item.status,
        ...present({
          namespace: item.namespace,
          contentItems: item.content_items,
          success: item.success,
          durationMs: item.duration,
        }),
      }),
  ),
  CollabAgentToolCall: kind(
    {
      ...id,
      tool: word,
      status: workStatus,
      sender_thread_id: z.string(),
      receiver_thread_ids: texts,
      prompt: maybeText,
      model: maybeText,
      reasoning_effort: maybeText,
      agents_states: z._default(z.record(z.string(), agentState), {}),
    },
    (item) =>
      present({
        type: 'collabAgentToolCall' as const,
        id: item.id,
        tool: item.tool,
        status: item.status,
        senderThreadId: item.sender_thread_id,
        receiverThreadIds: item.receiver_thread_ids,
        prompt: item.prompt,
        model: item.model,
        reasoningEffort: item.reasoning_effort,
        agentsStates: item.agents_states,
      }),
  ),
  SubAgentActivity: kind(
    { ...id, kind: word, agent_thread_id: z.string(), agent_path: z.string() },
    (item) => ({
      type: 'subAgentActivity',
      id: item.id,
      kind: item.kind,
      agentThreadId: item.agent_thread_id,
      agentPath: item.agent_path,
    }),
  ),
  WebSearch: kind(
    { ...id, query: z.string(), action: z.nullish(webSearchAction), results: z.nullish(z.array(json)) },
    (item) => present({ type: 'webSearch' as const, ...item }),
  ),
  ImageView: kind({ ...id, path }, (item) => ({ type: 'imageView', ...item })),
  Sleep: kind({ ...id, duration_ms: z.int() }, (item) => ({
    type: 'sleep',
    id: item.id,
    durationMs: item.duration_ms,
  })),
  ImageGeneration: kind(
    {
      ...id,
      status: z.string(),
      revised_prompt: maybeText,
      result: z.string(),
      saved_path: z.nullish(path),
    },
    (item) =>
      present({
        type: 'imageGeneration' as const,
        id: item.id,
        status: item.status,
        revisedPrompt: item.revised_prompt,
        result: item.result,
        savedPath: item.saved_path,
      }),
  ),
  EnteredReviewMode: kind({ ...id, user_facing_hint: maybeText }, (item) => ({
    type: 'enteredReviewMode',
    id: item.id,
    review: item.user_facing_hint ?? REVIEW_REQUESTED,
  })),
  ExitedReviewMode: kind({ ...id, review_output: z.nullish(reviewOutput) }, (item) => ({
    type: 'exitedReviewMode',
    id: item.id,
    review: item.review_output || NO_REVIEW,
  })),
  ContextCompaction: kind(id, (item) => ({ type: 'contextCompaction', ...item })),
};

const other = z.custom<OtherThreadItem>(
  (value) => isJsonObject(value) && typeof value['type'] === 'string' && typeof value['id'] === 'string',
);

/** Checks the `item` of an item event and gives it as on the wire; of a type that is not known, as it stands. */
export const turnItem = z.transform((raw: unknown, ctx): TurnItem => {
  const type = isJsonObject(raw) ? raw['type'] : undefined;
  const known = typeof type === 'string' && isKind(type);
  const result = known ? kinds[type].safeParse(snakeCaseKeys(raw)) : other.safeParse(raw);
  if (!result.success) {
    for (const { path, message } of result.error.issues) ctx.issues.push({ code: 'custom', path, message, input: raw });
    return z.NEVER;
  }
  return { known, item: result.data } as TurnItem;
});

function isKind(type: string): type is keyof typeof kinds {
  return Object.hasOwn(kinds, type);
}

/** Codex wrote some kinds of item with `camelCase` names between 0.14x and 0.15x. */
function snakeCaseKeys(raw: unknown): unknown {
  if (!isJsonObject(raw)) return raw;
  const result: Record<string, Json> = {};
  for (const [key, value] of Object.entries(raw)) {
    result[key] = value;
    if (/[A-Z]/.test(key)) result[key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)] = value;
  }
  return result;
}
