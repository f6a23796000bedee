import type { StoredThreadItem } from '../contract/records.ts';
import { isItemOf, type ThreadItem } from '../contract/thread-item.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { isJsonObject, type JsonObject } from '../contract/json.ts';
import { readItems } from './item-entries.ts';
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
    const { aggregatedOutput, deferredFields, ...rest } = item;
    const isLeftOut = deferredFields !== undefined || Boolean(aggregatedOutput);
    if (item.status === 'completed' && isLeftOut) return deferred({ ...entry, item: rest });
  }
  if (deferral.mcpToolCall && isItemOf(item, 'mcpToolCall')) {
    const { status, result } = item;
    if (status === 'completed' && result && isPlainText(result)) {
      return deferred({ ...entry, item: { ...item, result: { ...result, content: [] } } });
    }
  }
  return toWireEntry(entry);
}

/**
 * The same items, with what the store left out of large ones read again where it is needed: all but the output of a
 * command that succeeded, which is what the client left out.
 */
export async function withNeededFields(
  store: ThreadStore,
  threadId: string,
  items: StoredThreadItem[],
): Promise<StoredThreadItem[]> {
  const needed = items.filter(({ item }) => 'deferredFields' in item && !isCommandWithoutOutput(item));
  const [first] = needed;
  if (!first) return items;
  const itemIds = needed.map(({ itemId }) => itemId);
  const whole = await readItems(store, { threadId, turnId: first.turnId, itemIds });
  return items.map((entry) => whole.find(({ ordinal }) => ordinal === entry.ordinal) ?? entry);
}

function isCommandWithoutOutput(item: ThreadItem): boolean {
  if (!isItemOf(item, 'commandExecution') || item.status !== 'completed') return false;
  return item.deferredFields?.every((field) => field === 'aggregatedOutput') ?? false;
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
