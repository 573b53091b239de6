import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LaunchSpec } from '#model/launch.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import type { Hierarchy } from '#runtimes/process/cgroup/types.ts';
import { requireImage } from '#runtimes/microvm/image/require.ts';
import { DEFAULT_PACKAGES, recipeOf } from '#runtimes/microvm/image/build.ts';
import { imageOf } from '#runtimes/microvm/image/store.ts';
import type { MicrovmOptions } from '#runtimes/microvm/options.ts';
import { createMicrovmRuntime } from '#runtimes/microvm/runtime.ts';
import { QEMU } from '#runtimes/microvm/vmm/qemu/qemu.ts';
import { CAPABILITIES } from '../capabilities.ts';
import { SMALL } from '../conformance/runtime-suite.ts';

const PROBES = fileURLToPath(new URL('../../probes', import.meta.url));
/** No process of Linux has it: pid_max is at most 2^22. */
const NO_PROCESS = { pid: 2 ** 22 + 1, startTicks: 1 };
/** One for all tests of this machine: an image takes half a minute to build. */
export const IMAGES = join(tmpdir(), 'limber-test-images');

export const MACHINE_NEEDS = ['root', 'qemu', 'squashfs', 'gcc', 'debian-12'] as const;

/** Built by the first file of tests that boots; later ones find it. */
export async function buildTestImage(): Promise<void> {
  if (!MACHINE_NEEDS.every((capability) => CAPABILITIES[capability]())) return;
  const packages = DEFAULT_PACKAGES;
  await requireImage({ imagesFolder: IMAGES, probesFolder: PROBES, packages, tell: () => {} });
}

/** The image of the tests in a folder of its own, where it may be damaged. */
export function copyImage(root: string): string {
  const recipe = recipeOf(PROBES);
  const image = imageOf(IMAGES, { packages: DEFAULT_PACKAGES, recipe });
  if (!image) throw new Error('buildTestImage comes first');
  cpSync(image.folder, `${root}/images/${image.key}`, { recursive: true });
  return `${root}/images`;
}

let launches = 0;

/** Virtual machines of folders of their own. */
export function openMachines() {
  const root = mkdtempSync(join(tmpdir(), 'limber-microvm-'));
  const [runtimeFolder, currentFolder] = ['run', 'current'].map((name) => join(root, name)) as [
    string,
    string,
  ];
  for (const folder of [runtimeFolder, currentFolder]) mkdirSync(folder);
  const hierarchy = findHierarchy();
  const open = (change: Partial<MicrovmOptions> = {}) =>
    createMicrovmRuntime({
      hierarchy,
      runtimeFolder,
      imagesFolder: IMAGES,
      probesFolder: PROBES,
      vmm: QEMU,
      tell: () => {},
      ...change,
    });
  const spec = (argv: readonly string[], change?: Partial<LaunchSpec>): LaunchSpec => ({
    id: `conformance-${process.pid}-${++launches}`,
    argv,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: '/work' },
    view: {
      currentFolder,
      writableCurrentFolder: false,
      inPlace: false,
      workingFolder: '/work',
      mounts: [],
      toolFolders: [],
      files: [],
      hiddenFolders: [],
    },
    network: { kind: 'none', hostPorts: [] },
    initial: SMALL,
    maxMemoryBytes: 2 ** 30,
    burstRoomBytes: 0,
    maxProcesses: 64,
    tmpBytes: 16 * 2 ** 20,
    stdin: 'ignore',
    // One processor boots the fastest where all are emulated.
    machine: { packages: DEFAULT_PACKAGES, maxCpuCores: 1 },
    ...change,
  });
  return {
    root,
    runtimeFolder,
    open,
    spec,
    residue: (): readonly string[] => [
      ...namesIn(`${runtimeFolder}/instances`),
      ...cgroupNames(hierarchy),
    ],
    monitorOf(id: string): number {
      const text = readFileSync(`${runtimeFolder}/instances/${id}/instance.json`, 'utf8');
      return (JSON.parse(text) as { monitor: { pid: number } }).monitor.pid;
    },
    async forgetController(id: string) {
      const path = `${runtimeFolder}/instances/${id}/instance.json`;
      const record = JSON.parse(readFileSync(path, 'utf8')) as object;
      writeFileSync(path, JSON.stringify({ ...record, controller: NO_PROCESS }));
    },
    async close() {
      // A test that failed half-way leaves its machine running.
      for (const id of namesIn(`${runtimeFolder}/instances`)) await open().discard(id);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Instances below every controller's folder of this process. */
function cgroupNames(hierarchy: Hierarchy): readonly string[] {
  const roots =
    hierarchy.kind === 'v1'
      ? Object.values(hierarchy.folders)
      : hierarchy.kind === 'v2'
        ? [hierarchy.folder]
        : [];
  return roots.flatMap((root) =>
    namesIn(root ?? '')
      .filter((name) => name.startsWith(`c${process.pid}-`))
      .flatMap((name) =>
        namesIn(`${root}/${name}`).filter((entry) => entry.startsWith('conformance-')),
      ),
  );
}
