import type { StoredThreadItem } from '../contract/records.ts';
import { isItemOf } from '../contract/thread-item.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { toWireEntry } from './to-wire-item.ts';

/** Which outputs a client fetches later, by `thread/items/read`. */
export interface OutputDeferral {
  /** Output of commands that succeeded. */
  commandExecution?: boolean | undefined;
  /** Plain text that MCP tools answered. */
  mcpToolCall?: boolean | undefined;
}

/** An item's entry, without its output where that was deferred; the entry says so (contract, head of the page). */
export function toDeferredEntry(entry: StoredThreadItem, deferral: OutputDeferral): object {
  const { item } = entry;
  if (deferral.commandExecution && isItemOf(item, 'commandExecution')) {
    const { aggregatedOutput, ...rest } = item;
    if (item.status === 'completed' && aggregatedOutput) return deferred({ ...entry, item: rest });
  }
  if (deferral.mcpToolCall && isItemOf(item, 'mcpToolCall')) {
    const { status, result } = item;
    if (status === 'completed' && result && isPlainText(result)) {
      return deferred({ ...entry, item: { ...item, result: { ...result, content: [] } } });
    }
  }
  return toWireEntry(entry);
}

function deferred(entry: StoredThreadItem): object {
  return { ...toWireEntry(entry), outputDeferred: true };
}

function isPlainText({ content, structuredContent }: JsonObject): boolean {
  if (!Array.isArray(content)) return false;
  if (structuredContent !== undefined && structuredContent !== null) return false;
  return (
    content.length > 0 &&
    content.every((part) => isJsonObject(part) && part['type'] === 'text' && typeof part['text'] === 'string')
  );
}
