import * as v from 'valibot';
import type { ItemPage, StoredThread } from '../../contract/records.ts';
import { toDeferredEntry, withNeededFields } from '../defer-output.ts';
import { findThread } from '../find-thread.ts';
import { canBeTurnId, cursorBehindItem, readItems } from '../item-entries.ts';
import { defineMethod, type MethodContext } from '../method.ts';
import { flag, maybe, maybeText, pageParams, pageSizeOf, text } from '../params.ts';
import { invalidParams, invalidRequest, notSupportedYet, type RpcFailure } from '../rpc-failure.ts';
import { can } from '../store-capabilities.ts';
import { toWireEntry } from '../to-wire-item.ts';

const MAX_IDS = 100;

const anchor = v.object({ type: v.literal('item'), itemId: v.string() });
const listParams = v.object({
  threadId: text,
  turnId: maybeText,
  ...pageParams,
  cursor: maybe(v.union([text, anchor], 'must be a cursor, or an anchor of type item with an itemId')),
  deferOutput: maybe(
    v.object({ commandExecution: flag, mcpToolCall: flag }, 'must be an object that says what to defer'),
  ),
});

/** `thread/items/list` (contract §3.2): a thread's items, or one turn's, also from right behind a given item on. */
export const threadItemsList = defineMethod({
  name: 'thread/items/list',
  params: listParams,
  unknownThread: notListed,
  async run(context, request) {
    const { cursor } = request;
    if (typeof cursor === 'object' && !request.turnId) {
      throw invalidParams('turnId is required when cursor is an item anchor');
    }
    const { threadId } = await paginatedThread(context, request.threadId, 'thread/items/list');
    const page = await list(context, threadId, request);
    const deferral = request.turnId === undefined ? undefined : request.deferOutput;
    const items = await withNeededFields(context.store, threadId, page.items);
    return {
      data: items.map((entry) => (deferral ? toDeferredEntry(entry, deferral) : toWireEntry(entry))),
      nextCursor: page.nextCursor ?? null,
      backwardsCursor: page.backwardsCursor ?? null,
    };
  },
});

/** `thread/items/read`: up to a hundred items of one turn by their ids, in stored order; others are left out. */
export const threadItemsRead = defineMethod({
  name: 'thread/items/read',
  params: v.object({ threadId: text, turnId: text, itemIds: v.array(text, 'must be a list of ids') }),
  experimental: true,
  unknownThread: notListed,
  async run(context, { threadId: named, turnId, itemIds }) {
    if (itemIds.length < 1 || itemIds.length > MAX_IDS) {
      throw invalidRequest(`itemIds must contain 1 to ${MAX_IDS} IDs`);
    }
    const { threadId } = await paginatedThread(context, named, 'thread/items/read');
    const items = canBeTurnId(turnId) ? await readItems(context.store, { threadId, turnId, itemIds }) : [];
    return { data: items.map(toWireEntry) };
  },
});

/** Legacy threads have no items of their own: they are refused as unknown ones are. */
async function paginatedThread(context: MethodContext, named: string, method: string): Promise<StoredThread> {
  const thread = await findThread(context, named);
  if (thread.historyMode !== 'paginated') throw notSupportedYet(method);
  return thread;
}

function notListed(_threadId: string, method: string): RpcFailure {
  return notSupportedYet(method);
}

async function list(
  { store }: MethodContext,
  threadId: string,
  { turnId, cursor, limit, sortDirection: asked, deferOutput }: v.InferOutput<typeof listParams>,
): Promise<ItemPage> {
  const sortDirection = asked ?? 'asc';
  let position: string | undefined;
  if (typeof cursor === 'string') position = cursor;
  else if (cursor) {
    const found =
      turnId !== undefined && canBeTurnId(turnId)
        ? await cursorBehindItem(store, { threadId, turnId, itemId: cursor.itemId, sortDirection })
        : undefined;
    if (!found) throw invalidParams('cursor.itemId does not identify an item in the requested history scope');
    if (found.cursor === undefined) return { items: [] };
    position = found.cursor;
  }
  if (turnId !== undefined && !canBeTurnId(turnId)) return { items: [] };
  return store.listItems({
    threadId,
    turnId,
    cursor: position,
    pageSize: pageSizeOf(limit),
    sortDirection,
    includeArchived: true,
    // What the client does not want of large items need not be read.
    deferOutput: turnId !== undefined && deferOutput?.commandExecution === true && can(store, 'readItems'),
  });
}
