import * as v from 'valibot';
import { wholeNumber } from '../contract/whole-number.ts';
import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { GitInfo, SessionSource, StoredThread } from '../contract/records.ts';
import { json, maybeText, present, timeMs } from './line-values.ts';

/** The end of the rollout in which a thread's history begins (contract §5.5, forks and reverts). */
export interface HistoryBase {
  /** The rollout's id: a segment's id where the file has one, else its thread's. See {@link rolloutNameOf}. */
  rolloutId: string;
  /** Lines with this ordinal and above are not part of the base. */
  endOrdinalExclusive: number;
  /** How many bytes of the base file that is. */
  endByteOffset?: number;
}

/** What a `session_meta` line says (contract §5.2). The file's FIRST one tells who the thread is. */
export interface SessionMeta {
  threadId: string;
  sessionId?: string;
  forkedFromId?: string;
  parentThreadId?: string;
  /** Unix milliseconds. */
  createdAtMs?: number;
  cwd: string;
  originator: string;
  cliVersion: string;
  source: SessionSource;
  threadSource?: Json;
  agentNickname?: string;
  agentRole?: string;
  agentPath?: string;
  modelProvider?: string;
  gitInfo?: GitInfo;
  memoryMode?: string;
  historyMode: StoredThread['historyMode'];
  historyBase?: HistoryBase;
}

const git = v.object({
  commit_hash: maybeText,
  branch: maybeText,
  repository_url: maybeText,
});

const historyBase = v.object({
  thread_id: v.string(),
  end_ordinal_exclusive: wholeNumber,
  end_byte_offset: v.optional(wholeNumber),
});

/** Checks the payload of a `session_meta` line and gives what it says. */
export const sessionMeta = v.pipe(
  v.object({
    id: v.string(),
    timestamp: v.string(),
    cwd: v.string(),
    originator: v.string(),
    cli_version: v.string(),
    source: v.optional(json),
    session_id: maybeText,
    forked_from_id: maybeText,
    parent_thread_id: maybeText,
    thread_source: v.nullish(json),
    agent_nickname: maybeText,
    agent_role: maybeText,
    agent_type: maybeText,
    agent_path: maybeText,
    model_provider: maybeText,
    memory_mode: maybeText,
    history_mode: v.optional(v.picklist(['legacy', 'paginated']), 'legacy'),
    history_base: v.nullish(historyBase),
    git: v.nullish(git),
  }),
  v.transform((payload): SessionMeta => {
    const { source, spawn } = wireSource(payload);
    return present({
      threadId: payload.id,
      sessionId: payload.session_id,
      forkedFromId: payload.forked_from_id,
      parentThreadId: payload.parent_thread_id ?? textOf(spawn?.['parent_thread_id']),
      createdAtMs: timeMs(payload.timestamp),
      cwd: payload.cwd,
      originator: payload.originator,
      cliVersion: payload.cli_version,
      source,
      threadSource: payload.thread_source,
      agentNickname: textOf(spawn?.['agent_nickname']),
      agentRole: textOf(spawn?.['agent_role']),
      agentPath: textOf(spawn?.['agent_path']) ?? payload.agent_path,
      modelProvider: payload.model_provider,
      memoryMode: payload.memory_mode,
      historyMode: payload.history_mode,
      gitInfo: payload.git && gitInfoOf(payload.git),
      historyBase:
        payload.history_base &&
        present({
          rolloutId: payload.history_base.thread_id,
          endOrdinalExclusive: payload.history_base.end_ordinal_exclusive,
          endByteOffset: payload.history_base.end_byte_offset,
        }),
    });
  }),
);

function gitInfoOf({ commit_hash, branch, repository_url }: v.InferOutput<typeof git>): GitInfo | undefined {
  const info: GitInfo = present({ sha: commit_hash, branch, originUrl: repository_url });
  return Object.keys(info).length === 0 ? undefined : info;
}

const plainSources = new Set(['cli', 'vscode', 'exec']);

/** The source as the wire has it, and of a spawned agent's what it says of the agent. */
function wireSource(payload: {
  source?: Json | undefined;
  agent_nickname?: string | null | undefined;
  agent_role?: string | null | undefined;
  agent_type?: string | null | undefined;
}): { source: SessionSource; spawn?: JsonObject } {
  const { source = 'vscode' } = payload;
  if (source === 'mcp') return { source: 'appServer' };
  if (typeof source === 'string') return { source: plainSources.has(source) ? source : 'unknown' };
  if (!isJsonObject(source)) return { source: 'unknown' };
  if ('custom' in source) return { source };
  const { subagent } = source;
  if (subagent === undefined) return { source: 'unknown' };
  const spawned = isJsonObject(subagent) ? subagent['thread_spawn'] : undefined;
  if (!isJsonObject(spawned)) return { source: { subAgent: subagent } };
  const { agent_type, ...rest } = spawned;
  const spawn: JsonObject = {
    ...rest,
    ...present({
      agent_nickname: payload.agent_nickname ?? rest['agent_nickname'],
      agent_role: payload.agent_role ?? payload.agent_type ?? rest['agent_role'] ?? agent_type,
    }),
  };
  return { source: { subAgent: { thread_spawn: spawn } }, spawn };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
