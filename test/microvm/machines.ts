import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LaunchSpec } from '#model/launch.ts';
import { findHierarchy } from '#runtimes/process/cgroup/hierarchy.ts';
import { requireImage } from '#runtimes/microvm/image/require.ts';
import { DEFAULT_PACKAGES, recipeOf } from '#runtimes/microvm/image/build.ts';
import { imageOf } from '#runtimes/microvm/image/store.ts';
import type { MicrovmOptions } from '#runtimes/microvm/options.ts';
import { createMicrovmRuntime } from '#runtimes/microvm/runtime.ts';
import { QEMU } from '#runtimes/microvm/vmm/qemu/qemu.ts';
import { CAPABILITIES } from '../capabilities.ts';
import { cgroupNames, namesIn, plainSpec } from '../conformance/on-this-machine.ts';

export const PROBES = fileURLToPath(new URL('../../probes', import.meta.url));
/** One for all tests of this machine: an image takes half a minute to build. */
export const IMAGES = join(tmpdir(), 'limber-test-images');

export const MACHINE_NEEDS = ['root', 'qemu', 'squashfs', 'gcc', 'debian-12'] as const;

/** Built by the first file of tests that boots; later ones find it. */
export async function buildTestImage(): Promise<void> {
  if (!MACHINE_NEEDS.every((capability) => CAPABILITIES[capability]())) return;
  const packages = DEFAULT_PACKAGES;
  await requireImage({ imagesFolder: IMAGES, probesFolder: PROBES, packages, tell: () => {} });
}

/** The image of the tests in a folder of its own, where it may be damaged; no machine was kept there. */
export function copyImage(root: string): string {
  const recipe = recipeOf(PROBES);
  const image = imageOf(IMAGES, { packages: DEFAULT_PACKAGES, recipe });
  if (!image) throw new Error('buildTestImage comes first');
  const parts = (path: string) => !path.endsWith('/templates');
  cpSync(image.folder, `${root}/images/${image.key}`, { recursive: true, filter: parts });
  // What was found of this machine's processors stays true.
  for (const name of namesIn(IMAGES).filter((each) => each.startsWith('trial-')))
    cpSync(`${IMAGES}/${name}`, `${root}/images/${name}`);
  return `${root}/images`;
}

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
      workFolder: join(root, 'work'),
      probesFolder: PROBES,
      vmm: QEMU,
      templates: true,
      tell: () => {},
      mention: () => {},
      ...change,
    });
  const spec = (argv: readonly string[], change?: Partial<LaunchSpec>): LaunchSpec => ({
    ...plainSpec(argv, currentFolder),
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
    async close() {
      // A test that failed half-way leaves its machine running.
      for (const id of namesIn(`${runtimeFolder}/instances`)) await open().discard(id);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
