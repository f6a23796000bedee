import * as v from 'valibot';
import { defineMethod } from '../method.ts';
import { count, maybe, maybeText } from '../params.ts';
import { invalidRequest } from '../rpc-failure.ts';
import { can } from '../store-capabilities.ts';
import { uuidOf } from '../thread-id.ts';

/** `thread/loaded/list`: the threads that this store writes, by id; none where the store does not tell. */
export const threadLoadedList = defineMethod({
  name: 'thread/loaded/list',
  params: v.object({ cursor: maybeText, limit: maybe(count) }),
  async run({ store }, { cursor, limit }) {
    const live = can(store, 'listLiveThreads') ? (await store.listLiveThreads()).threadIds : [];
    // As the real servers do: with nothing to page, no cursor is looked at.
    if (live.length === 0) return { data: [], nextCursor: null };
    const after = cursor === undefined ? undefined : uuidOf(cursor);
    if (cursor !== undefined && after === undefined) throw invalidRequest(`invalid cursor: ${cursor}`);
    const rest = [...live].sort().filter((threadId) => after === undefined || threadId > after);
    const data = rest.slice(0, limit === undefined ? undefined : Math.max(limit, 1));
    return { data, nextCursor: data.length < rest.length ? (data.at(-1) ?? null) : null };
  },
});
