import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import type { JsonObject } from '../contract/json.ts';
import type { FileUpdateChange } from '../contract/thread-item.ts';
import { pathFrom } from './file-path.ts';
import { camelCase, entriesOf, json, maybeText, present, texts } from './line-values.ts';

/** What a shell command does, as far as Codex made out. */
export const commandAction = v.union([
  v.object({ type: v.literal('read'), cmd: v.string(), name: v.string(), path: v.string() }),
  v.object({ type: v.literal('list_files'), cmd: v.string(), path: maybeText }),
  v.object({ type: v.literal('search'), cmd: v.string(), query: maybeText, path: maybeText }),
  v.object({ type: v.literal('unknown'), cmd: v.string() }),
]);

/** What commands do, as the wire has it: a file that is read has its whole path, other paths are as they were given. */
export function commandActionsOf(actions: v.InferOutput<typeof commandAction>[], cwd: string): JsonObject[] {
  return actions.map(({ type, cmd, ...rest }) => ({
    type: camelCase(type),
    command: cmd,
    ...present(rest),
    ...('name' in rest ? { path: pathFrom(cwd, rest.path) } : {}),
  }));
}

const fileChange = v.union([
  v.object({ type: v.picklist(['add', 'delete']), content: v.string() }),
  v.object({ type: v.literal('update'), unified_diff: v.string(), move_path: maybeText }),
]);

/** The files that a patch changes, by path. Gives them sorted by path, each with its content or diff. */
export const fileChanges = v.pipe(
  entriesOf(fileChange),
  v.transform((changes): FileUpdateChange[] =>
    changes
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
export const agentState = v.pipe(
  v.union([v.string(), entriesOf(v.nullable(v.string()))]),
  v.transform((status): JsonObject => {
    if (typeof status === 'string') return { status: camelCase(status) };
    const [[word, message] = ['pending_init', null]] = status;
    return present({ status: camelCase(word), message });
  }),
);

/** How agents fare, by their ids. */
export const agentStates = v.pipe(
  entriesOf(agentState),
  v.transform((states): Record<string, JsonObject> => Object.fromEntries(states)),
);

/** What an MCP tool gave. */
export const mcpResult = v.pipe(
  v.object({
    content: v.array(json),
    structuredContent: v.nullish(json),
    isError: v.nullish(v.boolean()),
    _meta: v.nullish(json),
  }),
  v.transform(({ isError, ...result }) => ({
    failed: isError === true,
    result: present(result) satisfies JsonObject,
  })),
);

const webSearchActions = new Set(['search', 'openPage', 'findInPage']);

/** What a web search did; of a kind that is not known, `other`. */
export const webSearchAction = v.pipe(
  v.object({
    type: v.string(),
    query: maybeText,
    queries: v.nullish(v.array(v.string())),
    url: maybeText,
    pattern: maybeText,
  }),
  v.transform(({ type, ...rest }): JsonObject => {
    const known = camelCase(type);
    return webSearchActions.has(known) ? { type: known, ...present(rest) } : { type: 'other' };
  }),
);

/** Where Codex remembered something from. */
export const memoryCitation = v.pipe(
  v.object({
    entries: v.array(
      v.object({ path: v.string(), lineStart: wholeNumber, lineEnd: wholeNumber, note: v.string() }),
    ),
    rolloutIds: texts,
  }),
  v.transform(({ entries, rolloutIds }): JsonObject => ({ entries, threadIds: rolloutIds })),
);

const explained = { overall_explanation: v.string() };

/** What a review found, as a legacy thread shows it: its explanation. */
export const reviewOutput = v.pipe(
  v.object(explained),
  v.transform(({ overall_explanation }) => overall_explanation.trim()),
);

const finding = v.object({
  title: v.string(),
  body: v.string(),
  code_location: v.object({
    absolute_file_path: v.string(),
    line_range: v.object({ start: wholeNumber, end: wholeNumber }),
  }),
});

/** What a review found, as a paginated thread shows it: its explanation, and each finding with its place. */
export const reviewWithFindings = v.pipe(
  v.object({ ...explained, findings: v.optional(v.array(finding), []) }),
  v.transform(({ overall_explanation, findings }) => {
    const comments = findings.map(({ title, body, code_location: { absolute_file_path, line_range } }) => {
      const lines = body && `\n${body}`.replace(/\r?\n$/, '').replaceAll(/\r?\n/g, '\n  ');
      return `- ${title} — ${absolute_file_path}:${line_range.start}-${line_range.end}${lines}`;
    });
    if (comments.length > 0)
      comments.unshift(comments.length > 1 ? 'Full review comments:' : 'Review comment:');
    return [overall_explanation.trim(), ...comments].join('\n\n').trim();
  }),
);

/** The text of a review that gave no explanation. */
export const NO_REVIEW = 'Reviewer failed to output a response.';

/** The text of a review request that has none of its own. */
export const REVIEW_REQUESTED = 'Review requested.';
