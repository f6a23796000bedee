import * as z from 'zod/mini';
import type { JsonObject } from '../contract/json.ts';
import type { FileUpdateChange } from '../contract/thread-item.ts';
import { camelCase, json, maybeText, present, texts } from './line-values.ts';

/** What a shell command does, as far as Codex made out. */
export const commandAction = z.pipe(
  z.discriminatedUnion('type', [
    z.object({ type: z.literal('read'), cmd: z.string(), name: z.string(), path: z.string() }),
    z.object({ type: z.literal('list_files'), cmd: z.string(), path: maybeText }),
    z.object({ type: z.literal('search'), cmd: z.string(), query: maybeText, path: maybeText }),
    z.object({ type: z.literal('unknown'), cmd: z.string() }),
  ]),
  z.transform(({ type, cmd, ...rest }): JsonObject => ({
    type: camelCase(type),
    command: cmd,
    ...present(rest),
  })),
);

/** The files that a patch changes, by path. Gives them sorted by path, each with its content or diff. */
export const fileChanges = z.pipe(
  z.record(
    z.string(),
    z.discriminatedUnion('type', [
      z.object({ type: z.literal(['add', 'delete']), content: z.string() }),
      z.object({ type: z.literal('update'), unified_diff: z.string(), move_path: maybeText }),
    ]),
  ),
  z.transform((changes): FileUpdateChange[] =>
    Object.entries(changes)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, change]) => {
        if (change.type !== 'update') return { path, kind: { type: change.type }, diff: change.content };
        const { unified_diff, move_path = null } = change;
        const diff = move_path === null ? unified_diff : `${unified_diff}\n\nMoved to: ${move_path}`;
        return { path, kind: { type: 'update', move_path }, diff };
      }),
  ),
);

/** How an agent fares: a word, or `{ completed: message }` and `{ errored: message }`. */
export const agentState = z.pipe(
  z.union([z.string(), z.record(z.string(), z.nullable(z.string()))]),
  z.transform((status): JsonObject => {
    if (typeof status === 'string') return { status: camelCase(status) };
    const [[word, message] = ['pending_init', null]] = Object.entries(status);
    return present({ status: camelCase(word), message });
  }),
);

/** What an MCP tool gave. */
export const mcpResult = z.pipe(
  z.object({
    content: z.array(json),
    structuredContent: z.nullish(json),
    isError: z.nullish(z.boolean()),
    _meta: z.nullish(json),
  }),
  z.transform(({ isError, ...result }) => ({
    failed: isError === true,
    result: present(result) satisfies JsonObject,
  })),
);

const webSearchActions = new Set(['search', 'openPage', 'findInPage']);

/** What a web search did; of a kind that is not known, `other`. */
export const webSearchAction = z.pipe(
  z.object({
    type: z.string(),
    query: maybeText,
    queries: z.nullish(z.array(z.string())),
    url: maybeText,
    pattern: maybeText,
  }),
  z.transform(({ type, ...rest }): JsonObject => {
    const known = camelCase(type);
    return webSearchActions.has(known) ? { type: known, ...present(rest) } : { type: 'other' };
  }),
);

/** Where Codex remembered something from. */
export const memoryCitation = z.pipe(
  z.object({
    entries: z.array(z.object({ path: z.string(), lineStart: z.int(), lineEnd: z.int(), note: z.string() })),
    rolloutIds: texts,
  }),
  z.transform(({ entries, rolloutIds }): JsonObject => ({ entries, threadIds: rolloutIds })),
);

/** What a review found, as a text for people: its explanation, or that there was none. */
export const reviewOutput = z.pipe(
  z.object({ overall_explanation: z.string() }),
  z.transform(({ overall_explanation }) => overall_explanation.trim()),
);

/** The text of a review that gave no explanation. */
export const NO_REVIEW = 'Reviewer failed to output a response.';

/** The text of a review request that has none of its own. */
export const REVIEW_REQUESTED = 'Review requested.';
