import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StepFailed, run } from '../step.js';

/** What must be found, the package that brings it, and whether a run without network needs it. */
const FOR_RUNS = [
  { file: 'bwrap', debianPackage: 'bubblewrap', essential: true },
  { file: 'ip', debianPackage: 'iproute2', essential: true },
  { file: 'python3', debianPackage: 'python3', essential: true },
  { file: 'nft', debianPackage: 'nftables', essential: false },
  { file: 'slirp4netns', debianPackage: 'slirp4netns', essential: false },
];

/** Absolute where the tests' second machine, which has no user installations, needs that very file. */
const FOR_TESTS = [
  { file: '/usr/bin/python3', debianPackage: 'python3', essential: true },
  // Virtual machines: the monitor, its server of files, and what builds their images.
  { file: 'qemu-system-x86_64', debianPackage: 'qemu-system-x86', essential: false },
  { file: '/usr/lib/qemu/virtiofsd', debianPackage: 'qemu-system-common', essential: false },
  { file: 'mksquashfs', debianPackage: 'squashfs-tools', essential: false },
  { file: 'gcc', debianPackage: 'gcc', essential: false },
  { file: '/usr/lib/x86_64-linux-gnu/libc.a', debianPackage: 'libc6-dev', essential: false },
  { file: 'cpio', debianPackage: 'cpio', essential: false },
  { file: 'linux.uml', debianPackage: 'user-mode-linux', essential: false },
  { file: 'modprobe', debianPackage: 'kmod', essential: false },
  // The tools that the analysis is compared with, and the shells that try the completion.
  { file: 'radon', debianPackage: 'radon', essential: false },
  {
    file: '/usr/lib/python3/dist-packages/mccabe.py',
    debianPackage: 'python3-mccabe',
    essential: false,
  },
  { file: 'pmccabe', debianPackage: 'pmccabe', essential: false },
  // Drivers of databases whose calls the probe notices.
  {
    file: '/usr/lib/python3/dist-packages/psycopg/__init__.py',
    debianPackage: 'python3-psycopg',
    essential: false,
  },
  {
    file: '/usr/lib/python3/dist-packages/MySQLdb/__init__.py',
    debianPackage: 'python3-mysqldb',
    essential: false,
  },
  { file: 'fish', debianPackage: 'fish', essential: false },
  { file: 'zsh', debianPackage: 'zsh', essential: false },
  // The dashboard is looked at as its users do.
  { file: '/usr/bin/chromium', debianPackage: 'chromium', essential: false },
  { file: 'javac', debianPackage: 'default-jdk-headless', essential: false },
];

/** @param {{ forTests: boolean }} scope */
export async function installDebianPackages({ forTests }) {
  const wanted = forTests ? [...FOR_RUNS, ...FOR_TESTS] : FOR_RUNS;
  const missing = wanted.filter(({ file }) => !isInstalled(file));
  if (missing.length === 0) return 'up to date';
  const names = [...new Set(missing.map(({ debianPackage }) => debianPackage))];
  if (process.getuid?.() === 0 && isInstalled('apt-get')) return aptInstall(names);

  const command = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (missing.some(({ essential }) => essential)) {
    throw new StepFailed(
      `Debian packages are missing and only root can install them. Run:\n  ${command}`,
    );
  }
  return `without ${names.join(', ')} some things will not work. To install: ${command}`;
}

/** @param {string[]} names */
async function aptInstall(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run({ command: 'apt-get', args: ['update', '-qq'], env });
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...names];
  await run({ command: 'apt-get', args, env });
  return `installed ${names.join(', ')}`;
}

/** @param {string} file */
function isInstalled(file) {
  if (file.startsWith('/')) return existsSync(file);
  // sbin is often missing from the PATH of an ordinary user, though its tools work for everyone.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && existsSync(join(folder, file)));
}
