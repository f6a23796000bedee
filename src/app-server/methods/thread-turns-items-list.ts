import * as v from 'valibot';
import type { ItemPage } from '../../contract/records.ts';
import { isUnsupported } from '../errors-to-rpc.ts';
import { canBeTurnId } from '../item-entries.ts';
import { defineMethod, noRollout } from '../method.ts';
import { pageParams, pageSizeOf, text } from '../params.ts';
import { parseThreadId, uuidOf } from '../thread-id.ts';
import { toWireItem } from '../to-wire-item.ts';

/** Asks a store whether it lists items at all. */
const ANY_ID = '00000000-0000-0000-0000-000000000000';

/**
 * `thread/turns/items/list` (contract §3.2). 0.130 always refused it, before it looked at the ids; over a store that
 * lists items it pages one turn's items, as `thread/items/list` does.
 */
export const threadTurnsItemsList = defineMethod({
  name: 'thread/turns/items/list',
  params: v.object({ threadId: text, turnId: text, ...pageParams }),
  experimental: true,
  unknownThread: noRollout,
  async run({ store }, { threadId: named, turnId, cursor, limit, sortDirection }) {
    const list = (threadId: string, ofTurn: string): Promise<ItemPage> =>
      store.listItems({
        threadId,
        turnId: ofTurn,
        cursor,
        pageSize: pageSizeOf(limit),
        sortDirection: sortDirection ?? 'asc',
        includeArchived: true,
      });
    if (uuidOf(named) === undefined || !canBeTurnId(turnId)) {
      await list(ANY_ID, ANY_ID).catch((error: unknown) => {
        if (isUnsupported(error)) throw error;
      });
    }
    const threadId = parseThreadId(named);
    const page = canBeTurnId(turnId) ? await list(threadId, turnId) : { items: [] };
    return {
      data: page.items.map(({ item }) => toWireItem(item, '0.130')),
      nextCursor: page.nextCursor ?? null,
      backwardsCursor: page.backwardsCursor ?? null,
    };
  },
});
