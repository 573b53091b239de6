import { buildImage, recipeOf } from './build.ts';
import { checkImage, imageOf, noteUse, type Image } from './store.ts';

export type ImageRequest = Parameters<typeof buildImage>[0];

const checked = new Set<string>();
/** Builds under way: the second run of the same packages waits for the first one's. */
const building = new Map<string, Promise<Image>>();

/**
 * The newest image of these packages; one is built where there is none. Each is looked through once
 * by every controller. Throws `image-corrupt` or `image-build`.
 */
export async function requireImage(request: ImageRequest): Promise<Image> {
  const { imagesFolder, probesFolder, packages } = request;
  const recipe = recipeOf(probesFolder);
  const image = imageOf(imagesFolder, { packages, recipe }) ?? (await buildOnce(request));
  if (!checked.has(image.folder)) checkImage(image);
  checked.add(image.folder);
  noteUse(image);
  return image;
}

function buildOnce(request: ImageRequest): Promise<Image> {
  const name = `${request.imagesFolder} ${request.packages.toSorted().join(' ')}`;
  const known = building.get(name);
  if (known) return known;
  const built = buildImage(request).finally(() => building.delete(name));
  building.set(name, built);
  return built;
}
