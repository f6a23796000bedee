import type { Json, JsonObject } from '../contract/json.ts';
import { isItemOf, type FileUpdateChange, type ThreadItem, type UserInput } from '../contract/thread-item.ts';
import { fileUrl } from './file-url.ts';
import { splitShellWords } from './shell-words.ts';

/**
 * An item as an `item_completed` line has it: the other way round than lines are read (contract §5.5). Of a type that
 * Codex has no such form for, as a client's own, it is written as it is.
 */
export function turnItemOnDisk(item: ThreadItem): JsonObject {
  // Times stand beside the item, not in it.
  const { startedAtMs: _started, completedAtMs: _completed, ...plain } = toJson(knownOnDisk(item) ?? item);
  return plain;
}

function knownOnDisk(item: ThreadItem): object | undefined {
  const { id } = item;
  if (isItemOf(item, 'userMessage')) {
    return { type: 'UserMessage', id, client_id: item.clientId, content: item.content.map(inputOnDisk) };
  }
  if (isItemOf(item, 'agentMessage')) {
    const { text, phase, memoryCitation } = item;
    const { threadIds, ...citation } = memoryCitation ?? {};
    const memory_citation = memoryCitation && { ...citation, rolloutIds: threadIds };
    const { delivery, moderation, questions } = item;
    const content = [{ type: 'Text', text }];
    return { type: 'AgentMessage', id, content, phase, memory_citation, delivery, moderation, questions };
  }
  if (isItemOf(item, 'plan')) return { type: 'Plan', id, text: item.text };
  if (isItemOf(item, 'reasoning')) {
    return { type: 'Reasoning', id, summary_text: item.summary, raw_content: item.content };
  }
  if (isItemOf(item, 'commandExecution')) {
    return {
      type: 'CommandExecution',
      id,
      process_id: item.processId,
      // What cannot be taken apart so that it reads the same again is left to a shell.
      command: splitShellWords(item.command) ?? ['bash', '-c', item.command],
      cwd: fileUrl(item.cwd),
      parsed_cmd: item.commandActions.map(({ command, type, ...action }) => ({
        ...action,
        type: snakeCase(type),
        cmd: command,
      })),
      source: snakeCase(item.source),
      status: snakeCase(item.status),
      aggregated_output: item.aggregatedOutput,
      exit_code: item.exitCode,
      duration: durationOnDisk(item.durationMs),
      plugin_id: item.pluginId,
      script_path: item.scriptPath,
    };
  }
  if (isItemOf(item, 'fileChange')) {
    const changes = Object.fromEntries(item.changes.map((change) => [change.path, changeOnDisk(change)]));
    return { type: 'FileChange', id, changes, status: snakeCase(item.status) };
  }
  if (isItemOf(item, 'mcpToolCall')) {
    const { durationMs, appContext, ...call } = item;
    const { resourceUri: _uri, ...context } = appContext ?? {};
    return { ...call, ...context, type: 'McpToolCall', duration: durationOnDisk(durationMs) };
  }
  if (isItemOf(item, 'dynamicToolCall')) {
    const { durationMs, contentItems, ...call } = item;
    const duration = durationOnDisk(durationMs);
    return {
      ...call,
      type: 'DynamicToolCall',
      status: snakeCase(item.status),
      content_items: contentItems,
      duration,
    };
  }
  if (isItemOf(item, 'webSearch')) {
    const { action } = item;
    return { ...item, type: 'WebSearch', action: action && { ...action, type: snakeCase(action['type']) } };
  }
  if (isItemOf(item, 'imageView')) return { type: 'ImageView', id, path: fileUrl(item.path) };
  if (isItemOf(item, 'imageGeneration')) {
    return { ...item, type: 'Extension', kind: 'image_gen.generation' };
  }
  if (isItemOf(item, 'enteredReviewMode')) {
    const target = { type: 'custom', instructions: item.review };
    return { type: 'EnteredReviewMode', id, target, user_facing_hint: item.review };
  }
  if (isItemOf(item, 'exitedReviewMode')) {
    const review_output = {
      findings: [],
      overall_correctness: '',
      overall_explanation: item.review,
      overall_confidence_score: 0,
    };
    return { type: 'ExitedReviewMode', id, review_output };
  }
  if (isItemOf(item, 'functionCallOutput')) return { ...item, type: 'FunctionCallOutput' };
  if (isItemOf(item, 'sleep')) return { ...item, type: 'Extension', kind: 'clock.sleep' };
  if (isItemOf(item, 'contextCompaction')) return { type: 'ContextCompaction', id };
  return undefined;
}

function inputOnDisk(input: UserInput): object {
  switch (input.type) {
    case 'image': {
      const { url, fileId, detail } = input;
      return { type: 'image', ...(url === undefined ? { file_id: fileId } : { image_url: url }), detail };
    }
    case 'localImage':
      return { ...input, type: 'local_image' };
    case 'audio':
      return {
        type: 'audio',
        ...(input.url === undefined ? { file_id: input.fileId } : { audio_url: input.url }),
      };
    case 'localAudio':
      return { ...input, type: 'local_audio' };
    case 'text': {
      const elements = input.text_elements.map((element) =>
        typeof element === 'object' && element !== null && 'byteRange' in element
          ? { byte_range: element['byteRange'], placeholder: element['placeholder'] }
          : element,
      );
      return { ...input, text_elements: elements };
    }
    default:
      return input;
  }
}

function changeOnDisk({ kind, diff }: FileUpdateChange): object {
  if (kind.type !== 'update') return { type: kind.type, content: diff };
  const { move_path = null } = kind;
  const moved = `\n\nMoved to: ${move_path}`;
  const unified_diff = move_path !== null && diff.endsWith(moved) ? diff.slice(0, -moved.length) : diff;
  return { type: 'update', unified_diff, move_path };
}

function durationOnDisk(ms: number | undefined): object | undefined {
  if (ms === undefined) return undefined;
  return { secs: Math.floor(ms / 1000), nanos: (ms % 1000) * 1_000_000 };
}

function snakeCase(word: Json | undefined): Json | undefined {
  if (typeof word !== 'string') return word;
  return word.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toJson(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
