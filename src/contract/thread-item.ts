import type { Json, JsonObject } from './json.ts';

/**
 * The items of a turn, in the shape in which Codex's app-server answers them (reference contract §4).
 * Fields that the recording does not have are absent here; on the wire some of them are `null`.
 */
export type KnownThreadItem =
  | UserMessageItem
  | HookPromptItem
  | AgentMessageItem
  | PlanItem
  | ReasoningItem
  | CommandExecutionItem
  | FileChangeItem
  | McpToolCallItem
  | DynamicToolCallItem
  | CollabAgentToolCallItem
  | SubAgentActivityItem
  | WebSearchItem
  | ImageViewItem
  | ImageGenerationItem
  | EnteredReviewModeItem
  | ExitedReviewModeItem
  | ContextCompactionItem
  | FunctionCallOutputItem
  | SleepItem;

/** An item whose type this version does not know, or a client's own: kept word for word. */
export interface OtherThreadItem {
  type: string;
  id: string;
  [field: string]: Json | undefined;
}

/** Any item of a turn. Narrow it with {@link isItemOf}. */
export type ThreadItem = KnownThreadItem | OtherThreadItem;

/**
 * Narrows an item by its type.
 * @example if (isItemOf(item, 'agentMessage')) console.log(item.text)
 */
export function isItemOf<Type extends KnownThreadItem['type']>(
  item: ThreadItem,
  type: Type,
): item is Extract<KnownThreadItem, { type: Type }> {
  return item.type === type;
}

interface ItemOf<Type extends string> {
  type: Type;
  /** Unique within its turn. */
  id: string;
  /** When the item began, Unix milliseconds; only where the recording says so. */
  startedAtMs?: number;
  /** When the item ended, Unix milliseconds; only where the recording says so. */
  completedAtMs?: number;
  /** Fields that are empty here because `deferOutput` left them out; `readItems` gives the whole item. */
  deferredFields?: string[];
}

/** One part of what a user sent. `text_elements` is snake_case on the wire, too. */
export type UserInput =
  | { type: 'text'; text: string; text_elements: Json[] }
  | { type: 'image'; url?: string; fileId?: string; detail?: Json }
  | { type: 'localImage'; path: string; detail?: Json }
  | { type: 'audio'; url?: string; fileId?: string }
  | { type: 'localAudio'; path: string }
  | { type: 'skill'; name: string; path: string }
  | { type: 'mention'; name: string; path: string };

/** What the user sent. */
export interface UserMessageItem extends ItemOf<'userMessage'> {
  content: UserInput[];
  /** What the client called it when it sent it. */
  clientId?: string;
}

/** What hooks of the user's put in. */
export interface HookPromptItem extends ItemOf<'hookPrompt'> {
  fragments: { text: string; hookRunId: string }[];
}

/** What the agent said. */
export interface AgentMessageItem extends ItemOf<'agentMessage'> {
  /** Markdown, as far as it has come. */
  text: string;
  /** `commentary` while the agent works, `final_answer` at the end; older recordings have none. */
  phase?: string;
  /** Which memories it cites. This and what follows is kept as Codex has it. */
  memoryCitation?: JsonObject;
  delivery?: string;
  moderation?: Json;
  questions?: Json;
}

/** What the agent means to do. */
export interface PlanItem extends ItemOf<'plan'> {
  /** Markdown. */
  text: string;
}

/** What the agent thought. */
export interface ReasoningItem extends ItemOf<'reasoning'> {
  /** In short, a part each; Markdown. */
  summary: string[];
  /** In full, a part each; often none, for models keep it to themselves. */
  content: string[];
}

/** How a piece of work ended. `declined`: the user or a guard refused it. */
export type WorkStatus = 'inProgress' | 'completed' | 'failed' | 'declined';

