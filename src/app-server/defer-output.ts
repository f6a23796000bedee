import type { StoredThreadItem } from '../contract/records.ts';
import { isItemOf, type McpToolCallItem, type ThreadItem } from '../contract/thread-item.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { isJsonObject } from '../contract/json.ts';
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
  if (deferral.mcpToolCall && isItemOf(item, 'mcpToolCall') && isPlainAnswer(item))
    return deferred({ ...entry, item: { ...item, result: { ...item.result, content: [] } } });
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

/** Whether all that a tool gave is text for people; what may be data stays, since clients make more of it than a text. */
function isPlainAnswer({ status, result, error, mcpAppResourceUri, mcpAppUi }: McpToolCallItem): boolean {
  if (status !== 'completed' || !isJsonObject(result)) return false;
  const { content, structuredContent, _meta } = result;
  const more = [structuredContent, _meta, error, mcpAppResourceUri, mcpAppUi];
  if (!Array.isArray(content) || more.some((field) => field !== undefined && field !== null)) return false;
  const texts = content.map((part) =>
    isJsonObject(part) && part['type'] === 'text' && Object.keys(part).length === 2
      ? part['text']
      : undefined,
  );
  return (
    texts.some(Boolean) && texts.every((text) => typeof text === 'string' && !LOOKS_LIKE_DATA.test(text))
  );
}

/** An object, a list or a block of code. */
const LOOKS_LIKE_DATA = /^\s*(?:[{[]|```)/;
