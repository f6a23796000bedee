import * as z from 'zod/mini';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import type { KnownThreadItem } from '../contract/thread-item.ts';
import { filePath } from './file-path.ts';
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
  REVIEW_REQUESTED,
  reviewOutput,
  webSearchAction,
} from './work-values.ts';

const id = { id: z.string() };
const maybeJson = z.nullish(json);
const word = z.pipe(z.string(), z.transform(camelCase));
const workStatus = z.pipe(
  z.enum(['in_progress', 'inProgress', 'completed', 'failed', 'declined']),
  z.transform((status) => (status === 'in_progress' ? 'inProgress' : status)),
);

/** One kind of item: what it has on disk, and what it becomes on the wire. */
function kind<Shape extends z.core.$ZodShape>(
  shape: Shape,
  toItem: (value: z.output<z.ZodMiniObject<Shape>>) => KnownThreadItem,
) {
  return z.pipe(z.object(shape), z.transform(toItem));
}

/** The kinds of item by the word in `type` (contract §4, §5.5). */
export const turnItemKinds = {
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
      delivery: maybeText,
      moderation: maybeJson,
      questions: maybeJson,
    },
    ({ content, memory_citation, ...item }) =>
      present({
        type: 'agentMessage' as const,
        ...item,
        text: content.map((part) => part.text).join(''),
        memoryCitation: memory_citation,
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
      cwd: filePath,
      process_id: maybeText,
      parsed_cmd: z.array(commandAction),
      source: word,
      status: workStatus,
      aggregated_output: maybeText,
      exit_code: maybeInt,
      duration: z.nullish(duration),
      plugin_id: maybeText,
      script_path: maybeText,
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
        pluginId: item.plugin_id,
        scriptPath: item.script_path,
      }),
  ),
  FileChange: kind({ ...id, changes: fileChanges, status: z.nullish(workStatus) }, (item) => ({
    type: 'fileChange',
    id: item.id,
    changes: item.changes,
    status: item.status ?? 'inProgress',
  })),
  // The only kind whose names are in camelCase to this day.
  McpToolCall: kind(
    {
      ...id,
      server: z.string(),
      tool: z.string(),
      arguments: json,
      connectorId: maybeText,
      linkId: maybeText,
      appName: maybeText,
      actionName: maybeText,
      mcpAppResourceUri: maybeText,
      mcpAppUi: maybeJson,
      pluginId: maybeText,
      readOnlyHint: z.nullish(z.boolean()),
      status: workStatus,
      result: z.nullish(mcpResult),
      error: z.nullish(z.object({ message: z.string() })),
      duration: z.nullish(duration),
    },
    ({ connectorId, linkId, appName, actionName, mcpAppResourceUri, arguments: args, ...item }) => ({
      type: 'mcpToolCall',
      id: item.id,
      server: item.server,
      tool: item.tool,
      status: item.status,
      arguments: args,
      ...present({
        appContext:
          connectorId === undefined || connectorId === null
            ? undefined
            : present({ connectorId, linkId, resourceUri: mcpAppResourceUri, appName, actionName }),
        mcpAppResourceUri,
        mcpAppUi: item.mcpAppUi,
        pluginId: item.pluginId,
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
    (item) => ({
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
  FunctionCallOutput: kind({ ...id, name: z.string(), namespace: maybeText, output: json }, (item) => ({
    type: 'functionCallOutput',
    ...present(item),
    output: item.output,
  })),
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
    {
      ...id,
      kind: word,
      agent_thread_id: z.string(),
      agent_path: z.string(),
      model: maybeText,
      reasoning_effort: maybeText,
    },
    (item) =>
      present({
        type: 'subAgentActivity' as const,
        id: item.id,
        kind: item.kind,
        agentThreadId: item.agent_thread_id,
        agentPath: item.agent_path,
        model: item.model,
        reasoningEffort: item.reasoning_effort,
      }),
  ),
  WebSearch: kind(
    { ...id, query: z.string(), action: z.nullish(webSearchAction), results: z.nullish(z.array(json)) },
    (item) => present({ type: 'webSearch' as const, ...item }),
  ),
  ImageView: kind({ ...id, path: filePath }, (item) => ({ type: 'imageView', ...item })),
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
      saved_path: z.nullish(filePath),
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

/** The kinds of `Extension` item by the word in `kind`: these are on disk as they are on the wire. */
export const extensionKinds = {
  'clock.sleep': kind({ ...id, durationMs: z.int() }, (item) => ({ type: 'sleep', ...item })),
  'web.search': kind(
    { ...id, query: z.string(), action: z.nullish(webSearchAction), results: z.nullish(z.array(json)) },
    (item) => present({ type: 'webSearch' as const, ...item }),
  ),
  'image_gen.generation': kind(
    {
      ...id,
      status: z.string(),
      revisedPrompt: maybeText,
      result: maybeText,
      fileId: maybeText,
      savedPath: z.nullish(filePath),
      transparentBackground: z.nullish(z.boolean()),
      failure: maybeJson,
      inputImages: maybeJson,
      generationId: maybeText,
    },
    (item) => present({ type: 'imageGeneration' as const, ...item }),
  ),
};
