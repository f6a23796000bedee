import * as v from 'valibot';
import type { StoredThread } from '../contract/records.ts';
import type { Protocol } from './protocol.ts';

const network = v.optional(v.boolean(), false);
const sandboxOnDisk = v.variant('type', [
  v.object({ type: v.literal('danger-full-access') }),
  v.object({ type: v.literal('read-only'), network_access: network }),
  v.object({
    type: v.literal('external-sandbox'),
    network_access: v.optional(v.picklist(['restricted', 'enabled']), 'restricted'),
  }),
  v.object({
    type: v.literal('workspace-write'),
    writable_roots: v.optional(v.array(v.string()), []),
    network_access: network,
    exclude_tmpdir_env_var: network,
    exclude_slash_tmp: network,
  }),
]);

const granular = v.object({ granular: v.record(v.string(), v.boolean()) });
const approval = {
  '0.130': v.union([v.picklist(['untrusted', 'on-failure', 'on-request', 'never']), granular]),
  latest: v.union([v.picklist(['untrusted', 'on-request', 'never']), granular]),
} as const;

/**
 * The settings of a session that the answer to `thread/fork` has beside the thread. Nothing runs here, so they say what
 * the thread's lines last said, and the careful choice where they say nothing.
 */
export function sessionSettings(thread: StoredThread, model: string, protocol: Protocol): object {
  const { modelProvider, cwd, reasoningEffort, approvalMode, sandboxPolicy } = thread;
  const policy = v.safeParse(approval[protocol], approvalMode);
  const latest = protocol === 'latest';
  return {
    model,
    modelProvider,
    serviceTier: null,
    ...(latest ? { disabledPluginIds: [] } : {}),
    cwd,
    ...(latest ? { runtimeWorkspaceRoots: cwd === '' ? [] : [cwd] } : {}),
    instructionSources: [],
    approvalPolicy: policy.success ? policy.output : 'on-request',
    approvalsReviewer: 'user',
    sandbox: wireSandbox(sandboxPolicy),
    ...(latest ? {} : { permissionProfile: null }),
    activePermissionProfile: null,
    reasoningEffort: reasoningEffort ?? null,
    ...(latest ? { multiAgentMode: 'explicitRequestOnly' } : {}),
  };
}

function wireSandbox(onDisk: unknown): object {
  const parsed = v.safeParse(sandboxOnDisk, onDisk);
  if (!parsed.success) return { type: 'readOnly', networkAccess: false };
  const data = parsed.output;
  switch (data.type) {
    case 'danger-full-access':
      return { type: 'dangerFullAccess' };
    case 'read-only':
      return { type: 'readOnly', networkAccess: data.network_access };
    case 'external-sandbox':
      return { type: 'externalSandbox', networkAccess: data.network_access };
    case 'workspace-write':
      return {
        type: 'workspaceWrite',
        writableRoots: data.writable_roots,
        networkAccess: data.network_access,
        excludeTmpdirEnvVar: data.exclude_tmpdir_env_var,
        excludeSlashTmp: data.exclude_slash_tmp,
      };
  }
}
