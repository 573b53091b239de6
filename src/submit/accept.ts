import { posix } from 'node:path';
import type { Config } from '#config/schema.ts';
import { deepFreeze } from '#config/deep-freeze.ts';
import type { Allocation } from '#model/allocation.ts';
import { LimberError } from '#model/errors.ts';
import type { Language, Submission } from '#model/execution.ts';
import type { RunRequest } from '#model/request.ts';
import { findCommandScript } from './command-script.ts';
import { checkMounts } from './check-mounts.ts';
import { checkCurrentFolder, checkEnv, checkNetwork, checkRootfs } from './check-request.ts';
import { resolveConstraints } from './constraints.ts';
import {
  fingerprintCommand,
  fingerprintScript,
  readIfFile,
  scopedFingerprint,
  type NormalizedTokens,
} from './fingerprint.ts';
import { readScript } from './read-script.ts';

export type AcceptContext = {
  readonly config: Config;
  /** What the node can give to instances; the maximum where nobody set one. */
  readonly capacity: Allocation;
  readonly languageOf: (path: string, source: string) => Language;
  readonly normalizedTokens: NormalizedTokens;
};

/**
 * A request that makes sense on this machine becomes a submission; anything else a LimberError that
 * says which part of it, and what to do. Runs nothing.
 */
export async function accept(request: RunRequest, context: AcceptContext): Promise<Submission> {
  const { config, capacity } = context;
  const { currentFolder, timeoutMs, rootfs, workdir } = request;
  const writableCurrentFolder = request.writableCurrentFolder ?? false;
  checkCurrentFolder(currentFolder, writableCurrentFolder);
  const program = withinScope(await identify(request, context), request.historyScope);
  return deepFreeze<Submission>({
    ...program,
    currentFolder,
    writableCurrentFolder,
    inPlace: request.inPlace ?? false,
    mounts: checkMounts(request.mounts ?? [], currentFolder),
    env: checkEnv(request.env ?? {}),
    network: checkNetwork(request.network ?? { kind: 'none', hostPorts: [] }),
    constraints: resolveConstraints(request, config, capacity),
    initial: { ...request.bounds?.initial },
    policy: policyOf(request.policy ?? config.policy, currentFolder),
    probe: request.probe ?? config.probe,
    graceMs: request.graceMs ?? config.limits.graceMs,
    maxProcesses: request.maxProcesses ?? config.limits.maxProcesses,
    maxOutputBytes: request.maxOutputBytes ?? config.limits.maxOutputBytes,
    tmpBytes: request.tmpBytes ?? config.limits.tmpBytes,
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(request.retryLost && { retryLost: true }),
    ...(rootfs !== undefined && { rootfs: checkRootfs(rootfs, currentFolder) }),
    ...(workdir !== undefined && { workingFolder: checkWorkdir(workdir) }),
  });
}

/** A path of a module starts with a dot or a slash, as everywhere in Node; else it is a name. */
function policyOf(policy: string, currentFolder: string): string {
  return /^\.{0,2}\//.test(policy) ? posix.resolve(currentFolder, policy) : policy;
}

type Program = Pick<
  Submission,
  'scriptPath' | 'args' | 'commandScript' | 'language' | 'fingerprint' | 'normalizedFingerprint'
>;

async function identify(request: RunRequest, context: AcceptContext): Promise<Program> {
  const { program, currentFolder } = request;
  const { normalizedTokens } = context;
  if (program.kind === 'command') return identifyCommand(program.argv, request, context);
  const { path, content } = readScript(program.path, currentFolder);
  const source = content.toString('utf8');
  const language = request.language ?? context.languageOf(path, source);
  if (language === 'unknown' && !source.startsWith('#!'))
    throw new LimberError('language-unknown', { path: program.path });
  const code = { content, source, language, args: program.args };
  const prints = await fingerprintScript(code, normalizedTokens);
  return { scriptPath: path, args: program.args, language, ...prints };
}

/** A command is started as it was written; where it names a script, the code of that is read. */
async function identifyCommand(
  argv: readonly string[],
  { currentFolder, workdir, language: given }: RunRequest,
  { languageOf, normalizedTokens }: AcceptContext,
): Promise<Program> {
  if (!argv[0]) throw new LimberError('usage-invalid', NOTHING_TO_RUN);
  const found = findCommandScript(argv, { currentFolder, workingFolder: workdir });
  const content = found && readIfFile(found.path);
  if (found === undefined || content === undefined)
    return { args: argv, language: given ?? 'unknown', ...fingerprintCommand(argv, currentFolder) };
  const { path, args } = found;
  const source = content.toString('utf8');
  const language = given ?? commandLanguage(found.language, languageOf(path, source));
  const code = { content, source, language, args };
  return {
    args: argv,
    commandScript: { path, args },
    language,
    ...(await fingerprintScript(code, normalizedTokens)),
    fingerprint: fingerprintCommand(argv, currentFolder, content).fingerprint,
  };
}

/** Node reads TypeScript, too. */
function commandLanguage(ofInterpreter: Language, ofFile: Language): Language {
  return ofInterpreter === 'javascript' && ofFile === 'typescript' ? ofFile : ofInterpreter;
}

function withinScope(program: Program, scope: string | undefined): Program {
  if (scope === undefined) return program;
  const { fingerprint, normalizedFingerprint } = program;
  return {
    ...program,
    fingerprint: scopedFingerprint(scope, fingerprint),
    normalizedFingerprint: scopedFingerprint(scope, normalizedFingerprint),
  };
}

const NOTHING_TO_RUN = {
  problem: 'Nothing to run',
  hint: 'Name a script (limber run job.py) or a command after -- (limber run -- make -j8).',
};

function checkWorkdir(folder: string): string {
  if (posix.isAbsolute(folder)) return posix.normalize(folder);
  throw new LimberError('usage-invalid', {
    problem: `The working folder "${folder}" is not absolute`,
    hint: 'It is a path inside the sandbox, such as /work/sub.',
  });
}
