import * as v from 'valibot';
import { findThread } from '../find-thread.ts';
import { defineMethod } from '../method.ts';
import { maybeFlag, maybeOneOf, maybeTexts, pageParams, text } from '../params.ts';
import { invalidRequest, notSupportedYet } from '../rpc-failure.ts';
import { parseThreadId } from '../thread-id.ts';

/** `thread/search`: checked, and then refused, because no store searches yet. */
export const threadSearch = defineMethod({
  name: 'thread/search',
  params: v.object({
    ...pageParams,
    searchTerm: text,
    sortKey: maybeOneOf(['created_at', 'updated_at', 'recency_at']),
    sourceKinds: maybeTexts,
    archived: maybeFlag,
  }),
  experimental: true,
  run: (_context, { searchTerm }) => refuse('thread/search', searchTerm),
});

/** `thread/searchOccurrences`: checked, and then refused, because no store searches yet. */
export const threadSearchOccurrences = defineMethod({
  name: 'thread/searchOccurrences',
  params: v.object({ ...pageParams, threadId: text, searchTerm: text }),
  experimental: true,
  run(_context, { threadId, searchTerm }) {
    parseThreadId(threadId);
    return refuse('thread/searchOccurrences', searchTerm);
  },
});

/** `thread/timeline/list`: checked, and then refused, because no store has a timeline yet. */
export const threadTimelineList = defineMethod({
  name: 'thread/timeline/list',
  params: v.object({ ...pageParams, threadId: text }),
  experimental: true,
  unknownThread: () => notSupportedYet('thread/timeline/list'),
  async run(context, { threadId }) {
    await findThread(context, threadId);
    throw notSupportedYet('thread/timeline/list');
  },
});

async function refuse(method: string, searchTerm: string): Promise<never> {
  if (searchTerm.trim() === '') throw invalidRequest(`${method} requires a non-empty searchTerm`);
  throw notSupportedYet(method);
}
