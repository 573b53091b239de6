import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { LaunchSpec } from '#model/launch.ts';
import { isNeverShownWhole } from '#model/shown-folders.ts';
import { hasCode } from './cgroup/files.ts';
import type { InstanceCgroup } from './cgroup/types.ts';
import type { InstanceNetwork } from './network/types.ts';
import { writeKeptOutput } from './kept-output.ts';
import { identityFiles } from './sandbox/identity-files.ts';
import { linkSeccompFilter } from './sandbox/kept-seccomp.ts';

const FOLDERS = ['tmp', 'shared', 'shared/probes'] as const;
/** For a view of the current folder that is not that folder itself. */
const VIEW_FOLDERS = ['lower', 'upper', 'merged'] as const;

/** What the shim reads; its own comment says what each file is for. */
export function writeStateFolder(input: {
  readonly folder: string;
  readonly runtimeFolder: string;
  readonly workFolder: string;
  readonly spec: LaunchSpec;
  readonly cgroup: InstanceCgroup | undefined;
  readonly network: InstanceNetwork | undefined;
  readonly sandboxArguments: readonly string[];
}): void {
  const { folder, spec, cgroup, network } = input;
  const write = (name: string, content: string | Buffer) =>
    writeFileSync(`${folder}/${name}`, content, { mode: 0o600 });
  write('procs', (cgroup?.procsFiles ?? []).map((file) => `${file}\n`).join(''));
  const mounts = [tmpMount(folder, spec.tmpBytes)];
  if (isOverlaid(spec.view)) {
    write('is-overlaid', '');
    // Bound to fixed names first: overlay options cannot express paths with commas and colons.
    mounts.push(bindMount(spec.view.currentFolder, `${folder}/lower`));
    mounts.push(bindMount(input.workFolder, `${folder}/upper`));
    for (const name of ['files', 'scratch'])
      mkdirSync(`${input.workFolder}/${name}`, { recursive: true });
  }
  write('fstab', mounts.join(''));
  if (network) write('netns-path', network.netnsPath);
  write('bwrap.args', input.sandboxArguments.map((argument) => `${argument}\0`).join(''));
  linkSeccompFilter(input.runtimeFolder, `${folder}/seccomp.bpf`);
  if (spec.kept) writeKeptOutput(folder, spec.kept);
  if (spec.probe) writeProbeFiles(`${folder}/shared`, spec.probe);
}

/** Lines of fstab(5), which sets fields apart by white space and so has that in octal. */
function tmpMount(folder: string, bytes: number): string {
  return `tmpfs ${fstabField(`${folder}/tmp`)} tmpfs size=${bytes},mode=1777,nosuid,nodev 0 0\n`;
}

function bindMount(from: string, to: string): string {
  return `${fstabField(from)} ${fstabField(to)} none bind 0 0\n`;
}

function fstabField(path: string): string {
  return path.replaceAll(
    /[\s\\#]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

function isOverlaid({ inPlace, writableCurrentFolder, currentFolder }: LaunchSpec['view']) {
  return !inPlace && !writableCurrentFolder && !isNeverShownWhole(currentFolder);
}

/** What probes find below /run/limber; their own folder is shown at `probes`. */
export function writeProbeFiles(folder: string, { files }: NonNullable<LaunchSpec['probe']>): void {
  for (const [name, text] of Object.entries(files))
    writeFileSync(`${folder}/${name}`, text, { mode: 0o644 });
}

export function makeStateFolder(folder: string, { view }: LaunchSpec): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const names = view.inPlace ? FOLDERS : [...FOLDERS, ...VIEW_FOLDERS];
  for (const name of names) mkdirSync(`${folder}/${name}`);
}

/** Returns the folder with what an instance of this network is called and whom it knows. */
export function identityFolder(
  folder: string,
  network: InstanceNetwork | undefined,
  etcFolder: string,
): string {
  if (network === undefined) return etcFolder;
  const own = `${folder}/etc`;
  mkdirSync(own);
  for (const [name, text] of identityFiles(network))
    writeFileSync(`${own}/${name}`, text, { mode: 0o644 });
  return own;
}

/**
 * Without root a folder that its owner may not enter cannot be emptied: overlayfs makes one of mode
 * 0 for itself (`ovl_workdir_create`, fs/overlayfs/super.c), and a program may have made others.
 */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await remove(folder);
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error;
    openFolders(folder);
    await remove(folder);
  }
}

function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
}

function openFolders(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory()) openFolders(`${folder}/${entry.name}`);
}
