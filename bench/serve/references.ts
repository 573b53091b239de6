import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SYSTEM_PATH } from './server.ts';

/** Starts a program and gives what it printed. */
export type Reference = {
  readonly name: string;
  readonly start: (argv: readonly string[]) => string;
};

/** What a sandbox costs without Limber: the same program in the tools that others build on. */
export function references(folder: string): readonly Reference[] {
  return [
    { name: 'no sandbox', start: (argv) => output(argv) },
    { name: 'bare bubblewrap', start: (argv) => output([...bubblewrap(folder), ...argv]) },
    ...['crun', 'runc'].filter(isInstalled).map((tool) => oci(tool, folder)),
  ];
}

function bubblewrap(folder: string): readonly string[] {
  const own = ['--bind', folder, '/work', '--chdir', '/work', '--tmpfs', '/tmp', '--proc', '/proc'];
  return [
    'bwrap',
    '--ro-bind',
    '/',
    '/',
    '--tmpfs',
    '/',
    ...system(),
    ...own,
    '--dev',
    '/dev',
    '--unshare-all',
    '--',
  ];
}

function system(): readonly string[] {
  return ['/usr', '/bin', '/sbin', '/lib', '/lib64'].flatMap((path) => ['--ro-bind', path, path]);
}

/** A bundle as small as the tools allow: the host's system read-only, own namespaces, no cgroup limits. */
function oci(tool: string, folder: string): Reference {
  const bundle = mkdtempSync(join(tmpdir(), `limber-bench-${tool}-`));
  process.once('exit', () => rmSync(bundle, { recursive: true, force: true }));
  mkdirSync(join(bundle, 'rootfs'));
  for (const name of ['usr', 'bin', 'sbin', 'lib', 'lib64', 'proc', 'dev', 'tmp', 'work'])
    mkdirSync(join(bundle, 'rootfs', name));
  let runs = 0;
  return {
    name: tool,
    start(argv) {
      writeFileSync(join(bundle, 'config.json'), JSON.stringify(ociConfig(argv, folder)));
      return output([tool, 'run', '--bundle', bundle, `limber-bench-${process.pid}-${runs++}`]);
    },
  };
}

function ociConfig(argv: readonly string[], folder: string): object {
  const bind = (source: string, destination: string, how: string) => ({
    ...{ source, destination, type: 'bind', options: ['rbind', how] },
  });
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid: 0, gid: 0 },
      args: argv,
      env: [`PATH=${SYSTEM_PATH}`],
      cwd: '/work',
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    mounts: [
      ...['/usr', '/bin', '/sbin', '/lib', '/lib64'].map((path) => bind(path, path, 'ro')),
      bind(folder, '/work', 'rw'),
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs' },
    ],
    linux: {
      namespaces: ['pid', 'ipc', 'uts', 'mount', 'network'].map((type) => ({ type })),
    },
  };
}

function isInstalled(tool: string): boolean {
  return spawnSync(tool, ['--version']).error === undefined;
}

function output([command = '', ...args]: readonly string[]): string {
  const env = { PATH: SYSTEM_PATH };
  const { stdout, stderr, status } = spawnSync(command, args, { env, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ended with ${status}: ${stderr}`);
}
