import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { test } from './box.ts';

test('a program that fills the disk is ended before it is full for everybody', async ({ box }) => {
  const home = join(box.folder, 'small');
  mkdirSync(home);
  spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64M', 'tmpfs', home]);
  try {
    const script = 'sleep 0.5; dd if=/dev/zero of=/work/x bs=1M count=48; sleep 100; echo survived';
    const env = { LIMBER_HOME: join(home, 'limber') };
    const { stdout, exitCode, summary } = await box.run(['--', 'sh', '-c', script], { env });
    expect([stdout.toString(), exitCode]).toEqual(['', 153]);
    expect(summary).toMatchObject({
      outcome: 'disk-exhausted',
      notes: [{ code: 'disk-exhausted', text: expect.stringContaining('is nearly full') }],
    });
  } finally {
    spawnSync('umount', [home]);
  }
});
