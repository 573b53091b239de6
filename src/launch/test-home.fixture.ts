import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LimberError } from '#model/errors.ts';
import type { Submission } from '#model/execution.ts';
import type { LaunchSpec } from '#model/launch.ts';
import type { Caller } from './caller.ts';
import { planLaunch } from './launch-spec.ts';

export const GiB = 2 ** 30;
export const SIZE = {
  cpuCores: 1.5,
  memoryBytes: 2 * GiB,
  ingressBitsPerSecond: 1e9,
  egressBitsPerSecond: 1e9,
};

type CallerEnv = Caller['env'];

/** A home folder with a project in it, for tests. Lifecycle: open → put, plan … → close. */
export function openTestHome() {
  const root = mkdtempSync(join(tmpdir(), 'limber launch '));
  const project = join(root, 'home/me/project');
  mkdirSync(project, { recursive: true });

  function put(path: string, text: string, mode = 0o644): string {
    const absolute = join(root, path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, text);
    chmodSync(absolute, mode);
    return absolute;
  }

  function caller(path = '/usr/bin:/bin', env: CallerEnv = {}): CallerEnv {
    const secret = { AWS_SECRET_ACCESS_KEY: 'x' };
    return { PATH: path, HOME: join(root, 'home/me'), LANG: 'de_DE.UTF-8', ...secret, ...env };
  }

  function plan(change: Partial<Submission>, callerEnv: CallerEnv = caller()): LaunchSpec {
    const submission = { ...SUBMISSION, currentFolder: project, ...change };
    const runtimeFolder = join(root, 'run');
    const by = { env: callerEnv, runtimeFolder, nodePath: process.execPath };
    const rest = { id: 'x1', initial: SIZE, stdin: 'ignore', hiddenFolders: [] } as const;
    return planLaunch({ submission, caller: by, ...rest });
  }

  function refusal(change: Partial<Submission>, callerEnv: CallerEnv = caller()): LimberError {
    try {
      plan(change, callerEnv);
    } catch (error) {
      if (error instanceof LimberError) return error;
      throw error;
    }
    throw new Error('It was planned');
  }

  const close = () => rmSync(root, { recursive: true, force: true });
  return { root, project, put, caller, plan, refusal, close };
}

const SUBMISSION = {
  args: [],
  language: 'unknown',
  writableCurrentFolder: false,
  inPlace: false,
  mounts: [],
  env: {},
  network: { kind: 'none', hostPorts: [] },
  constraints: { min: SIZE, max: SIZE, priority: 50, mode: 'auto' },
  policy: 'predictive',
  probe: 'auto',
  graceMs: 1,
  maxProcesses: 9,
  maxOutputBytes: 1,
  tmpBytes: 1,
  fingerprint: '',
  normalizedFingerprint: '',
} as const satisfies Omit<Submission, 'currentFolder'>;
