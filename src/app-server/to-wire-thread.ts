import { isJsonObject } from '../contract/json.ts';
import type { GitInfo, SessionSource, StoredThread } from '../contract/records.ts';
import type { Protocol } from './protocol.ts';
import { wirePath } from './wire-path.ts';

/** What a thread's answer needs beside its record. */
export interface ThreadOnWire {
  protocol: Protocol;
  /** Stands before paths. */
  home: string;
  /** Its turns as they are on the wire; empty where they were not asked for. */
  turns?: object[];
}

/** A thread as the app-server answers it (contract §3.6): seconds instead of milliseconds, `null` for what is absent. */
export function toWireThread(thread: StoredThread, { protocol, home, turns = [] }: ThreadOnWire): object {
  const latest = protocol === 'latest';
  return {
    id: thread.threadId,
    ...(latest ? { environments: null, extra: null } : {}),
    // Only of a thread that runs is told in whose session it does.
    sessionId: thread.threadId,
    forkedFromId: thread.forkedFromId ?? null,
    ...(latest ? { attachedToThreadId: null, parentThreadId: thread.parentThreadId ?? null } : {}),
    preview: latest && isGuardian(thread.source) ? 'Approval review' : thread.preview,
    ephemeral: false,
    ...(latest
      ? { section: null, sectionEnteredAt: null, projectId: null, historyMode: thread.historyMode }
      : {}),
    modelProvider: thread.modelProvider,
    ...(latest ? { model: thread.model ?? null, reasoningEffort: thread.reasoningEffort ?? null } : {}),
    createdAt: seconds(thread.createdAt),
    updatedAt: seconds(thread.updatedAt),
    ...(latest ? { recencyAt: seconds(thread.recencyAt) } : {}),
    // Nothing runs behind this face: a thread is at rest, whatever it was when its file was written.
    status: { type: 'notLoaded' },
    path: wirePath(thread, home),
    cwd: thread.cwd,
    cliVersion: thread.cliVersion,
    ...(latest ? { originator: thread.originator ?? null } : {}),
    source: toWireSource(thread.source),
    ...(latest ? { canAcceptDirectInput: null } : {}),
    threadSource: thread.threadSource ?? null,
    agentNickname: thread.agentNickname ?? null,
    agentRole: thread.agentRole ?? null,
    gitInfo: thread.gitInfo === undefined ? null : toWireGitInfo(thread.gitInfo),
    name: thread.name ?? (latest && isGuardian(thread.source) ? 'Guardian review' : null),
    ...(latest ? { daybreakEnabled: null } : {}),
    turns,
  };
}

/** Whether the agent of a thread reviews what others want to run: Codex says so, whatever was said in it. */
function isGuardian(source: SessionSource): boolean {
  const agent = isJsonObject(source) ? source['subAgent'] : undefined;
  return isJsonObject(agent) && agent['other'] === 'guardian';
}

/** What a spawned agent's source leaves out is `null` on the wire. */
function toWireSource(source: SessionSource): SessionSource {
  const agent = isJsonObject(source) ? source['subAgent'] : undefined;
  const spawn = isJsonObject(agent) ? agent['thread_spawn'] : undefined;
  if (!isJsonObject(spawn)) return source;
  return {
    subAgent: { thread_spawn: { agent_path: null, agent_nickname: null, agent_role: null, ...spawn } },
  };
}

function toWireGitInfo({ sha = null, branch = null, originUrl = null }: Nullable<GitInfo>): object {
  return { sha, branch, originUrl };
}

type Nullable<T> = { [Field in keyof T]?: T[Field] | null };

function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
