import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { LimberError } from '#model/errors.ts';
import { runTool } from './tool.ts';

const KERNEL_META = 'linux-image-cloud-amd64';
/** What every program may count on. */
const BASE = [
  'base-files',
  'bash',
  'ca-certificates',
  'coreutils',
  'dash',
  'findutils',
  'grep',
  'gzip',
  'mawk',
  'netbase',
  'sed',
  'tar',
  'util-linux',
];
/** The metapackage names the kernel of now; what that recommends to boot by is not needed. */
const isKernel = (file: string) => /^linux-image-\d/.test(file);
const NAME = /^[a-z0-9][a-z0-9+.-]+$/;

/** A package file as apt would fetch it. */
export type PlannedPackage = { readonly file: string; readonly hash: string };

export type PackagePlan = {
  readonly root: readonly PlannedPackage[];
  readonly kernel: readonly PlannedPackage[];
  /** Names the very files. */
  readonly key: string;
};

/** Asks apt, as on a machine that has nothing installed yet, what these packages come to. */
export async function planPackages(
  cacheFolder: string,
  wanted: readonly string[],
): Promise<PackagePlan> {
  const strange = wanted.find((name) => !NAME.test(name));
  if (strange !== undefined) throw noPackage(strange);
  const root = await plan(cacheFolder, [...BASE, ...wanted]);
  const kernel = await plan(cacheFolder, [KERNEL_META], isKernel);
  const key = createHash('sha256')
    .update(JSON.stringify([root, kernel]))
    .digest('hex');
  return { root, kernel, key };
}

/** Fetches what is not in the cache yet; apt checks what it has fetched. Returns the files' paths. */
export async function fetchPackages(
  cacheFolder: string,
  packages: readonly PlannedPackage[],
): Promise<readonly string[]> {
  const paths = packages.map(({ file }) => `${cacheFolder}/archives/${file}`);
  const missing = packages.filter((_, at) => !existsSync(paths[at]!));
  // A name and a version is what apt takes: `file` is name_version_architecture.deb.
  const wanted = missing.map(({ file }) =>
    file.split('_').slice(0, 2).join('=').replace('%3a', ':'),
  );
  if (wanted.length === 0) return paths;
  await apt(cacheFolder, ['download', ...wanted], { archives: 'archives' });
  const absent = paths.find((path) => !existsSync(path));
  if (absent === undefined) return paths;
  throw new LimberError('image-build', {
    problem: `apt did not leave ${absent}`,
    hint: 'Try again after `apt-get update`.',
  });
}

async function plan(
  cacheFolder: string,
  names: readonly string[],
  isMeant: (file: string) => boolean = () => true,
): Promise<readonly PlannedPackage[]> {
  // What has been fetched already is not named again: it looks into a folder that stays empty.
  const text = await apt(cacheFolder, ['install', '--print-uris', '-y', '-qq', ...names], {
    archives: 'none',
  });
  const planned = text.split('\n').flatMap((line) => {
    const [, file, , hash] = line.split(' ');
    return file?.endsWith('.deb') && isMeant(file) ? [{ file, hash: hash ?? '' }] : [];
  });
  if (planned.length === 0) throw noPackage(names.join(' '));
  return planned.toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function apt(
  cacheFolder: string,
  args: readonly string[],
  { archives }: { readonly archives: 'archives' | 'none' },
): Promise<string> {
  const cwd = `${cacheFolder}/${archives}`;
  mkdirSync(`${cwd}/partial`, { recursive: true });
  const status = `${cacheFolder}/status`;
  if (!existsSync(status)) writeFileSync(status, '');
  const options = {
    'Dir::State::status': status,
    'Dir::Cache::archives': cwd,
    'APT::Install-Recommends': 'false',
    'APT::Sandbox::User': 'root',
    'Debug::NoLocking': 'true',
  };
  const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  return runTool('apt-get', [...words, ...args], { cwd });
}

function noPackage(name: string): LimberError {
  return new LimberError('image-build', {
    problem: `there is no Debian package ${name}`,
    hint: 'Look it up with `apt-cache search`, after `apt-get update`.',
  });
}
