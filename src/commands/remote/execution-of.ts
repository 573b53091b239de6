import { readFileSync } from 'node:fs';
import { basename, relative, resolve } from 'node:path';
import type { NewExecution, ScalingChange } from '#client/index.ts';
import type { RunOptions } from '#cli/run-options.ts';
import { LimberError } from '#model/errors.ts';
import { given } from '#model/given.ts';
import { isInside } from '#model/shown-folders.ts';

/** What a server is asked for instead of a run here. Throws `only-here` for what means this machine. */
export function executionOf(options: RunOptions): NewExecution {
  refuseWhatIsHere(options);
  const { network, env, language, probe, bounds, timeoutMs, graceMs, maxProcesses } = options;
  const { maxOutputBytes, tmpBytes, retryLost } = options;
  const asked = {
    ...{ language, probe, timeoutMs, graceMs, maxProcesses, maxOutputBytes, tmpBytes },
    retryLost,
  };
  const scaling = scalingOf(options);
  return {
    ...programOf(options),
    stdin: { open: true },
    ...(env && { env: { ...env } }),
    ...(network && { network: network.kind }),
    ...(isNamed(bounds?.initial) && { initial: bounds.initial }),
    ...(Object.keys(scaling).length > 0 && { scaling }),
    ...(given(asked) as Partial<NewExecution>),
  };
}

function programOf({ program, currentFolder }: RunOptions): Partial<NewExecution> {
  if (program.kind === 'command') return { command: [...program.argv] };
  const path = resolve(currentFolder, program.path);
  const entry = isInside(path, currentFolder) ? relative(currentFolder, path) : basename(path);
  const base64 = read(path, program.path).toString('base64');
  return { entry, files: [{ path: entry, base64 }], args: [...program.args] };
}

function read(path: string, name: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new LimberError('file-unreadable', { path: name, problem }, { cause: error });
  }
}

function scalingOf(options: RunOptions): ScalingChange {
  const { priority, weight, mode, policy, optimize, bounds } = options;
  return {
    ...given({ priority, weight, policy, mode: mode === 'auto' ? undefined : mode }),
    ...(isNamed(bounds?.min) && { min: bounds.min }),
    ...(isNamed(bounds?.max) && { max: bounds.max }),
    ...(optimize !== undefined && { settings: aimsOf(optimize) }),
  };
}

function aimsOf(optimize: NonNullable<RunOptions['optimize']>): Record<string, string> {
  if (typeof optimize === 'string') return { optimize };
  return Object.fromEntries(
    Object.entries(optimize).map(([resource, aim]) => [`optimize.${resource}`, aim]),
  );
}

function isNamed(sizes: object | undefined): sizes is object {
  return sizes !== undefined && Object.keys(sizes).length > 0;
}

function refuseWhatIsHere(options: RunOptions): void {
  const { mounts, writableCurrentFolder, rootfs, workdir, network, tenant, budget } = options;
  const asked = [
    mounts?.length && '--mount',
    writableCurrentFolder && '--write',
    rootfs !== undefined && '--rootfs',
    workdir !== undefined && '--workdir',
    network?.hostPorts.length && '--host-port',
    tenant !== undefined && '--tenant',
    isNamed(budget) && '--budget',
  ].find(Boolean);
  if (typeof asked !== 'string') return;
  const hint = 'Leave it out with --server; a script and its arguments are sent there.';
  throw new LimberError('only-here', { what: asked, hint });
}
