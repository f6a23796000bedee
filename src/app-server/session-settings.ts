import * as z from 'zod/mini';
import type { StoredThread } from '../contract/records.ts';
import type { Protocol } from './protocol.ts';

const network = z._default(z.boolean(), false);
const sandboxOnDisk = z.discriminatedUnion('type', [
  z.object({ type: z.literal('danger-full-access') }),
  z.object({ type: z.literal('read-only'), network_access: network }),
  z.object({
    type: z.literal('external-sandbox'),
    network_access: z._default(z.enum(['restricted', 'enabled']), 'restricted'),
  }),
  z.object({
    type: z.literal('workspace-write'),
    writable_roots: z._default(z.array(z.string()), []),
    network_access: network,
    exclude_tmpdir_env_var: network,
    exclude_slash_tmp: network,
  }),
]);

const granular = z.object({ granular: z.record(z.string(), z.boolean()) });
const approval = {
  '0.130': z.union([z.enum(['untrusted', 'on-failure', 'on-request', 'never']), granular]),
  latest: z.union([z.enum(['untrusted', 'on-request', 'never']), granular]),
} as const;

/**
 * The settings of a session that the answer to `thread/fork` has beside the thread. Nothing runs here, so they say what
 * the thread's lines last said, and the careful choice where they say nothing.
 */
export function sessionSettings(thread: StoredThread, model: string, protocol: Protocol): object {
  const { modelProvider, cwd, reasoningEffort, approvalMode, sandboxPolicy } = thread;
  const policy = z.safeParse(approval[protocol], approvalMode);
  const latest = protocol === 'latest';
  return {
    model,
    modelProvider,
    serviceTier: null,
    ...(latest ? { disabledPluginIds: [] } : {}),
    cwd,
    ...(latest ? { runtimeWorkspaceRoots: cwd === '' ? [] : [cwd] } : {}),
    instructionSources: [],
    approvalPolicy: policy.success ? policy.data : 'on-request',
    approvalsReviewer: 'user',
    sandbox: wireSandbox(sandboxPolicy),
    ...(latest ? {} : { permissionProfile: null }),
    activePermissionProfile: null,
    reasoningEffort: reasoningEffort ?? null,
    ...(latest ? { multiAgentMode: 'explicitRequestOnly' } : {}),
  };
}

function wireSandbox(onDisk: unknown): object {
  const parsed = z.safeParse(sandboxOnDisk, onDisk);
  if (!parsed.success) return { type: 'readOnly', networkAccess: false };
  const { data } = parsed;
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
