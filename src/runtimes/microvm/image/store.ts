import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { LimberError } from '#model/errors.ts';
import { SHORT_HASH } from '../short-hash.ts';

const PARTS = ['vmlinuz', 'initrd', 'root.squashfs'] as const;
type Part = (typeof PARTS)[number];
const FACTS = 'image.json';
const TRIAL = 'trial-';
const BUILDER = /^building-(\d+)-/;
/** What building leaves beside the images; anything else is somebody else's. */
const OWN = /^(packages|building-.+|trial-.+)$/;

/** An image that is whole. It is named by what it was made from. */
export type Image = {
  readonly key: string;
  readonly folder: string;
  readonly packages: readonly string[];
  /** Names the agent and the way of building: one of an older Limber is not used. */
  readonly recipe: string;
  /** Drivers that its kernel has not, and that something else does for. */
  readonly lacks: readonly string[];
  readonly bytes: number;
  readonly sha256: Readonly<Record<Part, string>>;
  /** When it was last used, in milliseconds since 1970. */
  readonly usedMs: number;
};

export function findImage(imagesFolder: string, key: string): Image | undefined {
  const folder = `${imagesFolder}/${key}`;
  try {
    const facts = JSON.parse(readFileSync(`${folder}/${FACTS}`, 'utf8')) as Pick<
      Image,
      'packages' | 'recipe' | 'lacks' | 'sha256'
    >;
    const sizes = PARTS.map((part) => statSync(`${folder}/${part}`).size);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    return { key, folder, ...facts, bytes, usedMs: statSync(`${folder}/${FACTS}`).mtimeMs };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Newest use first. */
export function listImages(imagesFolder: string): readonly Image[] {
  if (!existsSync(imagesFolder)) return [];
  return readdirSync(imagesFolder)
    .filter((name) => SHORT_HASH.test(name))
    .flatMap((key) => findImage(imagesFolder, key) ?? [])
    .toSorted((a, b) => b.usedMs - a.usedMs);
}

export function imageOf(
  imagesFolder: string,
  { packages, recipe }: Pick<Image, 'packages' | 'recipe'>,
): Image | undefined {
  const wanted = packages.toSorted().join(' ');
  return listImages(imagesFolder).find(
    (image) => image.recipe === recipe && image.packages.join(' ') === wanted,
  );
}

/** Takes the parts out of `from`; there is never a folder with some of them only. */
export function keepImage(
  imagesFolder: string,
  from: string,
  { key, ...facts }: Pick<Image, 'key' | 'packages' | 'recipe' | 'lacks'>,
): Image {
  const folder = `${imagesFolder}/${key}`;
  const whole = `${from}/whole`;
  mkdirSync(whole);
  for (const part of PARTS) renameSync(`${from}/${part}`, `${whole}/${part}`);
  const sha256 = Object.fromEntries(PARTS.map((part) => [part, hashOf(`${whole}/${part}`)]));
  writeFileSync(`${whole}/${FACTS}`, `${JSON.stringify({ ...facts, sha256 })}\n`);
  // Another build may have been faster: its image is the same.
  if (!existsSync(folder)) renameSync(whole, folder);
  const kept = findImage(imagesFolder, key);
  if (!kept) throw new LimberError('internal', { problem: `image ${key} is gone` });
  return kept;
}

/** Throws `image-corrupt` when a part is not what was built. */
export function checkImage(image: Image): void {
  const broken = PARTS.find((part) => hashOf(`${image.folder}/${part}`) !== image.sha256[part]);
  if (broken === undefined) return;
  throw new LimberError('image-corrupt', { path: `${image.folder}/${broken}`, key: image.key });
}

export function noteUse({ folder }: Image): void {
  const now = new Date();
  utimesSync(`${folder}/${FACTS}`, now, now);
}

export async function removeImage({ folder }: Image): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** Where an image is built: named by who builds, so that what a killed build left is known as such. */
export function buildingFolder(imagesFolder: string): string {
  return mkdtempSync(`${imagesFolder}/building-${process.pid}-`);
}

/** What was found when a guest was tried on this host. */
export function trialPath(imagesFolder: string, key: string): string {
  return `${imagesFolder}/${TRIAL}${key}`;
}

export function trialPaths(imagesFolder: string): readonly string[] {
  if (!existsSync(imagesFolder)) return [];
  const names = readdirSync(imagesFolder).filter((name) => name.startsWith(TRIAL));
  return names.map((name) => `${imagesFolder}/${name}`);
}

/** Removes what builds that were killed left. */
export async function sweepBuilds(imagesFolder: string): Promise<void> {
  const left = readdirSync(imagesFolder).filter((name) => {
    const pid = BUILDER.exec(name)?.[1];
    return pid !== undefined && !existsSync(`/proc/${pid}`);
  });
  for (const name of left) await rm(`${imagesFolder}/${name}`, { recursive: true, force: true });
}

/** With what was fetched to build them, and what builds that were killed left. */
export async function removeAll(imagesFolder: string): Promise<void> {
  if (!existsSync(imagesFolder)) return;
  const own = readdirSync(imagesFolder).filter((name) => SHORT_HASH.test(name) || OWN.test(name));
  for (const name of own) await rm(`${imagesFolder}/${name}`, { recursive: true, force: true });
}

function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
