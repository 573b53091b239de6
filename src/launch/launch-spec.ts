import { posix } from 'node:path';
import type { Allocation } from '#model/allocation.ts';
import type { Submission } from '#model/execution.ts';
import { isReadAtStart, type FileView, type LaunchSpec, type ScriptStart } from '#model/launch.ts';
import { isInside, isNeverShownWhole } from '#model/shown-folders.ts';
import { findCommand } from './command.ts';
import { programEnvironment } from './environment.ts';
import { findInterpreter } from './interpreters.ts';
import { javaArguments } from './java.ts';
import type { Caller, Executable } from './caller.ts';
import { compileProbes } from './shown-probes.ts';
import { isTooBroad } from './tool-folders.ts';

const WORK_FOLDER = '/work';

export type LaunchPlanInput = {
  readonly id: string;
  readonly submission: Submission;
  readonly initial: Allocation;
  readonly stdin: LaunchSpec['stdin'];
  readonly caller: Caller;
  /** What probes find inside; absent: none is started. */
  readonly probe?: LaunchSpec['probe'];
  /** Limber's own folders, which no program may see. */
  readonly hiddenFolders: readonly string[];
};

/**
 * What exactly is started, where, with which environment, and what it must see. Throws
 * `command-not-found` and `command-not-executable` before anything was made.
 */
export function planLaunch(input: LaunchPlanInput): LaunchSpec {
  const { id, submission, initial, stdin, caller, hiddenFolders, probe } = input;
  const { constraints, scriptPath } = submission;
  const callerEnv = caller.env;
  const executable = scriptPath
    ? findInterpreter({ ...submission, scriptPath }, caller)
    : findCommand(submission.args, submission, caller);
  if (probe && runsHere(submission) && submission.language === 'python')
    compileProbes(executable.argv[0]!, probe.folder, caller);
  const script = scriptPath ? [nameInside(scriptPath, submission)] : [];
  const args = scriptPath ? submission.args : submission.args.slice(1);
  return {
    id,
    argv: javaArguments([...executable.argv, ...script, ...args], constraints.max),
    ...(scriptPath && { script: scriptStart(submission, executable) }),
    env: programEnvironment({ id, submission, executable, callerEnv, probeFolder: probe?.folder }),
    view: viewOf({ submission, executable, hiddenFolders, callerEnv }),
    network: submission.network,
    initial,
    maxMemoryBytes: constraints.max.memoryBytes,
    burstRoomBytes: 0,
    maxProcesses: submission.maxProcesses,
    tmpBytes: submission.tmpBytes,
    stdin,
    ...(probe && { probe }),
    ...(submission.pod && { pod: submission.pod }),
    ...(submission.machine && { machine: submission.machine }),
  };
}

/** With the interpreters of this machine. */
function runsHere({ scriptPath, rootfs, pod, machine }: Submission): boolean {
  return scriptPath !== undefined && (rootfs ?? pod ?? machine) === undefined;
}

function scriptStart({ language, env }: Submission, { argv }: Executable): ScriptStart {
  const isPlain = !Object.keys(env).some(isReadAtStart);
  return { language, words: argv.length + 1, isPlain };
}

function workingFolderOf({ workingFolder, writableCurrentFolder, currentFolder }: Submission) {
  return workingFolder ?? (writableCurrentFolder ? currentFolder : WORK_FOLDER);
}

/**
 * Relative below the current folder: the work folder is a copy-on-write view of that, so the program
 * may change what lies beside its own script. Elsewhere the script is at its own place.
 */
export function nameInside(
  path: string,
  submission: Pick<Submission, 'currentFolder' | 'workingFolder'>,
): string {
  const { currentFolder, workingFolder } = submission;
  const isViewed = isInside(path, currentFolder) && !isNeverShownWhole(currentFolder);
  if (!isViewed || workingFolder !== undefined) return path;
  const relative = posix.relative(currentFolder, path);
  return relative.startsWith('-') ? `./${relative}` : relative;
}

function viewOf(input: {
  readonly submission: Submission;
  readonly executable: Executable;
  readonly hiddenFolders: readonly string[];
  readonly callerEnv: Caller['env'];
}): FileView {
  const { submission, executable, hiddenFolders, callerEnv } = input;
  const { currentFolder, writableCurrentFolder, mounts, rootfs } = submission;
  const beside = scriptPlace(submission, callerEnv);
  return {
    currentFolder,
    writableCurrentFolder,
    inPlace: submission.inPlace,
    workingFolder: workingFolderOf(submission),
    mounts,
    toolFolders: [...new Set([...executable.folders, ...beside.folders])],
    files: beside.files,
    hiddenFolders,
    ...(rootfs !== undefined && { rootfs }),
  };
}

/** A script elsewhere comes with its folder, whose modules it imports, unless that shows too much. */
function scriptPlace(
  { scriptPath, currentFolder, pod, machine }: Submission,
  callerEnv: Caller['env'],
) {
  const isViewed = scriptPath !== undefined && isInside(scriptPath, currentFolder);
  if (scriptPath === undefined || (isViewed && !isNeverShownWhole(currentFolder)))
    return { folders: [], files: [] };
  const folder = posix.dirname(scriptPath);
  return (pod ?? machine) || isTooBroad(folder, callerEnv)
    ? { folders: [], files: [scriptPath] }
    : { folders: [folder], files: [] };
}
