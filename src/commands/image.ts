import type { ImageOptions } from '#cli/handlers.ts';
import { alignRows } from '#cli/text-table.ts';
import { loadConfig } from '#config/load.ts';
import { resolvePaths } from '#config/paths.ts';
import { LimberError } from '#model/errors.ts';
import { formatBytes } from '#model/quantities.ts';
import { buildImage, DEFAULT_PACKAGES } from '#runtimes/microvm/image/build.ts';
import { findImage, listImages, removeAll, removeImage } from '#runtimes/microvm/image/store.ts';
import type { Image } from '#runtimes/microvm/image/store.ts';
import { templateBytes, templatesOf } from '#runtimes/microvm/template/store.ts';
import { PROBES_FOLDER, type Environment } from './engine.ts';

/** `limber image`: what the machines of `--runtime microvm` boot. */
export async function imageCommand(options: ImageOptions, env: Environment): Promise<number> {
  const { home } = resolvePaths({ env, uid: process.getuid?.() ?? 0 });
  const imagesFolder = loadConfig({ env }).microvm.imagesFolder ?? `${home}/images`;
  process.stdout.write(await carryOut(imagesFolder, options));
  return 0;
}

async function carryOut(imagesFolder: string, options: ImageOptions): Promise<string> {
  const { action, json, packages = DEFAULT_PACKAGES } = options;
  if (action === 'list') return listed(listImages(imagesFolder), json);
  if (action === 'prune') return prune(imagesFolder, options);
  const image = await buildImage({
    imagesFolder,
    probesFolder: PROBES_FOLDER,
    packages,
    tell: (text) => void process.stderr.write(`limber: image: ${text}\n`),
  });
  return json ? `${JSON.stringify(image)}\n` : `${image.key}\n`;
}

async function prune(imagesFolder: string, { key, json }: ImageOptions): Promise<string> {
  if (key === undefined) {
    const images = listImages(imagesFolder);
    await removeAll(imagesFolder);
    return told(images, json);
  }
  const image = findImage(imagesFolder, key);
  if (!image) throw new LimberError('image-unknown', { key });
  await removeImage(image);
  return told([image], json);
}

function told(images: readonly Image[], json: boolean): string {
  const keys = images.map(({ key }) => key);
  return json ? `${JSON.stringify({ removed: keys })}\n` : keys.map((key) => `${key}\n`).join('');
}

function listed(images: readonly Image[], json: boolean): string {
  if (json) {
    const whole = images.map((image) => ({ ...image, templates: templatesOf(image).length }));
    return `${JSON.stringify(whole, null, 2)}\n`;
  }
  if (images.length === 0) return 'There are no images. `limber image build` makes one.\n';
  const rows = images.map((image) => [
    image.key,
    formatBytes(image.bytes),
    new Date(image.usedMs).toISOString(),
    keptIn(image),
    image.packages.join(','),
  ]);
  const head = ['KEY', 'SIZE', 'USED', 'TEMPLATES', 'PACKAGES'];
  return `${alignRows([head, ...rows]).join('\n')}\n`;
}

/** Machines that were kept: how many, and what they take on the disk. */
function keptIn(image: Image): string {
  const templates = templatesOf(image);
  if (templates.length === 0) return '–';
  const bytes = templates.reduce((sum, template) => sum + templateBytes(template), 0);
  return `${templates.length} (${formatBytes(bytes)})`;
}
