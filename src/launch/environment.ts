import type { Submission } from '#model/execution.ts';
import type { Caller, Executable } from './caller.ts';
import { probeEnvironment } from './probe-environment.ts';
import { runtimeLimits } from './runtime-limits.ts';
import { pathFolders } from './search-path.ts';
import { isSystemPath } from './tool-folders.ts';

/** Language, terminal and time zone are the caller's; everything else would be none of its business. */
const PASSED_ON = /^(LANG|LANGUAGE|LC_[A-Z]+|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|TZ)$/;

/** The complete environment of the program. What the user set with --env always wins. */
export function programEnvironment(input: {
  readonly id: string;
  readonly submission: Pick<Submission, 'constraints' | 'env' | 'rootfs' | 'pod' | 'machine'>;
  readonly executable: Executable;
  readonly callerEnv: Caller['env'];
  /** The host's folder of probes; absent: none is started. */
  readonly probeFolder?: string | undefined;
}): Readonly<Record<string, string>> {
  const { id, submission, executable, callerEnv, probeFolder } = input;
  const environment = {
    LANG: 'C.UTF-8',
    ...passedOn(callerEnv),
    PATH: pathInside(executable, isOfHost(submission) ? callerEnv['PATH'] : undefined),
    HOME: '/work',
    USER: 'limber',
    LOGNAME: 'limber',
    SHELL: '/bin/sh',
    TMPDIR: '/tmp',
    ...executable.env,
    LIMBER_EXECUTION: id,
    LIMBER_ALLOCATION_FILE: '/run/limber/allocation.json',
    ...submission.env,
    ...runtimeLimits(submission.constraints.max, submission.env),
  };
  if (probeFolder === undefined) return environment;
  return { ...environment, ...probeEnvironment(environment, probeFolder) };
}

function isOfHost({ rootfs, pod, machine }: Pick<Submission, 'rootfs' | 'pod' | 'machine'>) {
  return rootfs === undefined && (pod ?? machine) === undefined;
}

function passedOn(env: Caller['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) =>
      value !== undefined && PASSED_ON.test(name) ? [[name, value]] : [],
    ),
  );
}

/** The folder of what was found first, so that a bare name means the same inside as outside. */
function pathInside(executable: Executable, callerPath: string | undefined): string {
  const system = pathFolders(callerPath).filter(isSystemPath);
  return [...new Set([...executable.pathFolders, ...system, ...pathFolders(undefined)])].join(':');
}