/** A command of the agent's. */
export interface CommandExecutionItem extends ItemOf<'commandExecution'> {
  /** As one would type it in a shell. */
  command: string;
  /** Where it ran. */
  cwd: string;
  processId?: string;
  /** Who had it run, as `agent` or `userShell`. */
  source: string;
  status: WorkStatus;
  /** What it does, as far as Codex can tell: `{ type: 'read' | 'listFiles' | 'search' | 'unknown', command, … }`. */
  commandActions: JsonObject[];
  /** What it printed, of both streams; can be megabytes. */
  aggregatedOutput?: string;
  /** Absent until it ended. */
  exitCode?: number;
  /** Milliseconds. */
  durationMs?: number;
  pluginId?: string;
  scriptPath?: string;
}

/** A file's change. `diff` is the whole content of an added or deleted file, a unified diff of an updated one. */
export interface FileUpdateChange {
  path: string;
  kind: { type: 'add' } | { type: 'delete' } | { type: 'update'; move_path?: string | null };
  diff: string;
}

/** Files that the agent changed. */
export interface FileChangeItem extends ItemOf<'fileChange'> {
  changes: FileUpdateChange[];
  status: WorkStatus;
}

/** A call of a tool of an MCP server. */
export interface McpToolCallItem extends ItemOf<'mcpToolCall'> {
  server: string;
  tool: string;
  status: WorkStatus;
  arguments: Json;
  /** As MCP has it: `{ content, structuredContent, … }`. Absent until it ended, and where it failed. */
  result?: JsonObject;
  error?: { message: string };
  /** Milliseconds. */
  durationMs?: number;
  appContext?: JsonObject;
  mcpAppResourceUri?: string;
  mcpAppUi?: Json;
  pluginId?: string;
  readOnlyHint?: boolean;
}

/** A call of a tool that the client brought. */
export interface DynamicToolCallItem extends ItemOf<'dynamicToolCall'> {
  namespace?: string;
  tool: string;
  arguments: Json;
  status: WorkStatus;
  /** What it gave: `{ type: 'inputText', text }` or `{ type: 'inputImage', imageUrl }` each. Absent until then. */
  contentItems?: JsonObject[];
  success?: boolean;
  /** Milliseconds. */
  durationMs?: number;
}

/** What the agent had other agents do. */
export interface CollabAgentToolCallItem extends ItemOf<'collabAgentToolCall'> {
  /** As `spawnAgent` or `wait`. */
  tool: string;
  status: WorkStatus;
  senderThreadId: string;
  receiverThreadIds: string[];
  prompt?: string;
  model?: string;
  reasoningEffort?: string;
  agentsStates: { [threadId: string]: JsonObject };
}

/** What an agent that this one spawned is about. */
export interface SubAgentActivityItem extends ItemOf<'subAgentActivity'> {
  kind: string;
  agentThreadId: string;
  agentPath: string;
  model?: string;
  reasoningEffort?: string;
}

/** A search of the web. */
export interface WebSearchItem extends ItemOf<'webSearch'> {
  query: string;
  action?: JsonObject;
  results?: Json[];
}

/** An image that the agent looked at. */
export interface ImageViewItem extends ItemOf<'imageView'> {
  path: string;
}

/** An image that was made. `result` is base64: it can be megabytes. Absent where the image is a file of its own. */
export interface ImageGenerationItem extends ItemOf<'imageGeneration'> {
  status: string;
  revisedPrompt?: string;
  result?: string;
  savedPath?: string;
  fileId?: string;
  transparentBackground?: boolean;
  failure?: Json;
  inputImages?: Json;
  generationId?: string;
}

/** A review began. `review` says of what. */
export interface EnteredReviewModeItem extends ItemOf<'enteredReviewMode'> {
  review: string;
}

/** A review ended. `review` says what was found. */
export interface ExitedReviewModeItem extends ItemOf<'exitedReviewMode'> {
  review: string;
}

/** The model's context was made shorter here. */
export type ContextCompactionItem = ItemOf<'contextCompaction'>;

/** What a function gave that the model did not call itself. */
export interface FunctionCallOutputItem extends ItemOf<'functionCallOutput'> {
  name: string;
  namespace?: string;
  output: Json;
}

/** The agent waited. */
export interface SleepItem extends ItemOf<'sleep'> {
  /** Milliseconds. */
  durationMs: number;
}
