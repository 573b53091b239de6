import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { compileAgent } from '#runtimes/microvm/image/agent.ts';
import { fetchPackages, planPackages } from '#runtimes/microvm/image/packages.ts';
import { makeRoot, packRoot } from '#runtimes/microvm/image/root.ts';
import { requires } from '../capabilities.ts';
import { buildTestImage, IMAGES, MACHINE_NEEDS, PROBES } from '../microvm/machines.ts';

beforeAll(buildTestImage, 300_000);

/** Those with certificates, with folders of odd modes and with nothing but programs. */
const SOME = /^(base-files|ca-certificates|coreutils|netbase)_/;

test('the same packages come to the same bytes, whoever builds and wherever', async (context) => {
  requires(context, ...MACHINE_NEEDS);
  const cache = `${IMAGES}/packages`;
  const plan = await planPackages(cache, ['python3']);
  const files = await fetchPackages(
    cache,
    plan.root.filter(({ file }) => SOME.test(file)),
  );
  expect(files).toHaveLength(4);
  const first = await digests(files, { umask: 0o022, below: tmpdir() });
  const second = await digests(files, { umask: 0o077, below: '/dev/shm' });
  expect(second).toEqual(first);
});

async function digests(
  files: readonly string[],
  { umask, below }: { readonly umask: number; readonly below: string },
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(below, 'limber-image-'));
  const before = process.umask(umask);
  try {
    await makeRoot(`${folder}/root`, files, () => {});
    await packRoot(`${folder}/root`, `${folder}/root.squashfs`);
    await compileAgent(PROBES, `${folder}/agent`);
    return ['root.squashfs', 'agent'].map((name) =>
      createHash('sha256')
        .update(readFileSync(`${folder}/${name}`))
        .digest('hex'),
    );
  } finally {
    process.umask(before);
    rmSync(folder, { recursive: true, force: true });
  }
}
