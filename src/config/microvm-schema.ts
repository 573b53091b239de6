import { z } from 'zod';

const names = z.array(z.string().regex(/^[a-z0-9][a-z0-9+.-]+$/));

/** One list of Debian packages for each language; `*` is that of commands and of all not named. */
const PACKAGES = {
  javascript: ['nodejs'],
  typescript: ['nodejs'],
  java: ['default-jre-headless'],
  go: ['golang-go'],
  ruby: ['ruby'],
  php: ['php-cli'],
  '*': ['python3'],
};

/** What the `microvm` runtime goes by. */
export const microvm = z.strictObject({
  packages: z
    .record(z.string(), names)
    .prefault({})
    .transform((packages): Readonly<Record<string, readonly string[]>> => ({
      ...PACKAGES,
      ...packages,
    })),
  /** Where images are kept; `images` in the folder of Limber's state where absent. */
  imagesFolder: z.string().startsWith('/').optional(),
  /** Machines go on from one that booted before and was kept beside its image, instead of booting. */
  templates: z.boolean().default(true),
});
