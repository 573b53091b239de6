import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildingFolder, sweepBuilds } from './store.ts';

/** No process of Linux has it: pid_max is at most 2^22. */
const NO_PROCESS = 2 ** 22 + 1;

test('what a killed build left goes with the next one, which itself stays', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'limber-images-'));
  try {
    mkdirSync(join(folder, `building-${NO_PROCESS}-abc`, 'root'), { recursive: true });
    mkdirSync(join(folder, '0123456789abcdef'));
    const own = buildingFolder(folder);
    await sweepBuilds(folder);
    const left = readdirSync(folder).map((name) => join(folder, name));
    expect(left.toSorted()).toEqual([join(folder, '0123456789abcdef'), own].toSorted());
  } finally {
    rmSync(folder, { recursive: true });
  }
});
