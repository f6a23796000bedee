import * as v from 'valibot';
import type { StoredThread } from '../../contract/records.ts';
import type { ThreadSortKey } from '../../contract/requests.ts';
import { descendantsOf, parentOf } from '../descendants.ts';
import { listMatchingThreads } from '../list-matching-threads.ts';
import { defineMethod, tellThread, type MethodContext } from '../method.ts';
import { normalPath } from '../normal-path.ts';
import {
  flag,
  maybe,
  maybeFlag,
  maybeOneOf,
  maybeText,
  maybeTexts,
  pageParams,
  pageSizeOf,
  text,
} from '../params.ts';
import { invalidParams, invalidRequest } from '../rpc-failure.ts';
import { exactSources, INTERACTIVE_KINDS, isOfKind, SOURCE_KINDS } from '../source-kind.ts';
import { parseThreadId, uuidOf } from '../thread-id.ts';

const MAX_EXCLUDED = 100;

const sourceKind = v.picklist(SOURCE_KINDS, `must be one of ${SOURCE_KINDS.join(', ')}`);

const params0130 = v.object({
  ...pageParams,
  sortKey: maybeOneOf(['created_at', 'updated_at']),
  modelProviders: maybeTexts,
  sourceKinds: maybe(v.array(sourceKind, 'must be a list of kinds of sources')),
  archived: maybeFlag,
  cwd: maybe(v.union([text, v.array(text)], 'must be a path or a list of paths')),
  // There is no other database to be consulted, but what the flag says must still be well-formed.
  useStateDbOnly: flag,
  searchTerm: maybeText,
});

const paramsLatest = v.object({
  ...params0130.entries,
  sortKey: maybeOneOf(['created_at', 'updated_at', 'recency_at', 'section_position']),
  includeAttachedThreads: flag,
  currentAccountOnly: flag,
  excludedThreadIds: maybeTexts,
  originators: maybeTexts,
  // Absent: all; `null`: those in no section.
  sectionId: v.nullish(text),
  projectId: maybeText,
  parentThreadId: maybeText,
  ancestorThreadId: maybeText,
  attachedToThreadId: maybeText,
});

/** `thread/list` of 0.130 (contract §3.2). */
export const threadList0130 = defineMethod({
  name: 'thread/list',
  params: params0130,
  run: (context, params) => list(context, params, isListed),
});

/** Today's `thread/list`: with relations between threads, and without sections and projects, which no store here has. */
export const threadListLatest = defineMethod({
  name: 'thread/list',
  params: paramsLatest,
  experimentalFields: [
    'includeAttachedThreads',
    'projectId',
    'parentThreadId',
    'ancestorThreadId',
    'attachedToThreadId',
  ],
  async run(context, params) {
    const { parentThreadId, ancestorThreadId, excludedThreadIds } = params;
    refuseWhatCannotBe(params);
    const excluded = new Set(excludedThreadIds?.map(excludedId));
    const related = await relatives(context, params);
    const page = nothingCanMatch(params)
      ? { data: [], nextCursor: null, backwardsCursor: null }
      : await list(
          context,
          params,
          (thread) =>
            !excluded.has(thread.threadId) && (related ? related.has(thread.threadId) : isListed(thread)),
          parentThreadId || ancestorThreadId ? 'related' : 'interactive',
        );
    const { data, ...cursors } = page;
    // No thread here has a receipt of what was read.
    return { data, readStates: {}, ...cursors };
  },
});

/** Sessions in which nobody said anything are nobody's history. */
function isListed({ preview }: StoredThread): boolean {
  return preview !== '';
}

type ListParams = v.InferOutput<typeof paramsLatest>;

async function list(
  context: MethodContext,
  params: Pick<ListParams, keyof v.InferOutput<typeof params0130>>,
  matches: (thread: StoredThread) => boolean,
  byDefault: 'interactive' | 'related' = 'interactive',
) {
  const { cursor, limit, sortKey, sortDirection, modelProviders, archived, cwd, searchTerm } = params;
  const asked = params.sourceKinds ?? [];
  const kinds = asked.length > 0 ? asked : byDefault === 'interactive' ? INTERACTIVE_KINDS : undefined;
  const allowedSources = kinds && exactSources(kinds);
  const page = await listMatchingThreads(
    context.store,
    {
      cursor,
      pageSize: pageSizeOf(limit),
      sortKey: sortKeyOf(sortKey),
      sortDirection: sortDirection ?? 'desc',
      modelProviders,
      archived: archived ?? false,
      allowedSources,
      cwdFilters: cwd === undefined ? undefined : [cwd].flat().map(normalPath),
      searchTerm,
    },
    (thread) => matches(thread) && (allowedSources !== undefined || !kinds || isOfKind(thread.source, kinds)),
  );
  return {
    // What a thread was forked from, and by whom it was begun, only `thread/read` tells.
    data: page.items.map((thread) => ({
      ...tellThread(context, thread),
      forkedFromId: null,
      threadSource: null,
    })),
    nextCursor: page.nextCursor ?? null,
    backwardsCursor: page.backwardsCursor ?? null,
  };
}

function sortKeyOf(sortKey: ListParams['sortKey']): ThreadSortKey {
  switch (sortKey) {
    case 'updated_at':
      return 'updatedAt';
    case 'recency_at':
    case 'section_position':
      return 'recencyAt';
    default:
      return 'createdAt';
  }
}

function refuseWhatCannotBe(params: ListParams): void {
  const { excludedThreadIds, originators, searchTerm, sectionId, projectId } = params;
  if (params.parentThreadId && params.ancestorThreadId) {
    throw invalidRequest('parentThreadId and ancestorThreadId are mutually exclusive');
  }
  if (params.includeAttachedThreads && !searchTerm?.trim()) {
    throw invalidRequest('includeAttachedThreads requires a non-empty searchTerm');
  }
  if (params.sortKey === 'section_position' && sectionId === undefined) {
    throw invalidRequest('section-position sorting requires a section filter');
  }
  if (originators?.length) {
    throw invalidParams('originator filtering is not supported by the local app-server');
  }
  if (projectId !== undefined) throw invalidParams(`project not found: ${projectId}`);
  if (excludedThreadIds && excludedThreadIds.length > MAX_EXCLUDED) {
    throw invalidParams(`excludedThreadIds accepts at most ${MAX_EXCLUDED} entries`);
  }
}

/** No thread is in a section or attached to another one. */
function nothingCanMatch({ sectionId, attachedToThreadId }: ListParams): boolean {
  return typeof sectionId === 'string' || attachedToThreadId !== undefined;
}

function excludedId(named: string): string {
  const threadId = uuidOf(named);
  if (threadId === undefined)
    throw invalidParams(`invalid excluded thread id: ${named.slice(0, 100)} is not a UUID`);
  return threadId;
}

/** The threads that a filter by relation lets through; `undefined` when there is no such filter. */
async function relatives({ store }: MethodContext, params: ListParams): Promise<Set<string> | undefined> {
  const { parentThreadId, ancestorThreadId } = params;
  const named = parentThreadId ?? ancestorThreadId;
  if (named === undefined) return undefined;
  const kin = parentThreadId === undefined ? 'ancestor' : 'parent';
  const threadId = parseThreadId(named, `${kin} thread id`);
  const found = await descendantsOf(store, threadId);
  return new Set(
    found
      .filter((thread) => kin === 'ancestor' || parentOf(thread) === threadId)
      .map((thread) => thread.threadId),
  );
}
