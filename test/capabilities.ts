import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/**
 * What a test may need from the machine, and how to see whether it is there. The pipeline asks the
 * same questions: a test that was skipped for want of something that is there fails the run.
 */
export const CAPABILITIES = {
  root: () => process.getuid?.() === 0,
  'debian-12': () => fileHas('/etc/os-release', 'VERSION_ID="12"'),
  'cgroup-v1': () => / cgroup \S*\bmemory\b/.test(mounts()),
  'cgroup-v2': () => fileHas('/sys/fs/cgroup/cgroup.controllers', 'memory'),
  psi: () => existsSync('/proc/pressure/memory'),
  bubblewrap: () => onPath('bwrap'),
  iproute2: () => onPath('ip') && onPath('tc'),
  nftables: () => onPath('nft') && kernelTranslatesAddresses(),
  slirp4netns: () => onPath('slirp4netns'),
  'user-mode-linux': () => onPath('linux.uml'),
  'inside-user-mode-linux': () => fileHas('/proc/cpuinfo', 'User Mode Linux'),
  'two-cpus': () => availableParallelism() >= 2,
  radon: () => onPath('radon'),
  mccabe: () => existsSync('/usr/lib/python3/dist-packages/mccabe.py'),
  pmccabe: () => onPath('pmccabe'),
  psycopg: () => existsSync('/usr/lib/python3/dist-packages/psycopg/__init__.py'),
  mysqldb: () => existsSync('/usr/lib/python3/dist-packages/MySQLdb/__init__.py'),
  fish: () => onPath('fish'),
  zsh: () => onPath('zsh'),
  java: () => existsSync('/usr/bin/java'),
  javac: () => onPath('javac'),
  cargo: () => works('cargo'),
  pip: () => works('pip'),
  chromium: () => existsSync('/usr/bin/chromium'),
  qemu: () => onPath('qemu-system-x86_64') && existsSync('/usr/lib/qemu/virtiofsd'),
  squashfs: () => onPath('mksquashfs'),
  cpio: () => onPath('cpio'),
  gcc: () => onPath('gcc'),
  kvm: () => canOpen('/dev/kvm'),
  /** Another user can read the project, so Limber can be started as one. */
  'project-open-to-all': () => isOpenToAll(import.meta.dirname),
} satisfies Record<string, () => boolean>;

export type Capability = keyof typeof CAPABILITIES;

type Skippable = { readonly skip: (note: string) => unknown };

/**
 * Skips the running test by name and with a reason when the machine lacks something:
 * `test('…', (context) => { requires(context, 'root', 'cgroup-v1'); … })`.
 */
export function requires(context: Skippable, ...needed: readonly Capability[]): void {
  const missing = needed.filter((capability) => !CAPABILITIES[capability]());
  if (missing.length > 0) context.skip(`needs ${missing.join(', ')}`);
}

/** The capabilities that a skip named, or undefined when the reason was not given by `requires`. */
export function missingCapabilities(reason: string): readonly Capability[] | undefined {
  if (!reason.startsWith('needs ')) return undefined;
  const names = reason.slice('needs '.length).split(', ');
  return names.every(isCapability) ? names : undefined;
}

function isCapability(name: string): name is Capability {
  return Object.hasOwn(CAPABILITIES, name);
}

function mounts(): string {
  return existsSync('/proc/self/mounts') ? readFileSync('/proc/self/mounts', 'utf8') : '';
}

function fileHas(path: string, text: string): boolean {
  return existsSync(path) && readFileSync(path, 'utf8').includes(text);
}

function onPath(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  return folders.some((folder) => existsSync(join(folder, name)));
}

/** A version manager's stand-in may be there without what it stands for. */
function works(command: string): boolean {
  return spawnSync(command, ['--version']).status === 0;
}

/** Debian's User Mode Linux has nf_tables for bridges alone. Asked in a network of its own. */
function kernelTranslatesAddresses(): boolean {
  return spawnSync('unshare', ['--net', 'nft', 'add table ip probe']).status === 0;
}

function canOpen(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false; // absent or forbidden: both mean that it cannot be used
  }
}

/** From the folder up to the root, everybody may enter. */
function isOpenToAll(folder: string): boolean {
  const parent = dirname(folder);
  const isOpen = (statSync(folder).mode & 0o005) === 0o005;
  return isOpen && (parent === folder || isOpenToAll(parent));
}
