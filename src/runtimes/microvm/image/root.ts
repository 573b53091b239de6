import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  existsSync,
} from 'node:fs';
import { LimberError } from '#model/errors.ts';
import { runTool } from './tool.ts';

/** Debian 12 and newer keep everything below /usr. Source: the package usrmerge. */
const MERGED = ['bin', 'sbin', 'lib', 'lib64'];
const NOT_NEEDED = ['usr/share/doc', 'usr/share/man', 'usr/share/locale', 'usr/share/info', 'boot'];
const PLACES = ['proc', 'sys', 'dev', 'run', 'tmp', 'work', 'etc', 'root'];
/** Alternatives and links that maintainer scripts would make. */
const LINKS = { 'usr/bin/awk': 'mawk', 'usr/bin/nawk': 'mawk' };
const CERTIFICATES = 'usr/share/ca-certificates';
/** Names, in the shell's and C's sort order; times and owners are the same whenever it is built. */
const SQUASHFS_OPTIONS = [
  ...['-noappend', '-quiet', '-no-progress', '-all-root', '-no-xattrs', '-no-exports'],
  ...['-comp', 'lz4', '-all-time', '0', '-mkfs-time', '0'],
];

/**
 * A root file system of Debian packages, unpacked without their scripts: programs and libraries need
 * none of them, and nothing of a package runs on this machine.
 */
export async function makeRoot(
  folder: string,
  packageFiles: readonly string[],
  onPackage: (done: number) => void,
): Promise<void> {
  // Before the packages, whose own word on a folder counts.
  for (const name of ['', 'usr', ...MERGED.map((name) => `usr/${name}`), ...PLACES])
    makeFolder(`${folder}/${name}`);
  for (const name of MERGED) symlinkSync(`usr/${name}`, `${folder}/${name}`);
  for (const [done, file] of packageFiles.entries()) {
    onPackage(done);
    await unpack(file, folder);
  }
  for (const name of NOT_NEEDED) rmSync(`${folder}/${name}`, { recursive: true, force: true });
  for (const [name, target] of Object.entries(LINKS))
    if (!existsSync(`${folder}/${name}`)) symlinkSync(target, `${folder}/${name}`);
  joinCertificates(folder);
  chmodSync(`${folder}/tmp`, 0o1777);
}

export async function packRoot(folder: string, target: string): Promise<void> {
  await runTool('mksquashfs', [folder, target, ...SQUASHFS_OPTIONS]);
}

/** dpkg-deb itself would put a folder in the place of a link to one. */
async function unpack(file: string, folder: string): Promise<void> {
  const reader = spawn('dpkg-deb', ['--fsys-tarfile', file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const args = ['-x', '--keep-directory-symlink', '--no-same-owner', '-C', folder];
  const writer = spawn('tar', args, { stdio: [reader.stdout, 'ignore', 'inherit'] });
  // Its own end of the pipe would keep this one waiting for what only the other reads.
  reader.stdout.destroy();
  const codes = await Promise.all(
    [reader, writer].map(async (child) => (await once(child, 'exit'))[0] as number),
  );
  if (codes.every((code) => code === 0)) return;
  throw new LimberError('image-build', {
    problem: `${file} could not be unpacked`,
    hint: 'Look whether the disk is full; if not, remove that file and try again.',
  });
}

/** What update-ca-certificates would make of them. */
function joinCertificates(folder: string): void {
  const from = `${folder}/${CERTIFICATES}`;
  if (!existsSync(from)) return;
  const files = readdirSync(from, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.crt'))
    .toSorted();
  for (const name of ['ssl', 'ssl/certs']) makeFolder(`${folder}/etc/${name}`);
  const text = files.map((name) => readFileSync(`${from}/${name}`, 'utf8')).join('');
  const target = `${folder}/etc/ssl/certs/ca-certificates.crt`;
  writeFileSync(target, text);
  chmodSync(target, 0o644);
}

/** Whatever the mask of whoever builds: an image is the same bytes everywhere. */
function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
}
