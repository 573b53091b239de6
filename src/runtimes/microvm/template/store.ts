import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
  readFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { hasCode } from '../../process/cgroup/files.ts';
import type { Image } from '../image/store.ts';
import { SHORT_HASH, shortHash } from '../short-hash.ts';
import type { MachineSpec } from '../vmm/types.ts';

/** Changes whenever what is kept of the same machine would be another. */
const FORM = 1;
/** Each is some hundred MiB on the disk. */
const MOST_OF_IMAGE = 4;
const BLOCK_BYTES = 512;
const GONE_ON = 'gone-on';
const REFUSED = '.refused';

/** A machine that has booted and knows of no run yet, as it was when it was stopped. */
export type Template = {
  readonly folder: string;
  readonly memoryPath: string;
  readonly statePath: string;
};

/** What a machine must have in common with the one that was kept. */
export type TemplateShape = Pick<
  MachineSpec,
  'processors' | 'mostProcessors' | 'bootMemoryBytes' | 'mostPluggedBytes' | 'processorsBy'
> & { readonly stateKind: string };

export function templateIn(folder: string): Template {
  return { folder, memoryPath: `${folder}/memory`, statePath: `${folder}/state` };
}

export function findTemplate(image: Image, shape: TemplateShape): Template | undefined {
  const template = templateIn(folderOf(image, shape));
  if (!existsSync(template.statePath)) return undefined;
  const now = new Date();
  try {
    utimesSync(template.folder, now, now);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  return template;
}

/** Takes a folder's place among those of an image; of too many, the one that was used last goes. */
export async function keepTemplate(
  image: Image,
  shape: TemplateShape,
  from: string,
): Promise<Template> {
  const template = templateIn(folderOf(image, shape));
  mkdirSync(folderOfAll(image), { recursive: true, mode: 0o700 });
  // Another one may have been faster: it is of the same shape.
  if (!existsSync(template.folder)) renameSync(from, template.folder);
  for (const { folder } of templatesOf(image).slice(MOST_OF_IMAGE)) await removeFolder(folder);
  return template;
}

/** A machine went on from it. */
export function noteGoneOn({ folder }: Template): void {
  const path = `${folder}/${GONE_ON}`;
  if (!existsSync(path)) writeFileSync(path, '');
}

/** Of one that no machine ever went on from, another would be no better: the problem stays known. */
export async function discardTemplate({ folder }: Template, problem: string): Promise<void> {
  if (existsSync(folder) && !existsSync(`${folder}/${GONE_ON}`))
    writeFileSync(`${folder}${REFUSED}`, problem);
  await removeFolder(folder);
}

/** Why none of this shape can be gone on from. */
export function refusalOf(image: Image, shape: TemplateShape): string | undefined {
  try {
    return readFileSync(`${folderOf(image, shape)}${REFUSED}`, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Newest use first. */
export function templatesOf(image: Pick<Image, 'folder'>): readonly Template[] {
  const folder = folderOfAll(image);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => SHORT_HASH.test(name));
  const folders = names.map((name) => `${folder}/${name}`);
  const usedMs = new Map(folders.map((each) => [each, mtimeOf(each)]));
  return folders.toSorted((a, b) => usedMs.get(b)! - usedMs.get(a)!).map(templateIn);
}

function mtimeOf(folder: string): number {
  return statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** On the disk: most of the memory was never touched. */
export function templateBytes({ memoryPath, statePath }: Template): number {
  return [memoryPath, statePath]
    .filter((path) => existsSync(path))
    .reduce((sum, path) => sum + statSync(path).blocks * BLOCK_BYTES, 0);
}

/** Gone from its place at once: nobody finds half of it. Another controller may have been faster. */
async function removeFolder(folder: string): Promise<void> {
  const away = `${folder}.removed-${process.pid}`;
  try {
    renameSync(folder, away);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  await rm(away, { recursive: true, force: true });
}

function folderOfAll({ folder }: Pick<Image, 'folder'>): string {
  return `${folder}/templates`;
}

function folderOf(image: Image, shape: TemplateShape): string {
  const { processors, mostProcessors, bootMemoryBytes, mostPluggedBytes } = shape;
  const size = [processors, mostProcessors, bootMemoryBytes, mostPluggedBytes];
  const key = shortHash([FORM, image.sha256, size, shape.processorsBy, shape.stateKind]);
  return `${folderOfAll(image)}/${key}`;
}
