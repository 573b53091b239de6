import { describe, expect } from 'vitest';
import { test } from './box.ts';
import { PROGRAMS } from './touchy-programs.ts';

describe('with and without a probe a program does the same', () => {
  test.for(Object.entries(PROGRAMS))('%s', async ([name, source], { box }) => {
    const script = box.write(name, `${source}\n`);
    const [bare, probed] = [
      await box.run(['--quiet', '--probe', 'off', script]),
      await box.run(['--quiet', '--probe', 'auto', script]),
    ];
    const told = ({ stdout, stderr, exitCode }: typeof bare) => ({
      stdout: stdout.toString(),
      // A module that is loaded behind a preload has one line more of Node's own on its stack.
      stderr: stderr.replaceAll(/0x[0-9a-f]+|\(node:\d+\)| +at .*\(node:internal.*\n/g, ''),
      exitCode,
    });
    expect(told(probed)).toEqual(told(bare));
  });
});
