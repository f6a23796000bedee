import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import type { KnownThreadItem } from '../contract/thread-item.ts';
import { filePath } from './file-path.ts';
import { camelCase, duration, json, maybeInt, maybeText, present, texts } from './line-values.ts';
import { joinShellWords } from './shell-words.ts';
import { userInput } from './user-input.ts';
import {
  agentStates,
  commandAction,
  commandActionsOf,
  fileChanges,
  mcpResult,
  memoryCitation,
  NO_REVIEW,
  REVIEW_REQUESTED,
  reviewWithFindings,
  webSearchAction,
} from './work-values.ts';

const id = { id: v.string() };
const maybeJson = v.nullish(json);
const word = v.pipe(v.string(), v.transform(camelCase));
const workStatus = v.pipe(
  v.picklist(['in_progress', 'inProgress', 'completed', 'failed', 'declined']),
  v.transform((status) => (status === 'in_progress' ? 'inProgress' : status)),
);

/** One kind of item: what it has on disk, and what it becomes on the wire. */
function kind<Entries extends v.ObjectEntries>(
  entries: Entries,
  toItem: (value: v.InferOutput<v.ObjectSchema<Entries, undefined>>) => KnownThreadItem,
) {
  return v.pipe(v.object(entries), v.transform(toItem));
}

/** The kinds of item by the word in `type` (contract §4, §5.5). */
export const turnItemKinds = {
  UserMessage: kind({ ...id, client_id: maybeText, content: v.array(userInput) }, (item) =>
    present({ type: 'userMessage' as const, id: item.id, clientId: item.client_id, content: item.content }),
  ),
  HookPrompt: kind(
    { ...id, fragments: v.array(v.object({ text: v.string(), hookRunId: v.string() })) },
    (item) => ({ type: 'hookPrompt', ...item }),
  ),
  AgentMessage: kind(
    {
      ...id,
      content: v.array(v.object({ type: v.literal('Text'), text: v.string() })),
      phase: maybeText,
      memory_citation: v.nullish(memoryCitation),
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
  Plan: kind({ ...id, text: v.string() }, (item) => ({ type: 'plan', ...item })),
  Reasoning: kind({ ...id, summary_text: v.array(v.string()), raw_content: texts }, (item) => ({
    type: 'reasoning',
    id: item.id,
    summary: item.summary_text,
    content: item.raw_content,
  })),
  CommandExecution: kind(
    {
      ...id,
      command: v.array(v.string()),
      cwd: filePath,
      process_id: maybeText,
      parsed_cmd: v.array(commandAction),
      source: word,
      status: workStatus,
      aggregated_output: maybeText,
      exit_code: maybeInt,
      duration: v.nullish(duration),
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
        commandActions: commandActionsOf(item.parsed_cmd, item.cwd),
        aggregatedOutput: item.aggregated_output || undefined,
        exitCode: item.exit_code,
        durationMs: item.duration,
        pluginId: item.plugin_id,
        scriptPath: item.script_path,
      }),
  ),
  FileChange: kind({ ...id, changes: fileChanges, status: v.nullish(workStatus) }, (item) => ({
    type: 'fileChange',
    id: item.id,
    changes: item.changes,
    status: item.status ?? 'inProgress',
  })),
  // The only kind whose names are in camelCase to this day.
  McpToolCall: kind(
    {
      ...id,
      server: v.string(),
      tool: v.string(),
      arguments: json,
      connectorId: maybeText,
      linkId: maybeText,
      appName: maybeText,
      actionName: maybeText,
      mcpAppResourceUri: maybeText,
      mcpAppUi: maybeJson,
      pluginId: maybeText,
      readOnlyHint: v.nullish(v.boolean()),
      status: workStatus,
      result: v.nullish(mcpResult),
      error: v.nullish(v.object({ message: v.string() })),
      duration: v.nullish(duration),
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
      tool: v.string(),
      arguments: json,
      status: workStatus,
      content_items: v.nullish(v.array(v.custom<JsonObject>(isJsonObject))),
      success: v.nullish(v.boolean()),
      duration: v.nullish(duration),
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
  FunctionCallOutput: kind({ ...id, name: v.string(), namespace: maybeText, output: json }, (item) => ({
    type: 'functionCallOutput',
    ...present(item),
    output: item.output,
  })),
  CollabAgentToolCall: kind(
    {
      ...id,
      tool: word,
      status: workStatus,
      sender_thread_id: v.string(),
      receiver_thread_ids: texts,
      prompt: maybeText,
      model: maybeText,
      reasoning_effort: maybeText,
      agents_states: v.optional(agentStates, {}),
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
      agent_thread_id: v.string(),
      agent_path: v.string(),
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
    { ...id, query: v.string(), action: v.nullish(webSearchAction), results: v.nullish(v.array(json)) },
    (item) => present({ type: 'webSearch' as const, ...item }),
  ),
  ImageView: kind({ ...id, path: filePath }, (item) => ({ type: 'imageView', ...item })),
  Sleep: kind({ ...id, duration_ms: wholeNumber }, (item) => ({
    type: 'sleep',
    id: item.id,
    durationMs: item.duration_ms,
  })),
  ImageGeneration: kind(
    {
      ...id,
      status: v.string(),
      revised_prompt: maybeText,
      result: v.string(),
      saved_path: v.nullish(filePath),
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
  ExitedReviewMode: kind({ ...id, review_output: v.nullish(reviewWithFindings) }, (item) => ({
    type: 'exitedReviewMode',
    id: item.id,
    review: item.review_output || NO_REVIEW,
  })),
  ContextCompaction: kind(id, (item) => ({ type: 'contextCompaction', ...item })),
};

/** The kinds of `Extension` item by the word in `kind`: these are on disk as they are on the wire. */
export const extensionKinds = {
  'clock.sleep': kind({ ...id, durationMs: wholeNumber }, (item) => ({ type: 'sleep', ...item })),
  'web.search': kind(
    { ...id, query: v.string(), action: v.nullish(webSearchAction), results: v.nullish(v.array(json)) },
    (item) => present({ type: 'webSearch' as const, ...item }),
  ),
  'image_gen.generation': kind(
    {
      ...id,
      status: v.string(),
      revisedPrompt: maybeText,
      result: maybeText,
      fileId: maybeText,
      savedPath: v.nullish(filePath),
      transparentBackground: v.nullish(v.boolean()),
      failure: maybeJson,
      inputImages: maybeJson,
      generationId: maybeText,
    },
    (item) => present({ type: 'imageGeneration' as const, ...item }),
  ),
};
