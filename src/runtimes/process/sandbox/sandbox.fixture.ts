import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileView } from '#model/launch.ts';
import { sandboxArguments, type SandboxInput } from './system-view.ts';

export const hasBubblewrap = spawnSync('bwrap', ['--version']).error === undefined;
export const isRoot = process.getuid?.() === 0;

// Live bindings: whoever imports them reads the folders of the test that runs.
export let root = '';
export let project = '';
export let stateFolder = '';

export function setUp(): void {
  // Not below /tmp, which is private inside.
  root = mkdtempSync(
    join(existsSync('/var/lib') && isRoot ? '/var/lib' : tmpdir(), 'limber view '),
  );
  project = put('home/project', { 'data.txt': 'data', 'sub/inner.txt': 'inner' });
  stateFolder = put('state', { 'shared/allocation.json': '{}' });
  for (const name of ['tmp', 'merged']) mkdirSync(join(stateFolder, name));
  for (const name of ['passwd', 'group', 'hosts', 'hostname', 'resolv.conf'])
    put('state/etc', { [name]: `synthetic ${name}\n` });
}

export function tearDown(): void {
  rmSync(root, { recursive: true, force: true });
}

export function put(folder: string, files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(root, folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
  return join(root, folder);
}

function view(change: Partial<FileView> = {}): FileView {
  return {
    currentFolder: project,
    writableCurrentFolder: false,
    inPlace: false,
    workingFolder: '/work',
    mounts: [],
    toolFolders: [],
    files: [],
    hiddenFolders: [],
    ...change,
  };
}

export function inside(
  script: string,
  change: Partial<FileView> = {},
  more: Partial<SandboxInput> = {},
) {
  const spec = { env: { PATH: '/usr/bin:/bin', GREETING: 'hello there' }, view: view(change) };
  const options = sandboxArguments({
    spec,
    stateFolder,
    identityFolder: `${stateFolder}/etc`,
    shareNetwork: false,
    ...more,
  });
  const { stdout, stderr, status } = spawnSync('bwrap', [...options, '--', 'sh', '-c', script], {
    encoding: 'utf8',
    env: { SECRET_OF_THE_CALLER: 'x' },
    timeout: 20_000,
  });
  return { lines: stdout.split('\n').filter(Boolean), stderr, status };
}

/** For each path: its content, `-` when it is absent, or what else happened. */
export const cat = (...paths: string[]) =>
  paths.map((path) => `cat '${path}' 2>/dev/null || echo -`).join('; ');
export const write = (...paths: string[]) =>
  paths
    .map((path) => `(echo x > '${path}') 2>/dev/null && echo written || echo refused`)
    .join('; ');
