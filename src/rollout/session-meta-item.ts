import { isJsonObject, type Json, type JsonObject } from '../contract/json.ts';
import type { RolloutItem, SessionSource } from '../contract/records.ts';
import type { CheckedRequest } from '../contract/check-request.ts';

/** What the lines that this store writes say of the version that wrote them. */
export const WRITER_VERSION = '0.1.0';

/** The first line of a new thread: who it is (contract §5.2). */
export function sessionMetaItem(thread: CheckedRequest<'createThread'>, nowMs: number): RolloutItem {
  const { threadId, forkedFromId, metadata, historyMode } = thread;
  return {
    type: 'session_meta',
    payload: present({
      session_id: threadId,
      id: threadId,
      forked_from_id: forkedFromId,
      timestamp: new Date(nowMs).toISOString(),
      cwd: metadata.cwd,
      originator: thread.originator,
      cli_version: WRITER_VERSION,
      source: sourceOnDisk(thread.source),
      thread_source: thread.threadSource,
      model_provider: metadata.modelProvider,
      base_instructions: thread.baseInstructions,
      dynamic_tools: thread.dynamicTools,
      memory_mode: metadata.memoryMode,
      history_mode: historyMode === 'paginated' ? historyMode : undefined,
    }),
  };
}

/** The other way round than lines are read: on disk `subAgent` is `subagent`, and `appServer` is `mcp`. */
export function sourceOnDisk(source: SessionSource): Json {
  if (source === 'appServer') return 'mcp';
  if (!isJsonObject(source)) return source;
  const { subAgent, ...rest } = source;
  return subAgent === undefined ? source : { ...rest, subagent: subAgent };
}

function present(fields: { [field: string]: Json | undefined }): JsonObject {
  const object: JsonObject = {};
  for (const [field, value] of Object.entries(fields)) if (value !== undefined) object[field] = value;
  return object;
}
