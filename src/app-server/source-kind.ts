import { isJsonObject, type Json } from '../contract/json.ts';
import type { SessionSource } from '../contract/records.ts';

/** The words by which a client asks for threads of one kind of source. */
export const SOURCE_KINDS = [
  'cli',
  'vscode',
  'exec',
  'appServer',
  'subAgent',
  'subAgentReview',
  'subAgentCompact',
  'subAgentThreadSpawn',
  'subAgentOther',
  'unknown',
] as const;

export type SourceKind = (typeof SOURCE_KINDS)[number];

/** The kinds that a list shows where none are asked for: those that a person talked to (contract §3.2). */
export const INTERACTIVE_KINDS: readonly SourceKind[] = ['cli', 'vscode'];

/** The exact sources that these kinds mean, where a list of them says it all. */
export function exactSources(kinds: readonly SourceKind[]): SessionSource[] | undefined {
  const sources = kinds.map((kind): SessionSource | undefined => {
    if (kind === 'subAgentReview') return { subAgent: 'review' };
    if (kind === 'subAgentCompact') return { subAgent: 'compact' };
    return kind.startsWith('subAgent') ? undefined : kind;
  });
  return sources.every((source) => source !== undefined) ? sources : undefined;
}

/** Whether a thread's source is of one of these kinds. */
export function isOfKind(source: SessionSource, kinds: readonly SourceKind[]): boolean {
  if (typeof source === 'string') return kinds.some((kind) => kind === source);
  const agent = source['subAgent'];
  return agent !== undefined && (kinds.includes('subAgent') || kinds.includes(agentKind(agent)));
}

function agentKind(agent: Json): SourceKind {
  if (agent === 'review') return 'subAgentReview';
  if (agent === 'compact') return 'subAgentCompact';
  return isJsonObject(agent) && agent['thread_spawn'] !== undefined ? 'subAgentThreadSpawn' : 'subAgentOther';
}
