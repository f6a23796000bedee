import { isJsonObject, type Json } from '../contract/json.ts';
import type { RolloutItem, StoredThread } from '../contract/records.ts';
import type { ThreadStore } from '../contract/thread-store.ts';
import { isInvalidRequest } from './errors-to-rpc.ts';
import { startOfTurn, type HistoryEnd } from './fork-boundary.ts';

const BATCH_SIZE = 200;

/** What a copy is to be. */
export interface CopyOptions {
  /** The new thread's id. */
  threadId: string;
  end: HistoryEnd;
  cwd: string;
  modelProvider: string;
  originator: string;
  threadSource?: Json | undefined;
  baseInstructions?: string | undefined;
}

/**
 * Makes a new thread out of the beginning of another one's history, with the contract's methods alone: a live writer
 * is opened, gets the lines, and is closed again. When that fails, nothing of the new thread is left.
 */
export async function copyHistory(
  store: ThreadStore,
  source: StoredThread,
  options: CopyOptions,
): Promise<void> {
  const { threadId, cwd, modelProvider, originator, threadSource, baseInstructions } = options;
  const { items } = await store.loadHistory({ threadId: source.threadId, includeArchived: true });
  const meta = sessionMetaOf(items);
  await store.createThread({
    threadId,
    forkedFromId: source.threadId,
    source: 'vscode',
    threadSource,
    originator,
    baseInstructions: baseInstructions === undefined ? meta['base_instructions'] : { text: baseInstructions },
    dynamicTools: Array.isArray(meta['dynamic_tools']) ? meta['dynamic_tools'] : undefined,
    metadata: { cwd, modelProvider },
    // What the source shows, its copy shows, too.
    eventPersistenceMode: 'extended',
    historyMode: source.historyMode,
  });
  try {
    const lines = copiedLines(items, source.historyMode, options.end);
    for (let start = 0; start < lines.length; start += BATCH_SIZE) {
      await append(store, threadId, lines.slice(start, start + BATCH_SIZE));
    }
    await store.persistThread({ threadId });
    await store.shutdownThread({ threadId });
  } catch (error) {
    await store.discardThread({ threadId }).catch(() => undefined);
    await store.deleteThread({ threadId }).catch(() => undefined);
    throw error;
  }
}

function sessionMetaOf(lines: readonly RolloutItem[]): Record<string, Json> {
  const payload = lines.find(({ type }) => type === 'session_meta')?.payload;
  return isJsonObject(payload) ? payload : {};
}

function copiedLines(
  lines: readonly RolloutItem[],
  historyMode: StoredThread['historyMode'],
  { firstLeftOut, running }: HistoryEnd,
): RolloutItem[] {
  const end = firstLeftOut === undefined ? -1 : startOfTurn(lines, firstLeftOut);
  const copied = end < 0 ? [...lines] : lines.slice(0, end);
  if (running !== undefined) copied.push(interruption(running));
  // A copy in the old form begins with its source's own first line, as Codex writes it; in the new form that line
  // would name a base which the copy does not need.
  return historyMode === 'legacy' ? copied : copied.filter(({ type }) => type !== 'session_meta');
}

function interruption(turnId: string): RolloutItem {
  return { type: 'event_msg', payload: { type: 'turn_aborted', turn_id: turnId, reason: 'interrupted' } };
}

/** A line of the source that was never understood cannot be appended; it costs that line, not the copy. */
async function append(store: ThreadStore, threadId: string, items: RolloutItem[]): Promise<void> {
  try {
    await store.appendItems({ threadId, items });
  } catch (error) {
    if (!isInvalidRequest(error)) throw error;
    if (items.length === 1) return;
    const middle = items.length >> 1;
    await append(store, threadId, items.slice(0, middle));
    await append(store, threadId, items.slice(middle));
  }
}
