import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Box } from '../e2e/box.ts';
import { IMAGES } from './machines.ts';

/** The environment of a Limber that boots the images of the tests; `settings` as in `microvm` of its configuration. */
export function withImages(box: Box, settings: object = {}): Readonly<Record<string, string>> {
  const config = join(box.folder, 'config.json');
  writeFileSync(config, JSON.stringify({ microvm: { imagesFolder: IMAGES, ...settings } }));
  return { LIMBER_CONFIG: config };
}
