import { buildImage, recipeOf } from './build.ts';
import { UnderWay } from '../under-way.ts';
import { checkImage, imageOf, noteUse, type Image } from './store.ts';

export type ImageRequest = Parameters<typeof buildImage>[0];

const checked = new Set<string>();
const building = new UnderWay<Image>();

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
  return building.get(name, () => buildImage(request));
}
