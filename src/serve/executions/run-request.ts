import type { LaunchSettings } from '#commands/prepare-run.ts';
import type { PolicyName } from '#model/constraints.ts';
import type { RunRequest } from '#model/request.ts';
import { stdinPath } from './accepted.ts';
import { budgetOf } from './budget.ts';
import type { ExecutionPaths } from './paths.ts';
import type { ExecutionRequest } from './request.ts';

/** The request as `limber run` would have it: its folder is the work folder itself. */
export function runRequestOf(
  request: ExecutionRequest,
  context: {
    readonly paths: ExecutionPaths;
    readonly tenant: string;
    readonly policy: PolicyName;
  },
): RunRequest {
  const { scaling, language, initial, probe, timeoutMs, graceMs, maxProcesses, tmpBytes } = request;
  const { priority, weight, mode, min, max } = scaling;
  const budget = scaling.budget && budgetOf(scaling.budget);
  return {
    program: request.program,
    currentFolder: context.paths.work,
    inPlace: true,
    historyScope: context.tenant,
    tenant: context.tenant,
    env: request.env,
    network: { kind: request.network, hostPorts: [] },
    maxOutputBytes: request.maxOutputBytes,
    policy: context.policy,
    bounds: { ...(min && { min }), ...(max && { max }), ...(initial && { initial }) },
    ...(language !== undefined && { language }),
    ...(probe !== undefined && { probe }),
    ...(priority !== undefined && { priority }),
    ...(weight !== undefined && { weight }),
    ...(budget !== undefined && { budget }),
    ...(mode !== undefined && { mode }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(graceMs !== undefined && { graceMs }),
    ...(maxProcesses !== undefined && { maxProcesses }),
    ...(tmpBytes !== undefined && { tmpBytes }),
    ...(request.retryLost && { retryLost: true }),
  };
}

export function launchSettingsOf(
  request: ExecutionRequest,
  { id, paths }: { readonly id: string; readonly paths: ExecutionPaths },
): Pick<LaunchSettings, 'id' | 'stdin' | 'kept'> {
  const { stdin } = request;
  return {
    id,
    stdin: stdin === 'open' ? 'open' : stdin ? { path: stdinPath(paths) } : 'ignore',
    kept: {
      stdoutPath: paths.stdout,
      stderrPath: paths.stderr,
      maxBytes: request.maxOutputBytes,
    },
  };
}
