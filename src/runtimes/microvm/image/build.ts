import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { LimberError } from '#model/errors.ts';
import { shortHash } from '../short-hash.ts';
import { agentKey, compileAgent } from './agent.ts';
import { cpio, type CpioEntry } from './cpio.ts';
import { collectModules, type KernelModules } from './modules.ts';
import { fetchPackages, planPackages, type PackagePlan } from './packages.ts';
import { makeRoot, packRoot } from './root.ts';
import { runTool } from './tool.ts';
import { buildingFolder, findImage, keepImage, sweepBuilds, type Image } from './store.ts';

/** Changes whenever the same packages would come to another image. */
const FORM = 2;
export const DEFAULT_PACKAGES: readonly string[] = ['python3'];
/** Where the agent finds what it mounts. */
const FOLDERS = ['cgroup', 'changes', 'dev', 'image', 'modules', 'newroot', 'proc', 'share', 'sys'];

export type BuildOptions = {
  readonly imagesFolder: string;
  readonly probesFolder: string;
  readonly packages: readonly string[];
  readonly tell: (text: string) => void;
};

/** The image of these packages as they are now: the one that is there already, or a new one. */
export async function buildImage(options: BuildOptions): Promise<Image> {
  const { imagesFolder, probesFolder, packages, tell } = options;
  const cache = `${imagesFolder}/packages`;
  mkdirSync(imagesFolder, { recursive: true, mode: 0o700 });
  const plan = await withNewLists(options, () => planPackages(cache, packages));
  const recipe = recipeOf(probesFolder);
  const key = shortHash([recipe, plan.key]);
  const known = findImage(imagesFolder, key);
  if (known) return known;
  await sweepBuilds(imagesFolder);
  const folder = buildingFolder(imagesFolder);
  try {
    const lacks = await makeParts({ folder, cache, probesFolder, plan, tell });
    return keepImage(imagesFolder, folder, { key, recipe, packages: packages.toSorted(), lacks });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Names the agent and the way of building. */
export function recipeOf(probesFolder: string): string {
  return shortHash([FORM, agentKey(probesFolder)]);
}

/** What apt knows of may be old, or nothing: then it asks anew, once. */
async function withNewLists<T>({ tell }: BuildOptions, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LimberError)) throw error;
    tell('renewing the lists of packages');
    await runTool('apt-get', ['update', '-qq']);
    return work();
  }
}

async function makeParts(given: {
  readonly folder: string;
  readonly cache: string;
  readonly probesFolder: string;
  readonly plan: PackagePlan;
  readonly tell: (text: string) => void;
}): Promise<readonly string[]> {
  const { folder, cache, probesFolder, plan, tell } = given;
  const count = plan.root.length + plan.kernel.length;
  tell(`fetching ${count} packages`);
  const kernelFiles = await fetchPackages(cache, plan.kernel);
  const rootFiles = await fetchPackages(cache, plan.root);
  tell('building the initial file system');
  await compileAgent(probesFolder, `${folder}/agent`);
  await unpackKernel(folder, kernelFiles);
  const { modules, lacks } = kernelModules(folder);
  writeFileSync(`${folder}/initrd`, initialFiles(folder, modules));
  await makeRoot(`${folder}/root`, rootFiles, (done) =>
    tell(`unpacking ${done}/${rootFiles.length}`),
  );
  tell('packing');
  await packRoot(`${folder}/root`, `${folder}/root.squashfs`);
  return lacks;
}

async function unpackKernel(folder: string, files: readonly string[]): Promise<void> {
  for (const file of files) await runTool('dpkg-deb', ['-x', file, `${folder}/kernel`]);
  const name = readdirSync(`${folder}/kernel/boot`).find((file) => file.startsWith('vmlinuz-'));
  if (name === undefined)
    throw new LimberError('image-build', {
      problem: 'the kernel package has no kernel',
      hint: 'Limber needs the cloud kernel of Debian 12 or newer.',
    });
  copyFileSync(`${folder}/kernel/boot/${name}`, `${folder}/vmlinuz`);
}

function kernelModules(folder: string): KernelModules {
  const modulesFolder = `${folder}/kernel/lib/modules`;
  const [version] = readdirSync(modulesFolder);
  if (version === undefined) throw new LimberError('internal', { problem: 'no kernel modules' });
  return collectModules(`${modulesFolder}/${version}/kernel`);
}

function initialFiles(folder: string, modules: KernelModules['modules']): Buffer {
  const list = modules.map(({ name }) => `${name}\n`).join('');
  return cpio([
    ...FOLDERS.map((name): CpioEntry => ({ kind: 'folder', name })),
    { kind: 'file', name: 'init', mode: 0o755, content: readFileSync(`${folder}/agent`) },
    { kind: 'file', name: 'modules/list', mode: 0o644, content: Buffer.from(list) },
    ...modules.map(({ name, content }): CpioEntry => ({
      kind: 'file',
      name: `modules/${name}`,
      mode: 0o644,
      content,
    })),
  ]);
}
